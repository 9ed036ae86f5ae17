import fc from 'fast-check';

/** A blob as a listing may describe it. */
export interface ListedBlob {
  name: string;
  etag: string;
  sizeBytes: number;
  contentType: string | null;
  tier: string | null;
  /** Whole seconds, as milliseconds since 1970. */
  modifiedAt: number;
  metadata: Record<string, string> | null;
  deleted: boolean;
  snapshot: string | null;
  current: boolean | null;
}

const CHARACTERS = [
  'a',
  'Z',
  '/',
  ' ',
  '.',
  '%',
  '&',
  '<',
  '>',
  '"',
  "'",
  ';',
  '\n',
  '\t',
  'é',
  'e\u0301',
  '中',
  '\ue000',
  '📷',
];
const text = (min: number) =>
  fc.array(fc.constantFrom(...CHARACTERS), { minLength: min, maxLength: 12 }).map(parts => parts.join(''));

/** Not of white space alone, which the SDK's XML parser drops. */
const name = text(1).filter(value => value.trim() !== '');

const blob: fc.Arbitrary<ListedBlob> = fc.record({
  name,
  etag: fc.stringMatching(/^(0x[0-9A-F]{1,16}|"0x[0-9A-F]{1,16}")$/),
  sizeBytes: fc.oneof(fc.constantFrom(0, 1, 2 ** 42), fc.nat()),
  contentType: fc.constantFrom(null, 'image/jpeg', 'text/plain; charset="utf-8"', 'a/b&c'),
  tier: fc.constantFrom(null, 'Hot', 'Cool', 'Archive'),
  modifiedAt: fc.integer({ min: 0, max: 4e9 }).map(seconds => seconds * 1000),
  metadata: fc.constantFrom(
    null,
    {},
    { hdi_isfolder: 'true' },
    { Hdi_IsFolder: 'true', owner: 'a & b' },
    { hdi_isfolder: 'false' },
  ),
  deleted: fc.boolean(),
  snapshot: fc.option(fc.constant('2026-11-22T01:10:00.0000000Z'), { freq: 10 }),
  current: fc.option(fc.boolean()),
});

export const listing = fc.record({
  blobs: fc.array(blob, { maxLength: 8 }),
  prefixes: fc.array(
    name.map(value => `${value}/`),
    { maxLength: 3 },
  ),
  marker: fc.option(fc.constantFrom('2!8!YWJjZA==', 'a&b<c')),
});
export type Listing = typeof listing extends fc.Arbitrary<infer T> ? T : never;
