import type { At } from './at.ts';
import type { JsonObject, JsonValue } from './item.ts';
import { shownValue } from './shown.ts';

/** Takes the value of a key into what is being made of the item. */
export type Field<D> = (draft: D, value: Exclude<JsonValue, null>, at: At, key: string) => void;

/** What to do with the value of each key; made by `fields`. */
export type Fields<D> = ReadonlyMap<string, Field<D>>;

/** `objectUrl`, `object_url` and `ObjectURL` are the same key. */
export const plainKey = (key: string): string => key.replace(/[_\-. ]/g, '').toLowerCase();

export const fields = <D>(table: Record<string, Field<D>>): Fields<D> =>
  new Map(
    Object.entries(table).flatMap(([key, field]) => [
      [key, field],
      [plainKey(key), field],
    ]),
  );

/**
 * Reads an object key by key. Null is as if the key were absent. Keys are compared without case, `_` and `-`.
 * @param other takes a key that the table does not have; it answers false where it does not know it either
 */
export function readFields<D>(
  table: Fields<D>,
  object: JsonObject,
  draft: D,
  at: At,
  other?: (draft: D, value: Exclude<JsonValue, null>, at: At, key: string) => boolean,
): void {
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (value === null || value === undefined) continue;
    const field = table.get(key) ?? table.get(plainKey(key));
    if (field) field(draft, value, at, key);
    else if (!other?.(draft, value, at, key))
      at.warn('unknown_key', key, 'Mooring does not know this key and leaves it out.');
  }
}

/** @throws ItemError */
export function anObject(value: JsonValue, at: At, key?: string | number): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  return at.refuse(key, key === undefined ? 'not_an_item' : 'value_invalid', {
    seen: shownValue(value),
    expected: 'an object',
    fix: 'Write an object in braces.',
  });
}

/** @throws ItemError */
export function aList(value: JsonValue, at: At, key: string | number): JsonValue[] {
  if (Array.isArray(value)) return value;
  return at.refuse(key, 'value_invalid', {
    seen: shownValue(value),
    expected: 'a list',
    fix: 'Write a list in brackets.',
  });
}

/** A text; a number is taken as it is written. @throws ItemError */
export function aText(value: JsonValue, at: At, key: string | number, most: number): string {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string')
    return at.refuse(key, 'value_invalid', {
      seen: shownValue(value),
      expected: 'a text',
      fix: 'Write the value in quotes.',
    });
  if (value.length > most)
    return at.refuse(key, 'too_large', {
      seen: `${value.length} characters`,
      expected: `at most ${most} characters`,
      fix: 'Shorten the text.',
    });
  return value;
}

const BOOLEANS = new Map([
  ['true', true],
  ['false', false],
  ['yes', true],
  ['no', false],
  ['1', true],
  ['0', false],
]);

/** True or false, also as a text; undefined: neither. */
export const booleanOf = (value: JsonValue): boolean | undefined =>
  typeof value === 'object' ? undefined : BOOLEANS.get(String(value).toLowerCase());

/** @throws ItemError */
export const aBoolean = (value: JsonValue, at: At, key: string | number): boolean =>
  booleanOf(value) ??
  at.refuse(key, 'value_invalid', {
    seen: shownValue(value),
    expected: 'true or false',
    fix: 'Write true or false.',
  });

/** A number, also as a text; NaN: it is none. */
export function numberOf(value: JsonValue): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
}
