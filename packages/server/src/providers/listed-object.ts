import { isAscii } from 'node:buffer';
import { compareUtf8 } from '../platform/utf8-order.ts';
import type { StorageObject } from './provider.ts';

const SLASH = 0x2f;

const NONE: Buffer = Buffer.alloc(0);

/** Keys and ETags of a page of a listing, in UTF-8, one after the other. */
export class PageTexts {
  bytes = NONE;
  view: DataView = new DataView(NONE.buffer);
  /** Whether a text of the page may hold a NUL. */
  hasNul = false;
  #encoding: 'latin1' | 'utf8' = 'utf8';

  /** @param bytes which nobody else writes into */
  fill(bytes: Buffer): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.hasNul = bytes.includes(0);
    this.#encoding = isAscii(bytes) ? 'latin1' : 'utf8'; // which is slower
  }

  read(start: number, end: number): string {
    return this.bytes.toString(this.#encoding, start, end);
  }
}

/** What a page says of an object: where its texts are, and the rest. */
export interface ListedFacts {
  keyStart: number;
  keyEnd: number;
  etagStart: number;
  etagEnd: number;
  sizeBytes: number;
  /** Milliseconds since 1970. */
  modifiedAt: number;
  contentType: string | null;
  tier: string | null;
  isDirectory: boolean;
}

/** Before anything of it is known. */
export const noFacts = (): ListedFacts => ({
  keyStart: 0,
  keyEnd: 0,
  etagStart: 0,
  etagEnd: 0,
  sizeBytes: 0,
  modifiedAt: Number.NaN,
  contentType: null,
  tier: null,
  isDirectory: false,
});

/**
 * An object as it stands in a page of a listing. Its texts become strings when somebody asks for them, which nobody
 * does for most objects of a container in which little has changed; they are compared as bytes.
 */
export class ListedObject implements StorageObject {
  readonly texts: PageTexts;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly etagStart: number;
  readonly etagEnd: number;
  readonly sizeBytes: number;
  readonly modifiedAt: number;
  readonly contentType: string | null;
  readonly tier: string | null;
  readonly #isDirectory: boolean;
  #key: string | null = null;

  constructor(texts: PageTexts, facts: Readonly<ListedFacts>) {
    this.texts = texts;
    this.keyStart = facts.keyStart;
    this.keyEnd = facts.keyEnd;
    this.etagStart = facts.etagStart;
    this.etagEnd = facts.etagEnd;
    this.sizeBytes = facts.sizeBytes;
    this.modifiedAt = facts.modifiedAt;
    this.contentType = facts.contentType;
    this.tier = facts.tier;
    this.#isDirectory = facts.isDirectory;
  }

  get key(): string {
    this.#key ??= this.texts.read(this.keyStart, this.keyEnd);
    return this.#key;
  }

  get etag(): string {
    return this.texts.read(this.etagStart, this.etagEnd);
  }

  get lastModified(): Date {
    return new Date(this.modifiedAt);
  }

  get archived(): boolean {
    return this.tier === 'Archive';
  }

  get placeholder(): boolean {
    return this.sizeBytes === 0 && (this.#isDirectory || this.texts.bytes[this.keyEnd - 1] === SLASH);
  }
}

/** Whether a key has a NUL or half of a surrogate pair, which PostgreSQL cannot hold. */
export const mayBeUnstorable = (object: StorageObject): boolean =>
  !(object instanceof ListedObject) || object.texts.hasNul;

/** Compares the keys of two objects by their UTF-8 bytes. */
export function compareKeys(one: StorageObject, other: StorageObject): number {
  if (!(one instanceof ListedObject && other instanceof ListedObject)) return compareUtf8(one.key, other.key);
  const [a, b] = [one.texts, other.texts];
  const length = Math.min(one.keyEnd - one.keyStart, other.keyEnd - other.keyStart);
  let at = 0;
  // Neighbours mostly begin alike: four bytes at a time.
  while (at + 4 <= length && a.view.getInt32(one.keyStart + at) === b.view.getInt32(other.keyStart + at))
    at += 4;
  for (; at < length; at++) {
    const difference = a.bytes[one.keyStart + at]! - b.bytes[other.keyStart + at]!;
    if (difference !== 0) return difference;
  }
  return one.keyEnd - one.keyStart - (other.keyEnd - other.keyStart);
}
