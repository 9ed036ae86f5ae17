import { expect, test } from 'vitest';
import { directLocationRules } from './location-rules.ts';
import { readBase, readUrl, urlOf } from './url.ts';

const place = (url: string) => {
  const read = readUrl(url);
  return read.ok ? [read.place.container, read.place.key] : read.message;
};

test.each([
  ['https://data.example/a/b.jpg', 'https://data.example', 'a/b.jpg'],
  ['https://DATA.example:443/a/b.jpg', 'https://data.example', 'a/b.jpg'],
  ['http://127.0.0.1:8080/b.jpg#x', 'http://127.0.0.1:8080', 'b.jpg'],
  ['https://data.example/a%20b/%C3%AA.jpg', 'https://data.example', 'a b/ê.jpg'],
  ['https://data.example/a.jpg?sv=1&se=2026-12-01&sig=x', 'https://data.example', 'a.jpg'],
  ['https://data.example/a.jpg?X-Amz-Signature=x&versionId=7', 'https://data.example', 'a.jpg?versionId=7'],
  ['https://data.example/a%5Cb.jpg', 'https://data.example', 'a\\b.jpg'],
  ['https://data.example/get?id=5&token=secret', 'https://data.example', 'get?id=5'],
])('the place of %s', (url, container, key) => expect(place(url)).toEqual([container, key]));

test.each([
  ['ftp://data.example/a', /not a URL/],
  ['data.example/a.jpg', /not a URL/],
  ['https://user:pass@data.example/a.jpg', /user name/],
  ['https://data.example/a b.jpg', /not a URL/],
  ['https://data.example/%zz.jpg', /%/],
  // Else one could leave the folder that a connection is limited to.
  ['https://data.example/a/../b.jpg', /“..”/],
  ['https://data.example/a/%2E%2e/b.jpg', /“..”/],
  ['https://data.example/a\\..\\b.jpg', /%5C/],
  ['https://data.example/', /folder or a host/],
  ['https://data.example/a/', /folder or a host/],
  [`https://data.example/${'a'.repeat(1025)}`, /1025 characters/],
  [`https://data.example/a?q=${'a'.repeat(17_000)}`, /16,384/],
])('no place in %s', (url, message) => expect(place(url)).toMatch(message));

test('a place says its URL, unless a query belongs to it', () => {
  const url = 'https://data.example/a%20b/%C3%AA%2B.jpg';
  const read = readUrl(url);
  expect(read.ok && urlOf(read.place)).toBe(url);
  const asked = readUrl('https://data.example/get?id=5');
  expect(asked.ok && urlOf(asked.place)).toBe('https://data.example/get%3Fid%3D5');
});

test.each([
  ['https://data.example/exports/', { ok: true, container: 'https://data.example', prefix: 'exports/' }],
  ['data.example', { ok: true, container: 'https://data.example', prefix: '' }],
  ['https://data.example:8443/a?x=1', { ok: true, container: 'https://data.example:8443', prefix: 'a' }],
])('the base %s', (text, expected) => expect(readBase(text)).toEqual(expected));

test.each(['', 's3://bucket/a', 'https://u:p@data.example', 'https://exa mple', 'https://a.example/b\\c'])(
  'no base in “%s”',
  text => expect(readBase(text)).toMatchObject({ ok: false }),
);

const BASE = { container: 'https://data.example', prefix: 'exports/' };

test.each([
  'https://data.example/exports/a',
  'HTTPS://Data.Example:443/exports/a',
  'https://data.example/%65xports/a',
])('%s belongs to the base', url => expect(directLocationRules.owns(url, BASE)).not.toBeNull());

test.each([
  'http://data.example/exports/a',
  'https://data.example:8443/exports/a',
  'https://data.example./exports/a',
  'https://data.example.attacker.example/exports/a',
  'https://data.example@attacker.example/exports/a',
  'https://attacker.example#@data.example/exports/a',
  'https://attacker.example?@data.example/exports/a',
  'https://attacker.example\\@data.example/exports/a',
  'https://data.example\\.attacker.example/exports/a',
  'https://dаta.example/exports/a', // with a Cyrillic letter
  '//data.example/exports/a',
  'https:data.example/exports/a',
  'https://data.example/exports',
  'https://data.example/exportsa/b',
  'https://data.example/Exports/a',
  'https://data.example//exports/a',
  'https://data.example/exports/../secret/a',
  'https://data.example/exports/%2e%2E/secret/a',
  'https://data.example/exports/..%2fsecret/a',
  'https://data.example/exports/..\\..\\secret',
  'https://data.example/exports/a\nhttps://attacker.example/',
])('%j does not', url => expect(directLocationRules.owns(url, BASE)).toBeNull());
