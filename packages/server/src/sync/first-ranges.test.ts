import { createMemoryStorage } from '@mooring/storage/memory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testServers } from '../platform/database/testing.ts';
import { firstRanges } from './first-ranges.ts';
import { createOrderedProvider, createTestSync, type TestSync } from './testing.ts';

const ASSETS = 5000;

describe.each(testServers)('the ranges that a sync begins with on $name', server => {
  let it: TestSync;
  beforeAll(async () => {
    it = await createTestSync(server);
  });
  afterAll(() => it.drop());

  async function createSource(keyOf: (index: number) => string) {
    const storage = createMemoryStorage();
    for (let index = 0; index < ASSETS; index++) storage.put(keyOf(index), 'x');
    it.use(createOrderedProvider(storage, 'bytes').provider);
    const { id } = await it.createSource();
    await it.sync(id);
    const source = await it.catalogue.getSource(it.workspaceId, id);
    const keys = storage.sortedKeys('data');
    const countIn = (first: string, end: string | null) =>
      keys.filter(key => key >= first && (end === null || key < end)).length;
    return { source, countIn };
  }

  test('share out all keys, in whole pages', async () => {
    const { source, countIn } = await createSource(index => `${index % 10}/${1e6 + index}`);
    const ranges = await firstRanges(it.db, source, { cuts: true, pageSize: 1000 });
    expect(ranges[0]!.first).toBe('');
    expect(ranges.map(({ end }) => end)).toEqual([...ranges.slice(1).map(({ first }) => first), null]);
    const counts = ranges.map(({ first, end }) => countIn(first, end));
    expect(counts.reduce((sum, count) => sum + count)).toBe(ASSETS);
    expect(Math.max(...counts)).toBeLessThanOrEqual(980);
    expect(ranges.length).toBeLessThanOrEqual(8);
  });

  test('are no more than can be kept an eye on', async () => {
    const { source, countIn } = await createSource(index => `${1e6 + index}`);
    const ranges = await firstRanges(it.db, source, { cuts: true, pageSize: 2 });
    expect(ranges.length).toBeGreaterThan(5);
    expect(Math.max(...ranges.map(({ first, end }) => countIn(first, end)))).toBeLessThanOrEqual(512);
  });

  test.each([
    ['where one page lists all', { cuts: true, pageSize: ASSETS }],
    ['where the storage keeps none', { cuts: false, pageSize: 100 }],
  ])('are one %s', async (_where, options) => {
    const { source } = await createSource(index => `${1e6 + index}`);
    expect(await firstRanges(it.db, source, options)).toEqual([{ prefix: '', first: '', end: null }]);
  });
});
