import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { goldenFolder, readAll, toUtf16 } from './testing-read.ts';

const names = readdirSync(goldenFolder).filter(name => !name.endsWith('.expected.json'));
const bytesOf = (name: string) => new Uint8Array(readFileSync(new URL(name, goldenFolder)));

test('there is a golden file of every format', () => {
  expect(names.length).toBeGreaterThanOrEqual(16);
});

test.each(names)('%s is read as it says', async name => {
  const read = await readAll([bytesOf(name)]);
  const expected = new URL(`${name}.expected.json`, goldenFolder);
  const text = `${JSON.stringify(read, null, 2)}\n`;
  await expect(text).toMatchFileSnapshot(expected.pathname);
});

test.each(names)('%s is the same in UTF-16, with a byte-order mark, and in gzip', async name => {
  const bytes = bytesOf(name);
  const plain = await readAll([bytes]);
  const mark = Uint8Array.of(0xef, 0xbb, 0xbf);
  expect(await readAll([mark, bytes])).toEqual(plain);
  expect(await readAll([toUtf16(bytes, 'le', true)])).toEqual(plain);
  expect(await readAll([toUtf16(bytes, 'be', true)])).toEqual(plain);
  expect(await readAll([toUtf16(bytes, 'le', false)])).toEqual(plain);
  expect(await readAll([gzipSync(bytes)])).toEqual(plain);
  expect(await readAll([gzipSync(toUtf16(bytes, 'be', true))])).toEqual(plain);
});

test.each(names)('%s says no signature in a problem or a warning', async name => {
  const { problems, warnings } = await readAll([bytesOf(name)]);
  expect(JSON.stringify({ problems, warnings })).not.toContain('SECRET');
});
