const QUOTE = 0x22;

/** ETags are bare in a listing, and in quotes everywhere else; some services quote them here too. */
export const isQuoted = (bytes: Buffer, start: number, end: number): boolean =>
  end - start > 1 && bytes[start] === QUOTE && bytes[end - 1] === QUOTE;

/** No service has longer keys. Longer texts are cut, so that they take little memory; cut they are longer still. */
export const MOST_KEY_CHARS = 1024;
const MOST_TEXT_CHARS = MOST_KEY_CHARS + 1;
const MOST_TEXT_BYTES = 3 * MOST_TEXT_CHARS + 3;

/** Where the part of a text in UTF-8 ends that is kept. */
export function keptEnd(bytes: Uint8Array, start: number, end: number): number {
  if (end - start <= MOST_TEXT_BYTES) return end;
  let kept = start + MOST_TEXT_BYTES;
  while ((bytes[kept]! & 0xc0) === 0x80) kept--; // not within a character
  return kept;
}

/** One unusual page must not take memory for ever. */
const MOST_KEPT_BYTES = 16 * 1024 * 1024;
/** Where texts are collected: what is kept of a page in the end is a copy of the right size. */
const USUAL_BYTES = 512 * 1024;
let kept = Buffer.allocUnsafeSlow(USUAL_BYTES);

/** Collects the texts of one page. Only one page at a time can be read. */
export class TextCollector {
  /** How many bytes there are so far. */
  length = 0;

  /** Adds a text, which is either a string, or bytes of the page. @returns where it ends */
  add(text: string | null, page: Buffer, start: number, end: number): number {
    const string = text?.slice(0, MOST_TEXT_CHARS) ?? null;
    const last = keptEnd(page, start, end);
    const most = string === null ? last - start : string.length * 3;
    if (this.length + most > kept.length) {
      const larger = Buffer.allocUnsafeSlow(2 * (this.length + most));
      kept.copy(larger, 0, 0, this.length);
      kept = larger;
    }
    this.length +=
      string === null ? page.copy(kept, this.length, start, last) : kept.write(string, this.length);
    return this.length;
  }

  copy(): Uint8Array {
    const texts = new Uint8Array(kept.subarray(0, this.length)); // with memory of its own
    if (kept.length > MOST_KEPT_BYTES) kept = Buffer.allocUnsafeSlow(USUAL_BYTES);
    return texts;
  }
}

/** The place of null among the words. An empty text is none either. */
export const NO_WORD = 0;
const RECENT = 6;

/** Types and tiers of a page, of which few differ: each is kept once, and its place stands for it. */
export class Words {
  readonly all: (string | null)[] = [null];

  at(place: number): string | null {
    return this.all[place]!;
  }

  /** For texts of one kind: those that were read lately are recognised. */
  reader(): { read(bytes: Buffer, start: number, end: number): number } {
    const { all } = this;
    const recent: number[] = [];
    return {
      read(bytes, start, textEnd) {
        if (start === textEnd) return NO_WORD;
        const end = keptEnd(bytes, start, textEnd);
        for (let index = 0; index < recent.length; index++) {
          const place = recent[index]!;
          if (!isWritten(all[place]!, bytes, start, end)) continue;
          if (index > 0) {
            recent[index] = recent[index - 1]!;
            recent[index - 1] = place;
          }
          return place;
        }
        if (recent.unshift(all.length) > RECENT) recent.pop();
        return all.push(bytes.toString('utf8', start, end)) - 1;
      },
    };
  }

  /** The place of a text. */
  placeOf(whole: string | null): number {
    if (!whole) return NO_WORD;
    const text = whole.slice(0, MOST_TEXT_CHARS);
    const place = this.all.indexOf(text);
    return place < 0 ? this.all.push(text) - 1 : place;
  }
}

/** Whether bytes are a text in ASCII; others are never recognised. */
function isWritten(word: string, bytes: Buffer, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let at = 0; at < word.length; at++) {
    const unit = word.charCodeAt(at);
    if (unit !== bytes[start + at] || unit >= 0x80) return false;
  }
  return true;
}

/** @returns -1 where the text is no number. A number of more than 15 digits may not be exact, or be infinite. */
export function readDigits(body: Buffer, start: number, end: number): number {
  if (end === start) return -1;
  let number = 0;
  for (let at = start; at < end; at++) {
    const digit = body[at]! - 0x30;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}
