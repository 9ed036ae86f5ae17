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
  let time = '';
  let rest = now;
  for (let i = 0; i < TIME_CHARS; i++) {
    time = ALPHABET[rest % 32]! + time;
    rest = Math.floor(rest / 32);
  }
  let random = '';
  for (let i = 0; i < RANDOM_CHARS; i++) random += ALPHABET[randomByte() & 31];
  return `${ID_PREFIXES[kind]}_${time}${random}`;
}
