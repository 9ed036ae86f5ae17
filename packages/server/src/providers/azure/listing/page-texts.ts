import { PageTexts } from '../../listed-object.ts';

const QUOTE = 0x22;

/** ETags are bare in a listing, and in quotes everywhere else; some services quote them here too. */
export const isQuoted = (bytes: Buffer, start: number, end: number): boolean =>
  end - start > 1 && bytes[start] === QUOTE && bytes[end - 1] === QUOTE;

/** Where texts are collected: what is kept of a page in the end is a copy of the right size. */
let kept = Buffer.allocUnsafeSlow(512 * 1024);

/** Collects the texts of one page. Only one page at a time can be read. */
export class TextCollector {
  readonly texts = new PageTexts();
  /** How many bytes there are so far. */
  length = 0;

  /** Adds a text, which is either a string, or bytes of the page. */
  add(text: string | null, page: Buffer, start: number, end: number): void {
    const most = text === null ? end - start : text.length * 3;
    if (this.length + most > kept.length) {
      const larger = Buffer.allocUnsafeSlow(2 * (this.length + most));
      kept.copy(larger, 0, 0, this.length);
      kept = larger;
    }
    this.length += text === null ? page.copy(kept, this.length, start, end) : kept.write(text, this.length);
  }

  finish(): void {
    this.texts.fill(Buffer.from(kept.subarray(0, this.length)));
  }
}

const RECENT = 6;

/** Reads texts of which few differ, such as types: one that was read lately is the same string. */
export class WordReader {
  readonly #recent: string[] = [];

  read(bytes: Buffer, start: number, end: number): string {
    const recent = this.#recent;
    for (let index = 0; index < recent.length; index++) {
      const word = recent[index]!;
      if (!isWritten(word, bytes, start, end)) continue;
      if (index > 0) {
        recent[index] = recent[index - 1]!;
        recent[index - 1] = word;
      }
      return word;
    }
    const word = bytes.toString('utf8', start, end);
    if (recent.unshift(word) > RECENT) recent.pop();
    return word;
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
