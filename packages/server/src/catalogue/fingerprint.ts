import type { ArchiveState } from '@mooring/contract';
import { ARCHIVE_CODES, ObjectColumns, type ObjectList } from '@mooring/storage/server';
import { KIND_RULES } from './kind.ts';

/** All that a listing says of an object and a row repeats. Texts are well-formed. */
export interface Facts {
  key: string;
  etag: string;
  sizeBytes: number;
  contentType: string | null;
  tier: string | null;
  archiveState: ArchiveState;
  lastModified: Date;
}

/**
 * What a set of objects adds up to: 64 bits that do not depend on their order, so that one can be added or taken
 * away without knowing the others. Two different sets have the same digest once in 2⁶⁴ pairs: good against chance,
 * not against an attacker who chooses ETags. Only the storage chooses them.
 */
export class Digest {
  a: number;
  b: number;

  constructor({ a, b } = { a: 0, b: 0 }) {
    this.a = a;
    this.b = b;
  }

  equals(other: Readonly<{ a: number; b: number }>): boolean {
    return this.a === other.a && this.b === other.b;
  }

  add(facts: Facts): void {
    print(facts);
    this.#addPrint();
  }

  /** @param skipped which of them are left out, by their index */
  addAll(objects: ObjectList, skipped: ReadonlyMap<number, unknown>): void {
    let passed = 0;
    for (const { rows, from, to } of objects.spans) {
      const words = rows instanceof ObjectColumns ? rows.words.map(printOfWord) : [];
      for (let row = from; row < to; row++) {
        if (skipped.size > 0 && skipped.has(passed + row - from)) continue;
        if (rows instanceof ObjectColumns) printRow(rows, row, words);
        else print(rows[row]!);
        this.#addPrint();
      }
      passed += to - from;
    }
  }

  #addPrint(): void {
    this.a = (this.a + printA) | 0;
    this.b = (this.b + printB) | 0;
  }

  remove(facts: Facts): void {
    print(facts);
    this.a = (this.a - printA) | 0;
    this.b = (this.b - printB) | 0;
  }
}

// The latest fingerprint: an object for each would cost more than the arithmetic.
let printA = 0;
let printB = 0;

// Two multiply-rotate lanes, in the manner of MurmurHash3.
const K1 = 0xcc9e2d51;
const K2 = 0x1b873593;

/** Takes in a text in UTF-8, four bytes at a time, and how long it is. */
function take(view: DataView, start: number, end: number): void {
  let a = printA;
  let b = printB;
  let at = start;
  for (; at + 4 <= end; at += 4) {
    const word = view.getInt32(at, true);
    a = Math.imul(((a << 5) | (a >>> 27)) ^ word, K1);
    b = Math.imul(((b << 11) | (b >>> 21)) ^ word, K2);
  }
  let rest = 0;
  for (; at < end; at++) rest = (rest << 8) | view.getUint8(at);
  a = Math.imul(((a << 5) | (a >>> 27)) ^ rest, K1);
  b = Math.imul(((b << 11) | (b >>> 21)) ^ rest, K2);
  printA = Math.imul(((a << 5) | (a >>> 27)) ^ (end - start), K1);
  printB = Math.imul(((b << 11) | (b >>> 21)) ^ (end - start), K2);
}

let scratch = Buffer.allocUnsafeSlow(4096);
let scratchView = new DataView(scratch.buffer);

function takeText(text: string): void {
  if (text.length * 3 > scratch.length) {
    scratch = Buffer.allocUnsafeSlow(text.length * 6);
    scratchView = new DataView(scratch.buffer);
  }
  take(scratchView, 0, scratch.write(text));
}

function takeNumber(number: number): void {
  const low = number | 0;
  const high = (number / 2 ** 32) | 0;
  printA = Math.imul(((printA << 5) | (printA >>> 27)) ^ low, K1);
  printB = Math.imul(((printB << 11) | (printB >>> 21)) ^ low, K2);
  printA = Math.imul(((printA << 5) | (printA >>> 27)) ^ high, K1);
  printB = Math.imul(((printB << 11) | (printB >>> 21)) ^ high, K2);
}

/** Types and tiers are few and repeat: a number stands for each, the same in every process. */
const wordPrints = new Map<string, number>();
const MOST_WORDS = 10_000;

function printOfWord(word: string | null): number {
  if (word === null) return 0;
  let known = wordPrints.get(word);
  if (known === undefined) {
    [printA, printB] = [1, 2];
    takeText(word);
    known = mixed(printA, printB);
    if (wordPrints.size === MOST_WORDS) wordPrints.clear();
    wordPrints.set(word, known);
  }
  return known;
}

function print(facts: Facts): void {
  const type = printOfWord(facts.contentType);
  const tier = printOfWord(facts.tier);
  printA = SEED;
  printB = ~SEED;
  takeText(facts.key);
  takeText(facts.etag);
  takeNumber(facts.sizeBytes);
  takeNumber(facts.lastModified.getTime());
  finish(type, tier, ARCHIVE_CODES[facts.archiveState]);
}

/** The same of a row of a page, without making anything of it. */
function printRow(page: ObjectColumns, row: number, words: readonly number[]): void {
  printA = SEED;
  printB = ~SEED;
  take(page.view, page.keyStart(row), page.keyEnd(row));
  take(page.view, page.etagStart(row), page.etagEnd(row));
  takeNumber(page.sizes[row]!);
  takeNumber(page.times[row]!);
  finish(words[page.typeAt(row)]!, words[page.tierAt(row)]!, page.archiveAt(row));
}

/** Zero, for what can be read, leaves digests as they were before archive states were kept. */
function finish(type: number, tier: number, archive: number): void {
  takeNumber(type ^ Math.imul(tier, K1) ^ Math.imul(archive, K2));
  const [a, b] = [printA, printB];
  printA = mixed(a, b);
  printB = mixed(b, printA);
}

/** The finalizer of MurmurHash3. */
function mixed(value: number, other: number): number {
  let hash = value ^ Math.imul(other, K2);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** The kind of an asset follows from its facts and these rules: when they change, every digest does. */
const SEED = printOfWord(KIND_RULES);
