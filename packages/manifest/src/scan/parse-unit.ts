import type { At } from '../at.ts';
import type { JsonValue } from '../item.ts';
import { MOST_DEPTH, MOST_ITEM_BYTES, MOST_ITEM_VALUES } from '../limits.ts';
import { shownKey } from '../shown.ts';
import { countKeys, duplicateKey } from './duplicate-keys.ts';
import type { RawUnit } from './raw-unit.ts';
import { ValueScan } from './value-scan.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const scan = new ValueScan();

/**
 * Parses bytes that are one value, such as a line, if it keeps to the limits; null: they are too many.
 * @throws ItemError
 */
export function parseWhole(bytes: Uint8Array | null, at: At): JsonValue {
  scan.reset();
  if (bytes) scan.scan(bytes, 0, bytes.length);
  const { colons, commas, deepest } = scan;
  return parseUnit({ bytes, colons, commas, deepest }, at);
}

/**
 * Parses one value, if it keeps to the limits.
 * @throws ItemError
 */
export function parseUnit(
  { bytes, colons, commas, deepest }: Pick<RawUnit, 'bytes' | 'colons' | 'commas' | 'deepest'>,
  at: At,
): JsonValue {
  if (!bytes) return tooLarge(at, `more than ${MOST_ITEM_BYTES} bytes`, `at most ${MOST_ITEM_BYTES}`);
  if (deepest > MOST_DEPTH)
    return tooLarge(at, `${deepest} objects and lists inside each other`, `at most ${MOST_DEPTH}`);
  if (colons + commas > MOST_ITEM_VALUES)
    return tooLarge(at, `${colons + commas} values`, `at most ${MOST_ITEM_VALUES}`);
  const text = decoded(bytes, at);
  const value = parsed(text, at);
  if (colons > 0 && countKeys(value) !== colons) checkDuplicates(text, at);
  return value;
}

function decoded(bytes: Uint8Array, at: At): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return at.refuse(undefined, 'not_json', {
      seen: 'bytes that are no UTF-8',
      expected: 'text in UTF-8 or UTF-16',
      fix: 'Save the file as UTF-8.',
    });
  }
}

function parsed(text: string, at: At): JsonValue {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The message itself can show parts of a URL.
    const position = /position (\d+)/.exec((error as Error).message)?.[1];
    return at.refuse(undefined, 'not_json', {
      seen: position
        ? `text that is not JSON, at character ${position} of the item`
        : 'text that is not JSON',
      expected: 'a value in JSON',
      fix: 'Check quotes, commas and backslashes of this item.',
    });
  }
}

function checkDuplicates(text: string, at: At): void {
  const found = duplicateKey(text);
  if (!found) return;
  if (!found.isSame)
    at.refuse(undefined, 'duplicate_key', {
      seen: `the key ${shownKey(found.key)} twice, with different values`,
      expected: 'each key once',
      fix: 'Leave out the one that is wrong.',
    });
  at.warn('duplicate_key', found.key, 'The key is there twice with the same value. It counts once.');
}

const tooLarge = (at: At, seen: string, expected: string): never =>
  at.refuse(undefined, 'too_large', {
    seen: `an item with ${seen}`,
    expected,
    fix: 'Make the item smaller, or several of it.',
  });

const MOST_TEXT_BYTES = 64 * 1024;

/** The beginning of a value that cannot be parsed, in which its URL may be found. */
export const textOf = (bytes: Uint8Array | null): string =>
  bytes ? new TextDecoder().decode(bytes.subarray(0, MOST_TEXT_BYTES)) : '';
