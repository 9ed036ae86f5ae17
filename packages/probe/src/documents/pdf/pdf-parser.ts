import { malformed } from '../../probe-error.ts';

/** An object of a PDF. Names are strings; strings say nothing here and are null. */
export type PdfValue = null | boolean | number | string | PdfReference | PdfValue[] | PdfDictionary;
export type PdfDictionary = Map<string, PdfValue>;

/** To an object with a number of its own. */
export class PdfReference {
  readonly number: number;
  constructor(number: number) {
    this.number = number;
  }
}

/** The bytes end in the middle of an object: more of the file is needed. */
export class EndOfBytes extends Error {}

/** Arrays and dictionaries in each other. */
const DEEPEST = 64;
const CLOSING = Symbol();
type Token = PdfValue | typeof CLOSING | { keyword: string };

/** Reads objects (ISO 32000-2, 7.2 and 7.3) from bytes. */
export class PdfParser {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** The next object. @throws EndOfBytes, ProbeError */
  value(depth = 0): PdfValue {
    const token = this.#token(depth);
    if (token === CLOSING) throw malformed('A bracket of a PDF object closes nothing.');
    if (typeof token === 'object' && token !== null && 'keyword' in token)
      throw malformed(`A PDF object begins with ${JSON.stringify(token.keyword.slice(0, 20))}.`);
    return token;
  }

  dictionary(): PdfDictionary {
    const value = this.value();
    if (value instanceof Map) return value;
    throw malformed('A PDF object is no dictionary where one was expected.');
  }

  /** Steps over a word where it comes next. */
  takes(word: string): boolean {
    this.skipSpace();
    if (this.at + word.length > this.bytes.length) throw new EndOfBytes();
    for (let i = 0; i < word.length; i++) if (this.bytes[this.at + i] !== word.charCodeAt(i)) return false;
    this.at += word.length;
    return true;
  }

  #token(depth: number): Token {
    if (depth > DEEPEST) throw malformed(`PDF objects nest more than ${DEEPEST} levels deep.`);
    this.skipSpace();
    switch (this.#peek()) {
      case '/':
        return this.#name();
      case '(':
        return this.#string();
      case '<':
        this.at++;
        return this.#peek() === '<' ? this.#dictionary(depth) : this.#hexString();
      case '[':
        this.at++;
        return this.#list(depth);
      case ']':
        this.at++;
        return CLOSING;
      case '>':
        this.at++;
        if (this.#peek() === '>') this.at++;
        return CLOSING;
      default:
        return this.#word();
    }
  }

  #dictionary(depth: number): PdfDictionary {
    this.at++;
    const entries = this.#list(depth);
    const dictionary: PdfDictionary = new Map();
    for (let i = 0; i + 1 < entries.length; i += 2) {
      const key = entries[i];
      if (typeof key !== 'string') throw malformed('A key of a PDF dictionary is no name.');
      dictionary.set(key, entries[i + 1]!);
    }
    return dictionary;
  }

  /** Up to what closes it. `1 0 R` is a reference. */
  #list(depth: number): PdfValue[] {
    const values: PdfValue[] = [];
    for (;;) {
      const token = this.#token(depth + 1);
      if (token === CLOSING) return values;
      if (typeof token !== 'object' || token === null || !('keyword' in token)) values.push(token);
      else if (token.keyword === 'R' && values.length > 1) {
        values.pop();
        values.push(new PdfReference(Number(values.pop())));
      } else throw malformed(`A PDF object has ${JSON.stringify(token.keyword.slice(0, 20))} in it.`);
    }
  }

  #name(): string {
    this.at++;
    return this.#regular().replace(/#([0-9A-Fa-f]{2})/g, (_, hex) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }

  #word(): Token {
    const word = this.#regular();
    if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(word)) return Number(word);
    if (word === 'true' || word === 'false') return word === 'true';
    return word === 'null' ? null : { keyword: word };
  }

  /** Characters up to a space or a delimiter. */
  #regular(): string {
    let text = '';
    for (; ; this.at++) {
      const character = this.#peek();
      if (isSpace(character) || '()<>[]{}/%'.includes(character)) break;
      text += character;
    }
    if (text === '' && '{})'.includes(this.#peek())) throw malformed('A PDF object has a stray bracket.');
    return text;
  }

  #string(): null {
    let open = 0;
    do {
      const character = this.#peek();
      if (character === '(') open++;
      else if (character === ')') open--;
      this.at += character === '\\' ? 2 : 1;
    } while (open > 0);
    return null;
  }

  #hexString(): null {
    while (this.#peek() !== '>') this.at++;
    this.at++;
    return null;
  }

  /** And comments. */
  skipSpace(): void {
    for (;;) {
      const character = this.#peek();
      if (character === '%') while (!'\r\n'.includes(this.#peek())) this.at++;
      else if (isSpace(character)) this.at++;
      else return;
    }
  }

  #peek(): string {
    const byte = this.bytes[this.at];
    if (byte === undefined) throw new EndOfBytes();
    return String.fromCharCode(byte);
  }
}

const isSpace = (character: string): boolean => '\0\t\n\f\r '.includes(character);
