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
    let at = from;
    while (at < end) {
      if (this.isInString) {
        at = this.scanString(bytes, at, end);
        if (this.isInString) return -1;
        if (this.depth === 0) return at;
        continue;
      }
      const byte = bytes[at]!;
      if (this.isScalar && (byte === COMMA || isClosing(byte) || isSpace(byte))) return at;
      at++;
      if (byte === QUOTE) this.isInString = true;
      else if (byte === COLON) this.colons++;
      else if (byte === COMMA) this.commas++;
      else if (byte === LINE_FEED) this.lines++;
      else if (isOpening(byte)) {
        if (++this.depth > this.deepest) this.deepest = this.depth;
      } else if (isClosing(byte)) {
        if (--this.depth <= 0) return at;
      } else if (this.depth === 0) this.isScalar = true;
    }
    return -1;
  }

  /** The value ends because the file does. */
  get canEnd(): boolean {
    return this.isScalar;
  }

  private scanString(bytes: Uint8Array, from: number, end: number): number {
    let at = from;
    if (this.isEscaped && at < end) {
      at++;
      this.isEscaped = false;
    }
    while (at < end) {
      const byte = bytes[at++]!;
      if (byte === QUOTE) {
        this.isInString = false;
        return at;
      }
      if (byte === BACKSLASH) {
        if (at === end) this.isEscaped = true;
        at++;
      }
    }
    return end;
  }
}
