import { type RawBuilder, sql } from 'kysely';
import { MooringError } from '../platform/problem.ts';

// Client metadata is found by `key=value`, or by `key` for any value. Dots lead into objects; a key may also have dots
// itself. Lists are looked into. A value that reads as a number, true, false or null is found as that, and as a text.

interface Asked {
  key: string;
  /** Null: any. */
  value: string | null;
}

const askedOf = (filter: string): Asked => {
  const at = filter.indexOf('=');
  return at === -1 ? { key: filter, value: null } : { key: filter.slice(0, at), value: filter.slice(at + 1) };
};

/** @throws MooringError `invalid_request` where it names no key */
export function metadataMatches(filter: string): RawBuilder<boolean> {
  const { key, value } = askedOf(filter);
  if (key === '') throw noKey();
  const paths = new Set(
    [[key], key.split('.')].map(parts => parts.map(part => `.${JSON.stringify(part)}`).join('')),
  );
  const values = JSON.stringify(value === null ? {} : { text: value, other: scalarOf(value) });
  const having = value === null ? '' : ' ? (@ == $text || @ == $other)';
  const found = [...paths].map(
    path =>
      sql`jsonb_path_exists(a.client_metadata, ${`$${path}${having}`}::jsonpath, ${values}::jsonb, true)`,
  );
  return sql`(a.client_metadata is not null and (${sql.join(found, sql` or `)}))`;
}

const noKey = () =>
  new MooringError('invalid_request', 'metadata names no key.', {
    fix: 'Write key=value, such as patient=p-0042, or a key alone.',
    fields: [{ path: 'metadata', message: 'expected key=value or a key' }],
  });

/** What a text is in JSON, if that is no object and no list; else the text. */
function scalarOf(text: string): string | number | boolean | null {
  if (text === 'true' || text === 'false') return text === 'true';
  if (text === 'null') return null;
  const isNumber = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text));
  return isNumber ? Number(text) : text;
}

/** As grams of keys are: each key and each value under it is one of 512, by a hash. */
const GRAM_BITS = 9;

/** Grams of which metadata that matches has one at least. */
export function gramsOfFilter(filter: string): number[] {
  const { key, value } = askedOf(filter);
  const name = lastPart(key);
  if (value === null) return [gramOf(name)];
  return [...new Set([value, String(scalarOf(value))].map(text => gramOf(`${name}=${text}`)))];
}

/** Grams of all that metadata says. */
export function* gramsOfMetadata(metadata: object): Generator<number> {
  for (const [key, value] of Object.entries(metadata)) {
    const name = lastPart(key);
    yield gramOf(name);
    yield* gramsOfValue(name, value);
  }
}

function* gramsOfValue(name: string, value: unknown): Generator<number> {
  if (Array.isArray(value)) for (const inner of value) yield* gramsOfValue(name, inner);
  else if (typeof value === 'object' && value !== null) yield* gramsOfMetadata(value);
  else yield gramOf(`${name}=${value}`);
}

/** `site` of `scan.site`, whether that is a key or a way into an object. */
const lastPart = (key: string): string => key.slice(key.lastIndexOf('.') + 1);

/** FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/ */
function gramOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return Math.imul(hash, 0x9e3779b1) >>> (32 - GRAM_BITS);
}
