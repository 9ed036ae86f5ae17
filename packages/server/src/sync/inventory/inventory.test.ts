import { randomInt } from 'node:crypto';
import { type Asset, assetFilter, syncCountsOf } from '@mooring/contract';
import { createMemoryProvider, createMemoryStorage, type MemoryStorage } from '@mooring/storage/memory';
import type { Provider } from '@mooring/storage/server';
import { systemClock } from '@mooring/storage/server';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, type Limits } from '../../platform/config-limits.ts';
import { testServers } from '../../platform/database/testing.ts';
import type { Kinds } from '../../platform/kinds.ts';
import { createTestSync, type TestSync } from '../testing.ts';
import { createInventoryHandler, type InventoryStart } from './inventory.ts';

const HEADER =
  'Name,Creation-Time,Last-Modified,Etag,Content-Length,Content-Type,AccessTier,hdi_isfolder,Deleted';

describe.each(testServers)('inventory reports on $name', server => {
  let it: TestSync;
  let storage: MemoryStorage;
  let provider: Provider;
  let kinds: Kinds;
  beforeAll(async () => {
    it = await createTestSync(server);
  });
  afterAll(() => it.drop());
  beforeEach(() => {
    storage = createMemoryStorage({ containers: ['data', 'reports'] });
    provider = createMemoryProvider({ storage });
    it.use(provider);
    kinds = it.kinds;
  });

  const rowOf = (key: string): string => {
    const object = storage.objects().get(key)!;
    const name = `"data/${key.replaceAll('"', '""')}"`;
    const date = object.lastModified.toISOString();
    return [name, date, date, object.etag, object.sizeBytes, object.contentType, object.tier, '', ''].join(
      ',',
    );
  };
  const put = (key: string, body: string | Buffer) => storage.put(key, body, { container: 'reports' });

  async function read(sourceId: string, start: InventoryStart, limits: Partial<Limits> = {}) {
    const id = await it.begin('inventory', { type: 'source', id: sourceId });
    await it.db
      .updateTable('operations')
      .set({ checkpoint: JSON.stringify(start) })
      .where('id', '=', id)
      .execute();
    const { db } = it.process;
    const { catalogue } = it;
    const connections = { open: async () => ({ connection: { provider: 'azure' }, provider }) };
    const handler = createInventoryHandler({
      ...{ db, catalogue, connections, kinds, clock: systemClock },
      limits: { ...DEFAULT_LIMITS, ...limits },
    });
    await it.runOnce(handler, id);
    const { items } = await it.process.operations.listErrors(it.workspaceId, id, { limit: 1000 });
    return { counts: syncCountsOf(await it.process.operations.get(it.workspaceId, id))!, items };
  }
  async function assetsOf(sourceId: string): Promise<Asset[]> {
    const filter = assetFilter.parse({ sourceId, status: 'any' });
    return (await it.catalogue.listAssets(it.workspaceId, filter, { limit: 1000 })).items;
  }

  test('a report seeds a source, so exactly that a sync has nothing left to do', async () => {
    for (const key of ['a', 'b "quoted", with commas', 'c/d\ne']) storage.put(key, key);
    const source = await it.createSource();
    put(
      'r/rule-manifest.json',
      JSON.stringify({ status: 'Succeeded', files: [{ blob: 'r/1.csv' }, { blob: 'r/2.csv' }] }),
    );
    put('r/1.csv', `\ufeff${HEADER}\n${rowOf('a')}\nother/x,,2026-01-01,e,1,,,,\n`);
    const gone = 'data/gone,,2026-01-01T00:00:00Z,e,1,,Hot,,true';
    const folder = 'data/dir,,2026-01-01T00:00:00Z,e,0,,,true,';
    put(
      'r/2.csv',
      `${HEADER}\n${rowOf('b "quoted", with commas')}\n${rowOf('c/d\ne')}\n${gone}\n${folder}\n`,
    );
    const place = { container: 'reports', key: 'r/rule-manifest.json' };
    const { counts } = await read(source.id, { ...place, mode: 'seed' });
    expect(counts).toMatchObject({ listed: 4, added: 3, skipped: 1 });
    expect(await it.sync(source.id)).toMatchObject({ listed: 3, unchanged: 3, added: 0, changed: 0 });
  });

  test('seeding leaves what is known as it is; checking writes nothing, and names what differs', async () => {
    storage.put('same', 'x');
    storage.put('old', 'x');
    storage.put('unreported', 'x');
    const source = await it.createSource();
    await it.sync(source.id);
    storage.put('old', 'changed since');
    storage.put('new', 'x');
    put('report.csv', [HEADER, ...['new', 'old', 'same'].map(rowOf)].join('\r\n'));
    const place = { container: 'reports', key: 'report.csv' };

    const before = await assetsOf(source.id);
    const { counts, items } = await read(source.id, { ...place, mode: 'check' });
    expect(counts).toMatchObject({ listed: 3, added: 1, changed: 1, unchanged: 1, removed: 1 });
    expect(items.map(({ item, code }) => [item, code])).toEqual([
      ['new', 'inventory_differs'],
      ['old', 'inventory_differs'],
    ]);
    expect(await assetsOf(source.id)).toEqual(before);

    await read(source.id, { ...place, mode: 'seed' });
    const after = await assetsOf(source.id);
    expect(after.map(({ key, sizeBytes }) => [key, sizeBytes])).toEqual([
      ['new', 1],
      ['old', 1],
      ['same', 1],
      ['unreported', 1],
    ]);
  });

  test('reads Parquet as CSV, with its own types', async () => {
    const keys = ['a', 'b/c', 'é'];
    for (const key of keys) storage.put(key, key, { contentType: 'image/png' });
    const objects = keys.map(key => storage.objects().get(key)!);
    const file = parquetWriteBuffer({
      columnData: [
        { name: 'Name', data: keys.map(key => `data/${key}`), type: 'STRING' },
        { name: 'Etag', data: objects.map(object => object.etag), type: 'STRING' },
        { name: 'Content-Length', data: objects.map(object => BigInt(object.sizeBytes)), type: 'INT64' },
        { name: 'Content-Type', data: objects.map(object => object.contentType), type: 'STRING' },
        { name: 'Last-Modified', data: objects.map(object => object.lastModified), type: 'TIMESTAMP' },
        { name: 'AccessTier', data: objects.map(object => object.tier), type: 'STRING' },
        { name: 'Deleted', data: keys.map(() => false), type: 'BOOLEAN' },
      ],
    });
    const source = await it.createSource();
    put('report.parquet', Buffer.from(file));
    const { counts } = await read(source.id, { container: 'reports', key: 'report.parquet', mode: 'seed' });
    expect(counts).toMatchObject({ listed: 3, added: 3 });
    expect(await it.sync(source.id)).toMatchObject({ listed: 3, unchanged: 3 });
  });

  test('where the manifest says the columns, the first row of a CSV is an object', async () => {
    const azure = it.kinds.get('azure');
    const value = { keys: ['r.csv'], columns: HEADER.split(',') };
    const files = () => ({ ok: true as const, value });
    kinds = { ...it.kinds, get: () => ({ ...azure, inventories: { ...azure.inventories!, files } }) };
    for (const key of ['a', 'b']) storage.put(key, key);
    const source = await it.createSource();
    put('r.json', '{}');
    put('r.csv', ['a', 'b'].map(rowOf).join('\n'));
    const { counts } = await read(source.id, { container: 'reports', key: 'r.json', mode: 'seed' });
    expect(counts).toMatchObject({ listed: 2, added: 2 });
    expect(await it.sync(source.id)).toMatchObject({ listed: 2, unchanged: 2 });
  });

  test('reads a CSV that is larger than what is read at once', async () => {
    const keys = Array.from({ length: 500 }, (_, index) => `k${String(index).padStart(3, '0')}`);
    for (const key of keys) storage.put(key, key);
    const source = await it.createSource();
    // The second column is not looked at.
    const rows = keys.map(key => rowOf(key).replace(/,[^,]*/, `,${'x'.repeat(10_000)}`));
    put('report.csv', [HEADER, ...rows].join('\n'));
    const { counts } = await read(source.id, { container: 'reports', key: 'report.csv', mode: 'seed' });
    expect(counts).toMatchObject({ listed: 500, added: 500 });
    expect(await it.sync(source.id)).toMatchObject({ listed: 500, unchanged: 500 });
  });

  test('goes on from the row that was written last', async () => {
    const keys = Array.from({ length: 30 }, (_, index) => `k${index}`);
    for (const key of keys) storage.put(key, key);
    const source = await it.createSource();
    put('report.csv', [HEADER, ...keys.map(rowOf)].join('\n'));
    const rows = randomInt(1, 30);
    const { counts } = await read(source.id, { container: 'reports', key: 'report.csv', mode: 'seed', rows });
    expect(counts.added).toBe(30 - rows);
  });

  test.each([
    ['r.csv', 'Name,Etag\ndata/a,e\n', /no column Content-Length, Last-Modified/],
    ['r.csv', `${HEADER}\ndata/a,,yesterday,e,1,,,,\n`, /no size or date/],
    ['r.txt', 'x', /neither in \.csv nor in \.parquet/],
    ['r.parquet', 'nonsense, and long enough to be looked at', /not a Parquet file/],
  ])('%s with %j is refused', async (key, body, message) => {
    const source = await it.createSource();
    put(key, body);
    await expect(read(source.id, { container: 'reports', key, mode: 'seed' })).rejects.toThrow(message);
  });

  test.each<[string, string, string, RegExp]>([
    ['a quote that is not closed', 'r.csv', `${HEADER}\n"${'x'.repeat(100_000)}`, /cannot be read: .*65536/s],
    ['a long cell', 'r.csv', `${HEADER}\n${'x'.repeat(20_000)},,,,,,,,\n`, /a cell has 20,000 characters/],
    ['a long manifest', 'r.json', `${' '.repeat(1_000_000)}{}`, /it has 1,000,002 bytes/],
  ])('%s is refused', async (_, key, body, message) => {
    const source = await it.createSource();
    put(key, body);
    await expect(read(source.id, { container: 'reports', key, mode: 'seed' })).rejects.toThrow(message);
  });

  /** A file whose columns hold one value so many times: small, and large once it is decoded. */
  const constant = (rows: number) =>
    Buffer.from(
      parquetWriteBuffer({
        columnData: ['Name', 'Etag', 'Content-Length', 'Last-Modified'].map(name => ({
          name,
          data: new Array<string>(rows).fill('x'),
          type: 'STRING',
        })),
        rowGroupSize: rows,
      }),
    );

  test('a file that takes too much memory ends the process that reads it, and no more', async () => {
    const source = await it.createSource();
    put('r.parquet', constant(4_000_000));
    const start = { container: 'reports', key: 'r.parquet', mode: 'seed' } as const;
    await expect(read(source.id, start, { inventoryMemoryMb: 128 })).rejects.toThrow(
      'r.parquet cannot be read with 128 MB of memory.',
    );
  });

  test('a row group that says it has more rows than can be is not decoded', async () => {
    const source = await it.createSource();
    put('r.parquet', constant(5_000_001));
    const start = { container: 'reports', key: 'r.parquet', mode: 'seed' } as const;
    await expect(read(source.id, start)).rejects.toThrow(/a row group has 5000001 rows/);
  });
});
