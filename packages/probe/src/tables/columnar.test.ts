import { tableFromArrays, tableToIPC } from 'apache-arrow';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, test } from 'vitest';
import { memorySource } from '../byte-source.ts';
import { probe } from '../probe.ts';

const read = (bytes: Uint8Array, name: string) => probe(memorySource(bytes), name);
const names = Array.from({ length: 500 }, (_, i) => `a${i}.jpg`);

function parquetFile(rowGroupSize: number): Uint8Array {
  return new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: 'file', data: names, type: 'STRING' },
        { name: 'x', data: names.map((_, i) => i), type: 'INT32' },
      ],
      rowGroupSize,
    }),
  );
}

describe('Parquet', () => {
  test.each([500, 5])('rows and columns, with groups of %d rows', async size => {
    const { facts, spent } = await read(parquetFile(size), 'a.parquet');
    expect(facts).toMatchObject({ kind: 'table', rows: 500, rowsExact: true, columns: ['file', 'x'] });
    expect(spent.requests).toBeLessThan(3);
  });

  test('a footer that lies is an error', async () => {
    const file = parquetFile(500);
    const length = Buffer.from(file.slice());
    length.writeUInt32LE(0xfffffff0, file.length - 8);
    await expect(read(length, 'a')).rejects.toMatchObject({
      code: 'malformed',
      message: expect.stringContaining('4294967280'),
    });
    const list = Buffer.concat([
      Buffer.from('PAR1'),
      Buffer.from([0x29, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x0f, 0]),
      Buffer.from([8, 0, 0, 0]),
      Buffer.from('PAR1'),
    ]);
    await expect(read(list, 'a')).rejects.toMatchObject({ code: 'malformed' });
    await expect(read(file.subarray(0, 300), 'a')).rejects.toMatchObject({
      message: expect.stringContaining('It may be cut'),
    });
  });

  test('a number of rows below zero is an error', async () => {
    // FileMetaData: an empty schema, -4 rows.
    const footer = [0x29, 0x0c, 0x16, 0x07, 0];
    const file = Buffer.concat([
      Buffer.from('PAR1'),
      Buffer.from([...footer, footer.length, 0, 0, 0]),
      Buffer.from('PAR1'),
    ]);
    await expect(read(file, 'a')).rejects.toMatchObject({
      code: 'malformed',
      message: expect.stringContaining('-4 rows'),
    });
  });

  test('an encrypted footer is marked', async () => {
    const file = Buffer.concat([Buffer.from('PARE'), Buffer.alloc(40), Buffer.from('PARE')]);
    expect((await read(file, 'a')).warnings).toMatchObject([{ code: 'encrypted' }]);
  });
});

describe('Arrow', () => {
  const table = tableFromArrays({ file: names, x: Int32Array.from(names, (_, i) => i) });

  test('rows and columns', async () => {
    expect((await read(tableToIPC(table, 'file'), 'a.feather')).facts).toMatchObject({
      kind: 'table',
      rows: 500,
      rowsExact: true,
      columns: ['file', 'x'],
    });
  });

  test('many batches are estimated by the first and the last', async () => {
    const batches = table.concat(...Array(7).fill(table), table.slice(0, 20));
    expect((await read(tableToIPC(batches, 'file'), 'a')).facts).toMatchObject({
      rows: 4020,
      rowsExact: false,
    });
  });

  test('a file that is cut is an error', async () => {
    await expect(read(tableToIPC(table, 'file').subarray(0, 900), 'a')).rejects.toMatchObject({
      code: 'malformed',
    });
  });
});
