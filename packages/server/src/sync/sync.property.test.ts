import { isDeepStrictEqual } from 'node:util';
import { type Asset, assetFilter, type SyncCounts, syncCountsOf } from '@mooring/contract';
import { createMemoryStorage, type MemoryStorage } from '@mooring/storage/memory';
import type { Provider, StorageObject } from '@mooring/storage/server';
import { compareUtf8 } from '@mooring/storage/server';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { kindOf } from '../catalogue/kind.ts';
import { adversarialKeys, recount } from '../catalogue/testing.ts';
import type { OperationHandler, OperationRun } from '../operations/handler.ts';
import { testServers } from '../platform/database/testing.ts';
import { createOrderedProvider, createTestSync, ORDERS, type Order, type TestSync } from './testing.ts';

type Drawn<A> = A extends fc.Arbitrary<infer T> ? T : never;

/** Something that happens to the object of one of the keys. */
const mutation = fc.record({
  key: fc.nat(),
  what: fc.constantFrom('put', 'put', 'put', 'delete', 'placeholder', 'archive'),
  body: fc.constantFrom('one', 'two'),
});
type Mutation = Drawn<typeof mutation>;

const crash = fc.record({ at: fc.integer({ min: 1, max: 6 }), written: fc.boolean() });
type Crash = Drawn<typeof crash>;

const round = fc.record({
  /** Happen before the sync. */
  before: fc.array(mutation, { maxLength: 20 }),
  /** Happen while it lists, one before each page. */
  during: fc.array(mutation, { maxLength: 4 }),
  /** Each ends a run at its nth piece of work, before or after that was written. */
  crashes: fc.array(crash, { maxLength: 3 }),
  /** Whether its cursors expire with a crash. */
  expires: fc.boolean(),
});
type Round = Drawn<typeof round>;

const scenario = fc.record({
  keys: adversarialKeys({ minLength: 3, maxLength: 14 }),
  order: fc.constantFrom(...(Object.keys(ORDERS) as Order[])),
  repeat: fc.boolean(),
  pageSize: fc.integer({ min: 1, max: 5 }),
  rowsAtOnce: fc.integer({ min: 1, max: 6 }),
  rounds: fc.array(round, { minLength: 1, maxLength: 3 }),
});

describe.each(testServers)('any syncs of any container on $name', server => {
  let it: TestSync;
  beforeAll(async () => {
    it = await createTestSync(server);
  });
  afterAll(() => it.drop());

  async function assetsOf(sourceId: string): Promise<Asset[]> {
    const filter = assetFilter.parse({ sourceId, status: 'any' });
    return (await it.catalogue.listAssets(it.workspaceId, filter, { limit: 1000 })).items;
  }

  const isDone = async (operationId: string) =>
    (await it.process.operations.get(it.workspaceId, operationId)).status === 'succeeded';

  /** Syncs, with as many crashes as it takes; what it counted. */
  async function syncWith(
    sourceId: string,
    handler: OperationHandler,
    crashes: readonly Crash[],
    afterCrash: () => void,
  ): Promise<SyncCounts> {
    const operationId = await it.begin('sync', { type: 'source', id: sourceId });
    for (const crash of crashes) {
      if (await isDone(operationId)) break;
      await it.runOnce(handler, operationId, run => crashing(run, crash)).catch(ignoreCrash);
      afterCrash();
    }
    if (!(await isDone(operationId))) await it.runOnce(handler, operationId);
    const operation = await it.process.operations.get(it.workspaceId, operationId);
    const { done, total } = operation;
    const counts = syncCountsOf(operation)!;
    const { listed, removed: _, ...fates } = counts;
    expect(Object.values(fates).reduce((sum, count) => sum + count)).toBe(listed);
    expect([done, total]).toEqual([listed, listed]);
    return counts;
  }

  test('make it equal to the container, and count each difference once', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ keys, order, repeat, rounds, ...options }) => {
        const storage = createMemoryStorage();
        const { provider, expireCursors } = createOrderedProvider(storage, order, { repeat });
        const source = await it.createSource();
        const handler = it.handlerOf(options);
        const ids = new Map<string, string>();
        for (const { before, during, crashes, expires } of rounds.flatMap(round => [
          round,
          afterwards(round),
        ])) {
          for (const one of before) mutate(storage, keys, one);
          const expected = differences(await assetsOf(source.id), storage);
          const pending = [...during];
          it.use(
            beforeEachPage(provider, () => {
              for (const one of pending.splice(0, 1)) mutate(storage, keys, one);
            }),
          );
          const counts = await syncWith(source.id, handler, crashes, expires ? expireCursors : () => {});
          const assets = await assetsOf(source.id);
          for (const { id, key } of assets) {
            expect(id).toBe(ids.get(key) ?? id);
            ids.set(key, id);
          }
          const { kept, counted } = await recount(it.db);
          expect(kept).toEqual(counted);
          if (during.length > 0) continue;
          expect(counts).toEqual(expected);
          expectEqual(assets, storage);
        }
      }),
      { numRuns: 15 },
    );
    expect(await it.db.selectFrom('sync_marks').selectAll().execute()).toEqual([]);
  });
});

/** A round in which nothing disturbs the sync. */
const afterwards = (disturbed: Round): Round => ({ ...disturbed, during: [], crashes: [], expires: false });

function mutate(storage: MemoryStorage, keys: string[], { key: index, what, body }: Mutation): void {
  const key = keys[index % keys.length]!;
  if (what === 'delete') storage.delete(key);
  else if (what === 'placeholder') storage.put(key, '', { placeholder: true });
  else storage.put(key, body, { placeholder: false, ...(what === 'archive' && { tier: 'Archive' }) });
}

function beforeEachPage(provider: Provider, act: () => void): Provider {
  return {
    ...provider,
    list(container, options) {
      act();
      return provider.list(container, options);
    },
  };
}

class Crashed extends Error {}
const ignoreCrash = (error: unknown) => {
  if (!(error instanceof Crashed)) throw error;
};

function crashing(run: OperationRun, { at, written }: Crash): OperationRun {
  const abort = new AbortController();
  let saves = 0;
  return {
    ...run,
    signal: abort.signal,
    async save(trx, state) {
      saves++;
      if (saves === at && !written) throw new Crashed();
      await run.save(trx, state);
      if (saves === at) abort.abort(new Crashed());
    },
  };
}

/** What a sync has to count. */
function differences(assets: Asset[], storage: MemoryStorage): SyncCounts {
  const counts = { listed: 0, added: 0, changed: 0, removed: 0, restored: 0, unchanged: 0, skipped: 0 };
  const unlisted = new Map(assets.map(asset => [asset.key, asset]));
  for (const object of storage.objects().values()) {
    counts.listed++;
    const asset = unlisted.get(object.key);
    if (object.placeholder) counts.skipped++;
    else if (!asset) counts.added++;
    else if (asset.status === 'gone') counts.restored++;
    else if (isDeepStrictEqual(factsOf(asset), factsOfObject(object))) counts.unchanged++;
    else counts.changed++;
    if (!object.placeholder) unlisted.delete(object.key);
  }
  counts.removed = [...unlisted.values()].filter(asset => asset.status === 'present').length;
  return counts;
}

function expectEqual(assets: Asset[], storage: MemoryStorage): void {
  const objects = [...storage.objects().values()].filter(object => !object.placeholder);
  const present = assets.filter(asset => asset.status === 'present');
  expect(present.map(factsOf)).toEqual(
    objects.toSorted((a, b) => compareUtf8(a.key, b.key)).map(factsOfObject),
  );
}

const factsOf = ({ key, etag, sizeBytes, contentType, tier, lastModified, kind }: Asset) => ({
  key,
  etag,
  sizeBytes,
  contentType,
  tier,
  lastModified,
  kind,
});
const factsOfObject = ({ key, etag, sizeBytes, contentType, tier, lastModified }: StorageObject) => ({
  key,
  etag,
  sizeBytes,
  contentType,
  tier,
  lastModified: lastModified.toISOString(),
  kind: kindOf(contentType, key),
});
