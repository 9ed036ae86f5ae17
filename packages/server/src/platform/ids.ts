import { randomBytes } from 'node:crypto';
import { ID_PREFIXES, type IdKind } from '@mooring/contract';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's base 32: no i, l, o, u
const TIME_CHARS = 9; // 45 bits of milliseconds: good until the year 3084
const RANDOM_CHARS = 11; // 55 bits within each millisecond

let pool = Buffer.alloc(0);
let used = 0;

function randomByte(): number {
  if (used === pool.length) {
    pool = randomBytes(8192);
    used = 0;
  }
  return pool[used++]!;
}

/** A new id such as `ast_01k9zq3v8w2m4n6p8r0t`; ids of one kind sort by the time they were made. */
export function newId(kind: IdKind, now: number = Date.now()): string {
  if (now !== timed.now) timed = { now, text: timeText(now) };
  let random = '';
  for (let i = 0; i < RANDOM_CHARS; i++) random += ALPHABET[randomByte() & 31];
  return `${ID_PREFIXES[kind]}_${timed.text}${random}`;
}

/** Of the latest id: many are made for one moment. */
let timed = { now: Number.NaN, text: '' };

function timeText(now: number): string {
  let text = '';
  let rest = now;
  for (let i = 0; i < TIME_CHARS; i++) {
    text = ALPHABET[rest % 32]! + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}
