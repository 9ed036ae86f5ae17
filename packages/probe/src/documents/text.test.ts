import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memorySource } from '../byte-source.ts';
import { probe } from '../probe.ts';

const read = (bytes: Uint8Array | string, name = 'a') =>
  probe(memorySource(Buffer.from(bytes as string)), name);
const utf16 = (text: string, bigEndian = false) => {
  const bytes = Buffer.from(text, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
};
const WORDS = 'Größe und Maß\nà la carte\nthe end';

describe('text', () => {
  test.each([
    ['utf-8', Buffer.from(WORDS)],
    ['utf-8-bom', Buffer.from(`\ufeff${WORDS}`)],
    ['utf-16le', utf16(`\ufeff${WORDS}`)],
    ['utf-16be', utf16(`\ufeff${WORDS}`, true)],
    ['utf-16le', utf16(WORDS)],
    ['utf-16be', utf16(WORDS, true)],
    ['windows-1252', Buffer.from(WORDS, 'latin1')],
  ])('in %s', async (encoding, bytes) => {
    expect((await read(bytes)).facts).toMatchObject({
      kind: 'text',
      mediaType: 'text/plain',
      encoding,
      lines: 3,
    });
  });

  test.each([
    ['a\nb\n', 2],
    ['a\r\nb', 2],
    ['a\rb\r', 2],
    ['\n', 1],
    ['a', 1],
  ])('%j has %d lines', async (text, lines) => {
    expect((await read(text)).facts.lines).toBe(lines);
  });

  test('lines of a large text are not counted', async () => {
    const { facts, spent } = await read('some words\n'.repeat(200_000));
    expect(facts).toMatchObject({ encoding: 'utf-8', lines: null });
    expect(spent.bytes).toBe(65_536);
  });

  test('a text that becomes something else says so', async () => {
    const { facts, warnings } = await read(Buffer.concat([Buffer.alloc(100_000, 'a b\n'), Buffer.alloc(9)]));
    expect(facts).toMatchObject({ kind: 'text', lines: null });
    expect(warnings).toMatchObject([{ code: 'unusual' }]);
  });

  test.each([
    ['zeros', Buffer.alloc(1000)],
    ['random bytes', Buffer.from(Array.from({ length: 999 }, (_, i) => (i * i * 31 + i * 7) & 255))],
    ['high bytes', Buffer.alloc(1000, 0xe4)],
    ['nothing', Buffer.alloc(0)],
  ])('%s are no text', async (_, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({ code: 'not_recognised' });
  });

  test('any string is read in the encoding it was written in', async () => {
    const words = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 300 })
      .map(text => `words ${text}`.replace(/\p{Cc}/gu, ' '));
    await fc.assert(
      fc.asyncProperty(words, async text => {
        expect((await read(text)).facts.encoding).toBe('utf-8');
        expect((await read(utf16(`\ufeff${text}`))).facts.encoding).toBe('utf-16le');
      }),
      { numRuns: 200 },
    );
  });
});

describe('markup', () => {
  test.each([
    ['<!DOCTYPE html>\n<title>x</title>', 'text/html', 'text'],
    ['  <!-- a note -->\n<HTML lang="en">', 'text/html', 'text'],
    ['<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">\n<html/>', 'text/html', 'text'],
    ['<?xml version="1.0"?><feed/>', 'application/xml', 'text'],
    ['<kml xmlns="http://www.opengis.net/kml/2.2"/>', 'application/xml', 'text'],
    ['<svg width="3" height="4"/>', 'image/svg+xml', 'image'],
    [
      '<?xml version="1.0"?>\n<!DOCTYPE svg [<!ENTITY a "b">]>\n<s:svg xmlns:s="x"/>',
      'image/svg+xml',
      'image',
    ],
    ['<stdio.h> and so on', 'text/plain', 'text'],
    ['<!-- not closed', 'text/plain', 'text'],
  ])('%s', async (text, mediaType, kind) => {
    expect((await read(text)).facts).toMatchObject({ mediaType, kind });
  });

  test.each([
    ['width="320" height="200.4px"', 320, 200],
    ["viewBox='0 0 64 48'", 64, 48],
    ['width="100%" height="20em" viewBox="0,0,10,20"', 10, 20],
    ['width="2in"', null, null],
  ])('an SVG with %s', async (attributes, width, height) => {
    expect((await read(`<svg ${attributes}></svg>`)).facts).toMatchObject({ width, height });
  });
});
