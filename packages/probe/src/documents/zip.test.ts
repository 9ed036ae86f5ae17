import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { memorySource } from '../byte-source.ts';
import { probe } from '../probe.ts';

const read = (names: string[]) =>
  probe(memorySource(zipSync(Object.fromEntries(names.map(name => [name, strToU8(name)])))), 'a');

test.each([
  [['[Content_Types].xml', 'xl/workbook.xml'], /spreadsheetml\.sheet$/, 'table'],
  [['[Content_Types].xml', 'word/document.xml'], /wordprocessingml/, 'other'],
  [['a.npy', 'b.npy'], /x-npz/, 'array'],
  [['photos/a.jpg', 'xl.txt'], /^application\/zip$/, 'other'],
])('%s', async (names, mediaType, kind) => {
  expect((await read(names)).facts).toMatchObject({ mediaType: expect.stringMatching(mediaType), kind });
});

test('a first entry that names the type', async () => {
  const type = 'application/vnd.oasis.opendocument.spreadsheet';
  const file = zipSync({ mimetype: [strToU8(type), { level: 0 }], 'content.xml': strToU8('<x/>') });
  expect((await probe(memorySource(file), 'a.ods')).facts).toMatchObject({ mediaType: type, kind: 'table' });
});
