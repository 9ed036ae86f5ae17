import { randomBytes } from 'node:crypto';
import { ID_PREFIXES, type IdKind } from '@mooring/contract';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's base 32: no i, l, o, u
const TIME_CHARS = 9; // 45 bits of milliseconds: good until the year 3084
// 55 bits within each moment, as two numbers. The first bit is left free for counting on.
const HIGH_CHARS = 6;
const LOW_CHARS = 5;
const LOW_LIMIT = 32 ** LOW_CHARS;

let pool = new Uint32Array(0);
let used = 0;

function randomBits(count: number): number {
  if (used === pool.length) {
    pool = new Uint32Array(new Uint8Array(randomBytes(8192)).buffer);
    used = 0;
  }
  return pool[used++]! >>> (32 - count);
}

function digits(value: number, chars: number): string {
  let text = '';
  for (let shift = (chars - 1) * 5; shift >= 0; shift -= 5) text += ALPHABET[(value >>> shift) & 31];
  return text;
}

/** A new id such as `ast_01k9zq3v8w2m4n6p8r0t`; ids of one kind sort by the time they were made. */
export function newId(kind: IdKind, now: number = Date.now()): string {
  return newIds(kind, now)();
}

/**
 * Makes many ids for one moment: each counts on from the one before, as monotonic ULIDs do, so that an index takes
 * them at its end. The first is random.
 */
export function newIds(kind: IdKind, now: number = Date.now()): () => string {
  const stem = `${ID_PREFIXES[kind]}_${timeText(now)}`;
  let high = randomBits(HIGH_CHARS * 5 - 1);
  let low = randomBits(LOW_CHARS * 5);
  let head = stem + digits(high, HIGH_CHARS);
  return () => {
    if (low === LOW_LIMIT) {
      low = 0;
      head = stem + digits(++high, HIGH_CHARS);
    }
    return head + digits(low++, LOW_CHARS);
  };
}

/** Of the latest moment: many ids are made for one. */
let timed = { now: Number.NaN, text: '' };

function timeText(now: number): string {
  if (now === timed.now) return timed.text;
  let text = '';
  let rest = now;
  for (let i = 0; i < TIME_CHARS; i++) {
    text = ALPHABET[rest % 32]! + text;
    rest = Math.floor(rest / 32);
  }
  timed = { now, text };
  return text;
}
