import { isUtf8 } from 'node:buffer';
import { unreadable } from './unreadable.ts';
import { decodeXmlText } from './xml-text.ts';

const LESS = 0x3c;
const GREATER = 0x3e;
const SLASH = 0x2f;
const AMPERSAND = 0x26;
const RETURN = 0x0d;
const DEEPEST = 32;
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');
const DECLARATION = Buffer.from('<?xml');
const DECLARATION_END = Buffer.from('?>');

/**
 * Walks through an XML document, byte by byte, without building anything. It knows elements, attributes, text and
 * entities, which is all that storage services write. Every end tag must be that of its start tag; comments, CDATA and
 * document types are refused.
 *
 * The one that is called for an element reads it, by one of `children`, `readText` or `skip`, exactly once.
 *
 * Every method throws ProviderError `unexpected` where the document is malformed, or ends before its end.
 */
export class XmlScanner {
  readonly #bytes: Buffer;
  #position = 0;
  #depth = 0;

  /** Of the element last opened. */
  #nameStart = 0;
  #nameEnd = 0;
  #isEmpty = false;
  #attributesEnd = 0;

  /** Of the text last read. */
  textStart = 0;
  textEnd = 0;
  /** Whether the text's bytes are its characters: ASCII without entities. */
  isPlain = true;

  constructor(bytes: Buffer) {
    if (!isUtf8(bytes)) throw unreadable('it is not UTF-8');
    this.#bytes = bytes;
    if (this.#startsWith(BYTE_ORDER_MARK)) this.#position = BYTE_ORDER_MARK.length;
    if (this.#startsWith(DECLARATION)) {
      const end = bytes.indexOf(DECLARATION_END, this.#position);
      if (end < 0) throw this.#broken('the XML declaration has no end');
      this.#position = end + DECLARATION_END.length;
    }
  }

  /** Opens the root element; `visit` reads it. Nothing may follow it. */
  document(visit: () => void): void {
    if (!this.#open()) throw this.#broken('there is no element');
    visit();
    this.#skipSpace();
    if (this.#position < this.#bytes.length) throw this.#broken('something follows the end');
  }

  /** Visits the children of the element last opened, up to its end tag. Between them there may only be space. */
  children(visit: () => void): void {
    if (this.#isEmpty) return;
    const start = this.#nameStart;
    const end = this.#nameEnd;
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw this.#broken('elements are nested too deeply');
    while (this.#open()) visit();
    this.#close(start, end);
    this.#depth -= 1;
  }

  /** Reads the element last opened, which may hold only text: sets `textStart`, `textEnd` and `isPlain`. */
  readText(): void {
    this.textStart = this.#position;
    this.textEnd = this.#position;
    this.isPlain = true;
    if (this.#isEmpty) return;
    const bytes = this.#bytes;
    let position = this.#position;
    let isPlain = true;
    for (; position < bytes.length; position++) {
      const byte = bytes[position]!;
      if (byte === LESS) break;
      if (byte === AMPERSAND || byte >= 0x80 || byte === RETURN) isPlain = false;
    }
    this.isPlain = isPlain;
    this.textEnd = position;
    this.#position = position;
    this.#close(this.#nameStart, this.#nameEnd);
  }

  /** The text last read. */
  text(): string {
    if (this.isPlain) return this.#bytes.toString('latin1', this.textStart, this.textEnd);
    const text = decodeXmlText(this.#bytes.toString('utf8', this.textStart, this.textEnd));
    if (text === null) throw this.#broken('there is an entity that XML does not know');
    return text;
  }

  /** Passes over the element last opened. */
  skip(): void {
    if (this.#isEmpty) return;
    const start = this.#nameStart;
    const end = this.#nameEnd;
    this.#depth += 1;
    if (this.#depth > DEEPEST) throw this.#broken('elements are nested too deeply');
    for (;;) {
      this.#position = this.#indexOf(LESS, this.#position);
      if (!this.#open()) break;
      this.skip();
    }
    this.#close(start, end);
    this.#depth -= 1;
  }

  /** Where reading has come to. */
  get position(): number {
    return this.#position;
  }

  /** Whether the element last opened is written as one tag. */
  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /** Goes on after the element last opened. The caller has found its end. */
  passTo(position: number): void {
    this.#position = position;
  }

  /** Whether the element last opened has this name. */
  isNamed(name: Buffer): boolean {
    const start = this.#nameStart;
    if (this.#nameEnd - start !== name.length || this.#bytes[start] !== name[0]) return false;
    for (let index = 0; index < name.length; index++) {
      if (this.#bytes[start + index] !== name[index]) return false;
    }
    return true;
  }

  /** The name of the element last opened. */
  name(): string {
    return this.#bytes.toString('utf8', this.#nameStart, this.#nameEnd);
  }

  /** What stands after the name in the start tag last opened, as written. */
  attributes(): string {
    if (this.#attributesEnd === this.#nameEnd) return '';
    return this.#bytes.toString('utf8', this.#nameEnd, this.#attributesEnd);
  }

  /** Where reading has come to, for messages. */
  unreadable(why: string) {
    return this.#broken(why);
  }

  /** Moves past the next start tag; false where an end tag comes instead. */
  #open(): boolean {
    this.#skipSpace();
    const bytes = this.#bytes;
    if (bytes[this.#position] !== LESS) throw this.#broken('there is no tag where one must be');
    const start = this.#position + 1;
    if (bytes[start] === SLASH) return false;
    let position = start;
    while (position < bytes.length && NAME_BYTES[bytes[position]!] === 1) position += 1;
    if (position === start) throw this.#broken('there is a tag without a name');
    this.#nameStart = start;
    this.#nameEnd = position;
    // An attribute's value may hold `>`.
    const end = bytes[position] === GREATER ? position : this.#tagEnd(position);
    this.#isEmpty = bytes[end - 1] === SLASH;
    this.#attributesEnd = this.#isEmpty ? end - 1 : end;
    this.#position = end + 1;
    return true;
  }

  /** Moves past an end tag, which must have this name. */
  #close(nameStart: number, nameEnd: number): void {
    const bytes = this.#bytes;
    const start = this.#position + 2;
    const length = nameEnd - nameStart;
    if (bytes[start - 2] !== LESS || bytes[start - 1] !== SLASH) throw this.#broken('an end tag is missing');
    for (let index = 0; index < length; index++) {
      if (bytes[start + index] !== bytes[nameStart + index])
        throw this.#broken('an end tag has another name');
    }
    this.#position = start + length;
    this.#skipSpace();
    if (bytes[this.#position] !== GREATER) throw this.#broken('an end tag has another name');
    this.#position += 1;
  }

  #tagEnd(from: number): number {
    const bytes = this.#bytes;
    let quote = 0;
    for (let position = from; position < bytes.length; position++) {
      const byte = bytes[position]!;
      if (quote !== 0) quote = byte === quote ? 0 : quote;
      else if (byte === 0x22 || byte === 0x27) quote = byte;
      else if (byte === GREATER) return position;
      else if (byte === LESS) break;
    }
    throw this.#broken('a tag has no end');
  }

  #indexOf(byte: number, from: number): number {
    const bytes = this.#bytes;
    for (let position = from; position < bytes.length; position++)
      if (bytes[position] === byte) return position;
    this.#position = bytes.length;
    throw this.#broken('an element has no end');
  }

  #skipSpace(): void {
    while (isSpace(this.#bytes[this.#position] ?? 0)) this.#position += 1;
  }

  #startsWith(beginning: Buffer): boolean {
    const { length } = beginning;
    return this.#bytes.subarray(this.#position, this.#position + length).equals(beginning);
  }

  #broken(why: string) {
    const ends = this.#position >= this.#bytes.length;
    return unreadable(
      ends ? `it breaks off after ${this.#bytes.length} bytes` : `${why}, at byte ${this.#position}`,
    );
  }
}

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** 1 for the bytes of names: letters, digits, `-`, `.`, `:`, `_` and all beyond ASCII. */
const NAME_BYTES = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x80 || /[\w.:-]/.test(String.fromCharCode(byte)) ? 1 : 0,
);
