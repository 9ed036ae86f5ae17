const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const LINE_FEED = 10;

const isOpening = (byte: number) => byte === 123 || byte === 91;
const isClosing = (byte: number) => byte === 125 || byte === 93;
export const isSpace = (byte: number) => byte === 32 || byte === LINE_FEED || byte === 13 || byte === 9;

/**
 * Finds where a value of JSON ends, without reading it: quotes, and how deep it is nested. It goes on in the next chunk
 * where a chunk ends. Whether the value is right is for `JSON.parse` to say.
 */
export class ValueScan {
  depth = 0;
  deepest = 0;
  /** Members of objects: more than `JSON.parse` finds, where keys are there twice. */
  colons = 0;
  commas = 0;
  /** Ends of lines in it. */
  lines = 0;
  private isInString = false;
  private isEscaped = false;
  private isScalar = false;

  reset(): void {
    this.depth = 0;
    this.deepest = 0;
    this.colons = 0;
    this.commas = 0;
    this.lines = 0;
    this.isInString = false;
    this.isEscaped = false;
    this.isScalar = false;
  }

  /** @returns where the value ends; -1: not before `end`, go on there with what follows */
  scan(bytes: Uint8Array, from: number, end: number): number {
    // Every byte of a manifest passes here: what changes is kept in variables.
    let { depth, deepest, colons, commas, lines, isInString, isScalar } = this;
    let at = from;
    let found = -1;
    while (at < end) {
      if (isInString) {
        at = this.endOfString(bytes, at, end);
        isInString = at < 0;
        if (isInString) break;
        if (depth > 0) continue;
        found = at;
        break;
      }
      const byte = bytes[at]!;
      if (isScalar && (byte === COMMA || isClosing(byte) || isSpace(byte))) {
        found = at;
        break;
      }
      at++;
      if (byte === QUOTE) isInString = true;
      else if (byte === COLON) colons++;
      else if (byte === COMMA) commas++;
      else if (byte === LINE_FEED) lines++;
      else if (isOpening(byte)) {
        if (++depth > deepest) deepest = depth;
      } else if (isClosing(byte)) {
        if (--depth > 0) continue;
        found = at;
        break;
      } else if (depth === 0 && !isSpace(byte)) isScalar = true;
    }
    this.depth = depth;
    this.deepest = deepest;
    this.colons = colons;
    this.commas = commas;
    this.lines = lines;
    this.isInString = isInString;
    this.isScalar = isScalar;
    return found;
  }

  /** Behind the quote that ends a text; -1: it does not end here. */
  private endOfString(bytes: Uint8Array, from: number, end: number): number {
    let at = this.isEscaped ? from + 1 : from;
    this.isEscaped = false;
    while (at < end) {
      const byte = bytes[at++]!;
      if (byte === QUOTE) return at;
      if (byte === BACKSLASH) at++;
    }
    this.isEscaped = at > end; // what is escaped comes in the next chunk
    return -1;
  }
}
