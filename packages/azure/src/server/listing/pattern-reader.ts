import { isAscii } from 'node:buffer';
import { decodeXmlText, isQuoted, readDigits, type Words } from '@mooring/storage/objects';
import { type BlobFields, clear, learnPattern, type PatternStep, ROLE } from './blob-pattern.ts';
import { readHttpDate } from './http-date.ts';

const LESS = 0x3c;
const AMPERSAND = 0x26;
const RETURN = 0x0d;
/** A page whose blobs are all written differently is not learned to the end. */
const MOST_LEARNED = 32;

/**
 * Reads blobs that are written as one before them was, several times faster than by walking through their elements.
 * A blob that does not fit to the byte is left to the other reader. Its pattern can then be learned.
 */
export class PatternReader {
  readonly #body: Buffer;
  readonly #view: DataView;
  readonly #fields: BlobFields;
  readonly #ways: PatternStep[] = [];
  #learned = 0;
  /** Whether all texts of the page are their bytes: ASCII without entities and returns. */
  readonly #isPlain: boolean;
  readonly #types: ReturnType<Words['reader']>;
  readonly #tiers: ReturnType<Words['reader']>;

  /** @param start where the blobs begin */
  constructor(body: Buffer, start: number, fields: BlobFields, words: Words) {
    this.#body = body;
    this.#view = new DataView(body.buffer, body.byteOffset, body.length);
    this.#fields = fields;
    this.#types = words.reader();
    this.#tiers = words.reader();
    const blobs = body.subarray(start);
    this.#isPlain = isAscii(blobs) && !blobs.includes(AMPERSAND) && !blobs.includes(RETURN);
  }

  /** @param start after the start tag, as `end` is after the end tag, of a blob that was read otherwise */
  learn(start: number, end: number): void {
    if (this.#learned === MOST_LEARNED) return;
    this.#learned += 1;
    learnPattern(this.#ways, this.#body, start, end, this.#fields);
  }

  /** @returns where the blob ends; -1 where it is not written as one before it, or is not as it should be */
  read(start: number): number {
    const fields = this.#fields;
    clear(fields);
    let at = start;
    let ways = this.#ways;
    for (;;) {
      let step: PatternStep | null = null;
      for (let index = 0; index < ways.length; index++) {
        const way = ways[index]!;
        const end = this.#pass(way, at);
        if (end < 0) continue;
        if (index > 0) {
          ways[index] = ways[0]!;
          ways[0] = way;
        }
        step = way;
        at = end;
        break;
      }
      if (step === null) return -1;
      if (step.role === null) {
        fields.isDirectory = step.isDirectory;
        fields.isCurrent = step.isCurrent;
        return at;
      }
      const end = this.#textEnd(at);
      if (step.role !== ROLE.passed && !this.#take(step.role, at, end)) return -1;
      at = end;
      ways = step.next;
    }
  }

  /** @returns where the markup of a step ends that begins here; -1 where it does not */
  #pass({ words, rest }: PatternStep, start: number): number {
    const view = this.#view;
    const body = this.#body;
    let at = start;
    if (at + words.length * 4 + rest.length > view.byteLength) return -1;
    for (let word = 0; word < words.length; word++, at += 4)
      if (view.getInt32(at, true) !== words[word]) return -1;
    for (let byte = 0; byte < rest.length; byte++, at++) if (body[at] !== rest[byte]) return -1;
    return at;
  }

  /** Where the next tag begins, or the page ends. */
  #textEnd(start: number): number {
    const view = this.#view;
    const last = view.byteLength - 4;
    let at = start;
    for (; at <= last; at += 4) {
      // Whether one of four bytes is `<`. https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord
      const word = view.getInt32(at, true) ^ 0x3c3c3c3c;
      if (((word - 0x01010101) & ~word & 0x80808080) !== 0) break;
    }
    const body = this.#body;
    while (at < body.length && body[at] !== LESS) at += 1;
    return at;
  }

  /** @returns false where the text is not what it should be, or not plain where it mostly is */
  #take(role: number, start: number, end: number): boolean {
    const fields = this.#fields;
    const body = this.#body;
    if (role === ROLE.modified) {
      fields.modifiedAt = readHttpDate(body, start, end);
      return !Number.isNaN(fields.modifiedAt);
    }
    if (role === ROLE.size) {
      fields.sizeBytes = readDigits(body, start, end);
      return fields.sizeBytes >= 0;
    }
    if (role === ROLE.key) {
      fields.keyStart = start;
      fields.keyEnd = end;
      if (this.#isPlain) return end > start;
      fields.keyText = decodeXmlText(body.toString('utf8', start, end));
      return Boolean(fields.keyText);
    }
    if (!this.#isPlain && !isPlain(body, start, end)) return false;
    if (role === ROLE.etag) {
      const quote = isQuoted(body, start, end) ? 1 : 0;
      fields.etagStart = start + quote;
      fields.etagEnd = end - quote;
      return fields.etagEnd > fields.etagStart;
    }
    if (role === ROLE.type) fields.type = this.#types.read(body, start, end);
    else fields.tier = this.#tiers.read(body, start, end);
    return true;
  }
}

function isPlain(body: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = body[at]!;
    if (byte >= 0x80 || byte === AMPERSAND || byte === RETURN) return false;
  }
  return true;
}
