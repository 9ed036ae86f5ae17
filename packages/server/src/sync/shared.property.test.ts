import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Asset, assetFilter, type SyncCounts, syncCountsOf } from '@mooring/contract';
import { createMemoryStorage, type MemoryStorage } from '@mooring/storage/memory';
import type { Provider } from '@mooring/storage/server';
import { compareUtf8, ProviderError } from '@mooring/storage/server';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recount } from '../catalogue/testing.ts';
import { lockName } from '../operations/take-operation.ts';
import { testServers } from '../platform/database/testing.ts';
import { createSyncAssistance } from './assist-sync.ts';
import { createOrderedProvider, createTestSync, ORDERS, type Order, type TestSync } from './testing.ts';

/** List requests, mutations, faults and crashes, on each server; no two servers see the same. */
const STEPS = 2500;
const HELPERS = 2;

const scenario = fc.record({
  seed: fc.integer(),
  objects: fc.integer({ min: 20, max: 900 }),
  order: fc.constantFrom(...(Object.keys(ORDERS) as Order[]), 'bytes' as const),
  ranges: fc.constantFrom('none', 'both', 'both', 'start'),
  lowerBound: fc.constantFrom('inclusive', 'exclusive'),
  pageSize: fc.integer({ min: 2, max: 12 }),
  rowsAtOnce: fc.integer({ min: 3, max: 40 }),
  faults: fc.constantFrom(0, 0.02, 0.1),
  crashes: fc.integer({ min: 0, max: 4 }),
  calm: fc.boolean(),
  slow: fc.boolean(),
});
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

describe.each(testServers)('syncs that several workers share on $name', server => {
  let it: TestSync;
  let steps = 0;
  beforeAll(async () => {
    it = await createTestSync(server);
  });
  afterAll(() => it.drop());

  test(`equal the container after ${STEPS} steps`, { timeout: 600_000 }, async () => {
    for (let seed = 1 + testServers.indexOf(server); steps < STEPS; seed += testServers.length) {
      const [drawn] = fc.sample(scenario, { numRuns: 1, seed });
      await runScenario(drawn!).catch(error => {
        throw new Error(`scenario ${JSON.stringify(drawn)}`, { cause: error });
      });
    }
    expect(await it.db.selectFrom('sync_marks').selectAll().execute()).toEqual([]);
    expect(await it.db.selectFrom('sync_ranges').selectAll().execute()).toEqual([]);
  });

  async function runScenario(drawn: Scenario): Promise<void> {
    const random = createRandom(drawn.seed);
    const storage = createMemoryStorage();
    const keys = Array.from({ length: drawn.objects }, () => keyOf(random));
    for (const key of keys) storage.put(key, 'one');
    const source = await it.createSource();
    const { provider, expireCursors } = createOrderedProvider(storage, drawn.order, {
      ranges: drawn.ranges,
      lowerBound: drawn.order === 'bytes' ? drawn.lowerBound : 'inclusive',
    });
    let calm = drawn.calm;
    it.use(
      troubled(
        provider,
        () => {
          steps++;
          if (!calm && random() < 0.3) mutate(storage, keys, random);
          return random() < drawn.faults;
        },
        { refuses: drawn.ranges === 'start' && random() < 0.5, slow: drawn.slow },
      ),
    );
    const changed = () => {
      for (let count = 0; count < 20; count++) mutate(storage, keys, random);
      steps += 20;
    };
    const sync = async (crashes: number): Promise<SyncCounts> => {
      const before = await assetsOf(source.id);
      const counts = await share(source.id, drawn, crashes, random, expireCursors);
      const { kept, counted } = await recount(it.db);
      expect(kept).toEqual(counted);
      const { listed, added, changed, restored, unchanged, skipped } = counts;
      expect(added + changed + restored + unchanged + skipped).toBe(listed);
      if (calm) expect(counts).toMatchObject(differences(before, storage));
      return counts;
    };
    await sync(drawn.crashes);
    changed();
    await sync(drawn.crashes);
    calm = true;
    changed();
    await sync(1);
    expect((await assetsOf(source.id)).filter(isPresent).map(factsOf)).toEqual(
      [...storage.objects().values()]
        .filter(object => !object.placeholder)
        .sort((a, b) => compareUtf8(a.key, b.key))
        .map(({ key, etag, tier }) => ({ key, etag, tier })),
    );
    await it.db.deleteFrom('sync_ranges').execute();
    await it.db.updateTable('sources').set({ removed_at: new Date() }).where('id', '=', source.id).execute();
    await it.db.deleteFrom('assets').where('source_id', '=', source.id).execute();
    await it.db.deleteFrom('asset_chunks').where('source_id', '=', source.id).execute();
    await it.db.deleteFrom('folder_counters').execute();
    await it.db
      .updateTable('sources')
      .set({ asset_count: 0, gone_count: 0 })
      .where('id', '=', source.id)
      .execute();
  }

  /** One sync, run by the processes that are left. */
  async function share(
    sourceId: string,
    { pageSize, rowsAtOnce }: Scenario,
    crashes: number,
    random: () => number,
    expireCursors: () => void,
  ): Promise<SyncCounts> {
    const options = { pageSize, rowsAtOnce };
    const request = { confirmRemovals: true };
    const operationId = await it.begin('sync', { type: 'source', id: sourceId }, request);
    const handler = it.handlerOf(options);
    const over = new AbortController();
    const helpers = Array.from({ length: HELPERS }, () => help(operationId, options, random, over.signal));
    for (let left = crashes; ; left--) {
      const lock = await it.process.session.tryLock(lockName(operationId));
      const abort = new AbortController();
      const crash = left > 0 ? setTimeout(() => abort.abort(new Crashed()), random() * 60) : undefined;
      const ended = await it
        .runOnce(handler, operationId, run => ({ ...run, signal: abort.signal }))
        .then(
          () => true,
          error => {
            if (!(error instanceof Crashed) && !isRetryable(error)) throw error;
            steps++;
            return false;
          },
        )
        .finally(() => clearTimeout(crash));
      await lock?.release();
      if (ended) break;
      if (random() < 0.2) expireCursors();
    }
    over.abort();
    await Promise.all(helpers);
    return syncCountsOf(await it.process.operations.get(it.workspaceId, operationId))!;
  }

  /** Helps again and again; dies now and then. */
  async function help(
    operationId: string,
    options: { pageSize: number; rowsAtOnce: number },
    random: () => number,
    over: AbortSignal,
  ): Promise<void> {
    const assistance = createSyncAssistance(it.partsOf(options));
    while (!over.aborted) {
      const name = `help ${randomUUID()}`;
      const lock = await it.process.session.tryLock(name);
      const row = await it.db
        .selectFrom('operations')
        .selectAll()
        .where('id', '=', operationId)
        .executeTakeFirstOrThrow();
      const dies = AbortSignal.any([over, AbortSignal.timeout(Math.round(5 + random() * 100))]);
      await assistance
        .run({
          workspaceId: it.workspaceId,
          operationId,
          subject: { type: 'source', id: row.subject_id },
          options: row.options,
          checkpoint: row.checkpoint,
          lockName: name,
          signal: dies,
          addErrors: async () => {},
        })
        .catch(error => {
          if (!dies.aborted && error.name !== 'LeaseLost' && !isRetryable(error)) throw error;
          steps++;
        })
        .finally(() => lock?.release());
      await pause(1);
    }
  }

  async function assetsOf(sourceId: string): Promise<Asset[]> {
    const filter = assetFilter.parse({ sourceId, status: 'any' });
    return (await it.catalogue.listAssets(it.workspaceId, filter, { limit: 1000 })).items;
  }
});

class Crashed extends Error {}
const isRetryable = (error: unknown): boolean => error instanceof ProviderError && error.retryable;
const isPresent = (asset: Asset): boolean => asset.status === 'present';
const factsOf = ({ key, etag, tier }: Asset) => ({ key, etag, tier });

/** Mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let hash = Math.imul(state ^ (state >>> 15), 1 | state);
    hash = (hash + Math.imul(hash ^ (hash >>> 7), 61 | hash)) ^ hash;
    return ((hash ^ (hash >>> 14)) >>> 0) / 2 ** 32;
  };
}

const PARTS = ['a', 'b', 'a-b', 'a b', 'c', 'é', '\u{1f600}', '\uffee', '0', '9'];
function keyOf(random: () => number): string {
  const depth = 1 + Math.floor(random() * 3);
  const parts = Array.from({ length: depth }, () => PARTS[Math.floor(random() * PARTS.length)]!);
  return `${parts.join('/')}${Math.floor(random() * 1000)}`;
}

function mutate(storage: MemoryStorage, keys: string[], random: () => number): void {
  const key = random() < 0.1 ? keyOf(random) : keys[Math.floor(random() * keys.length)]!;
  const what = random();
  if (what < 0.4) storage.delete(key);
  else if (what < 0.45) storage.put(key, '', { placeholder: true });
  else storage.put(key, String(what), { tier: what < 0.5 ? 'Archive' : 'Hot', placeholder: false });
}

/** @param fails is asked before each request. @param refuses whether ranges turn out not to be kept. */
function troubled(
  provider: Provider,
  fails: () => boolean,
  { refuses, slow }: { refuses: boolean; slow: boolean },
): Provider {
  return {
    ...provider,
    async list(container, options = {}) {
      if (fails()) throw new ProviderError('throttled', 'Slow down.', { fix: 'Wait.' });
      if (
        refuses &&
        [options.startFrom, options.startAfter, options.endBefore].some(bound => bound !== undefined)
      )
        throw new ProviderError('invalid', 'No ranges.', { fix: 'List without.' });
      await pause(slow ? 4 : 0); // time enough to divide what is listed
      return provider.list(container, options);
    },
  };
}

function differences(assets: Asset[], storage: MemoryStorage): SyncCounts {
  const counts = { listed: 0, added: 0, changed: 0, removed: 0, restored: 0, unchanged: 0, skipped: 0 };
  const unlisted = new Map(assets.map(asset => [asset.key, asset]));
  for (const object of storage.objects().values()) {
    counts.listed++;
    const asset = unlisted.get(object.key);
    if (object.placeholder) counts.skipped++;
    else if (!asset) counts.added++;
    else if (asset.status === 'gone') counts.restored++;
    else if (asset.etag === object.etag) counts.unchanged++;
    else counts.changed++;
    if (!object.placeholder) unlisted.delete(object.key);
  }
  counts.removed = [...unlisted.values()].filter(isPresent).length;
  return counts;
}
