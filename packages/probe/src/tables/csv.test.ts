import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memorySource } from '../byte-source.ts';
import { probe } from '../probe.ts';
import { csvRecords } from './csv-records.ts';

const read = (text: string) => probe(memorySource(Buffer.from(text)), 'a.csv');
const written = (records: string[][], delimiter = ',', end = '\n') =>
  records
    .map(fields => fields.map(field => `"${field.replaceAll('"', '""')}"`).join(delimiter) + end)
    .join('');

describe('CSV', () => {
  test.each([
    [',', 'text/csv'],
    [';', 'text/csv'],
    ['|', 'text/csv'],
    ['\t', 'text/tab-separated-values'],
  ])('fields between %j', async (delimiter, mediaType) => {
    const rows = Array.from({ length: 9 }, (_, i) => [
      `a${i}.jpg`,
      `says ""so""${delimiter}\nand more`,
      String(i),
    ]);
    const { facts } = await read(written([['file', 'note', 'x y'], ...rows], delimiter, '\r\n'));
    expect(facts).toMatchObject({
      kind: 'table',
      mediaType,
      rows: 9,
      rowsExact: true,
      columns: ['file', 'note', 'x y'],
    });
  });

  test.each([
    ['a.jpg,1\nb.jpg,2\n', 2, null],
    ['file,x\na.jpg,1', 1, ['file', 'x']],
    ['cat,dog\ndog,cat\ncat,cat\n', 3, null],
    ['file,x\n\na.jpg,1\n\n', 1, ['file', 'x']],
  ])('%j', async (text, rows, columns) => {
    expect((await read(text)).facts).toMatchObject({ kind: 'table', rows, columns });
  });

  test.each([
    'One sentence, and another.\nA second line, and more words in it.\n',
    'foo(a);\nbar(b);\nbaz(c);\n',
    '2026-01-01 10:00:00,123 INFO started\n2026-01-01 10:00:01,124 INFO done\n',
    '| a | b |\n|---|---|\n| 1 | 2 |\n',
    'a,b,c',
    `a,"${'x'.repeat(100_000)},\n`,
  ])('%j is no table', async text => {
    expect((await read(text)).facts.mediaType).toBe('text/plain');
  });

  test('rows of a large table are estimated', async () => {
    const row = 'photo.jpg,cat,0.123\n';
    const { facts, spent } = await read(`file,label,x\n${row.repeat(100_000)}`);
    expect(facts.rowsExact).toBe(false);
    expect(Math.abs(facts.rows! - 100_000)).toBeLessThan(100);
    expect(spent.requests).toBe(1);
  });

  test('records are those that were written', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' '), maxLength: 6 });
    const records = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 8 });
    fc.assert(
      fc.property(records, all => {
        expect([...csvRecords(written(all), ',', true)]).toEqual(all);
      }),
    );
  });
});
