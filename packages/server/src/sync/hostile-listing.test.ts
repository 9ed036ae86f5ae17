import { createMemoryProvider, createMemoryStorage } from '@mooring/storage/memory';
import { ColumnWriter, emptyRow, ObjectColumns, ObjectList, type Provider } from '@mooring/storage/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPageMemory } from '../listing/page-memory.ts';
import { testServers } from '../platform/database/testing.ts';
import { createTestSync, type TestSync } from './testing.ts';

/** Larger than any storage holds; a thousand of them are more than an int8. */
const HUGE_BYTES = Number.MAX_SAFE_INTEGER;

interface Listed {
  key: string;
  sizeBytes?: number;
  etag?: string;
  contentType?: string;
  lastModified?: number;
}

/** One page, as a storage's own reader makes it of an answer. */
function pageOf(objects: readonly Listed[]): ObjectList {
  const rows = new ColumnWriter();
  const texts: Buffer[] = [];
  const words: (string | null)[] = [null];
  let length = 0;
  const add = (text: string): [number, number] => {
    const bytes = Buffer.from(text);
    texts.push(bytes);
    length += bytes.length;
    return [length - bytes.length, length];
  };
  for (const { key, sizeBytes = 1, etag = 'e', contentType, lastModified = 0 } of objects) {
    const row = emptyRow();
    [row.keyStart, row.keyEnd] = add(key);
    [row.etagStart, row.etagEnd] = add(etag);
    if (contentType !== undefined) row.type = words.push(contentType) - 1;
    rows.add({ ...row, sizeBytes, modifiedAt: lastModified });
  }
  return ObjectList.of(new ObjectColumns(rows.take(new Uint8Array(Buffer.concat(texts)), words)));
}

describe.each(testServers)('a storage that lists what cannot be, on $name', server => {
  let it: TestSync;
  beforeAll(async () => {
    it = await createTestSync(server);
  });
  afterAll(() => it.drop());

  async function sync(objects: readonly Listed[]) {
    const memory = createMemoryProvider({ storage: createMemoryStorage({ containers: ['data'] }) });
    const provider: Provider = {
      ...memory,
      list: async () => ({ objects: pageOf(objects), prefixes: [], cursor: null }),
    };
    it.use(provider);
    const source = await it.createSource();
    return { source, counts: await it.sync(source.id) };
  }

  test.each<[string, Listed]>([
    ['a key longer than any service allows', { key: `m${'x'.repeat(1024)}` }],
    ['a key of 20,000 slashes', { key: `m${'/'.repeat(20_000)}` }],
    ['a key of a megabyte', { key: `m${'x'.repeat(1_000_000)}` }],
    ['a size that is not exact', { key: 'm', sizeBytes: 2 ** 60 }],
    ['a negative size', { key: 'm', sizeBytes: -1 }],
    ['a size that is no number', { key: 'm', sizeBytes: Number.NaN }],
    ['a date that cannot be', { key: 'm', lastModified: 1e18 }],
    ['a content type with a NUL', { key: 'm', contentType: 'a\0b' }],
    ['a content type of a megabyte', { key: 'm', contentType: 'x'.repeat(1_000_000) }],
    ['an ETag of a megabyte', { key: 'm', etag: 'x'.repeat(1_000_000) }],
  ])('%s is skipped with a reason, and its neighbours are kept', async (_, odd) => {
    const { source, counts } = await sync([{ key: 'a' }, odd, { key: 'z' }]);
    expect(counts).toMatchObject({ listed: 3, added: 2, skipped: 1 });
    const { lastOperationId } = await it.catalogue.getSource(it.workspaceId, source.id);
    const { items } = await it.process.operations.listErrors(it.workspaceId, lastOperationId!, { limit: 10 });
    expect(items).toMatchObject([{ message: expect.stringMatching(/^The object was skipped/) }]);
    expect(items[0]!.item.length).toBeLessThan(3000);
  });

  test('pages wait where the memory for them is full, and what they took is given back', async () => {
    const storage = createMemoryStorage({ containers: ['data'] });
    for (let at = 0; at < 2000; at++) storage.put(`d${at % 7}/${at}`, 'x');
    it.use(createMemoryProvider({ storage }));
    const memory = createPageMemory({ most: 1, mostPerWorkspace: 1 });
    let [held, most] = [0, 0];
    const counted = {
      ...memory,
      add(workspaceId: string, bytes: number) {
        held += bytes;
        most = Math.max(most, held);
        memory.add(workspaceId, bytes);
      },
    };
    const source = await it.createSource();
    expect(await it.sync(source.id, { pageSize: 100, memory: counted })).toMatchObject({ added: 2000 });
    expect(held).toBe(0);
    const all = 2000 * 500;
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThan(all / 2);
  });

  test('sizes that add up past a safe integer, and past an int8, are summed exactly', async () => {
    const objects = Array.from({ length: 2000 }, (_, at) => ({
      key: `d/${String(at).padStart(4, '0')}`,
      sizeBytes: HUGE_BYTES,
    }));
    const { source } = await sync(objects);
    const { total } = await it.catalogue.getFolder(it.workspaceId, source.folderId);
    const exact = BigInt(HUGE_BYTES) * 2000n;
    expect(exact > 2n ** 63n).toBe(true);
    expect(total).toEqual({ assets: 2000, sizeBytes: String(exact) });
  });
});
