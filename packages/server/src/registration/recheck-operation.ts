import type { RecheckCounts } from '@mooring/contract';
import { type Clock, type Provider, ProviderError, type StorageObject } from '@mooring/storage/server';
import { z } from 'zod';
import { writeAssets } from '../catalogue/asset-writes.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Db } from '../catalogue/db.ts';
import { lockSource } from '../catalogue/source-lock.ts';
import { readKeys, readRange, type StoredAsset } from '../catalogue/stored-assets.ts';
import type { RetryOptions } from '../listing/retry.ts';
import type { ItemError, OperationHandler, OperationRun } from '../operations/handler.ts';
import { whileSourceExists } from '../operations/while-source-exists.ts';
import { MooringError } from '../platform/problem.ts';
import { type Merge, merge } from '../sync/merge-rows.ts';
import { askObject, forEachObject } from './ask-objects.ts';
import { itemError, plain } from './check-objects.ts';

export interface RecheckDependencies {
  db: Db;
  catalogue: Pick<Catalogue, 'getSource'>;
  connections: { open(workspaceId: string, connectionId: string): Promise<{ provider: Provider }> };
  clock: Clock;
  /** For tests. */
  retry?: RetryOptions;
}

/** Assets that are asked for, and written, together. */
const ASSETS_AT_ONCE = 250;

const recheckState = z.object({
  /** All assets up to this key are done. */
  after: z.string(),
  counts: z.object({
    looked: z.number(),
    changed: z.number(),
    gone: z.number(),
    restored: z.number(),
    unchanged: z.number(),
    failed: z.number(),
  }),
});
type RecheckState = z.infer<typeof recheckState>;

const FIRST_STATE: RecheckState = {
  after: '',
  counts: { looked: 0, changed: 0, gone: 0, restored: 0, unchanged: 0, failed: 0 },
};

/** What the storage says of some assets. */
interface Answers {
  askedAt: Date;
  objects: StorageObject[];
  /** Keys that the storage does not have. */
  missing: Set<string>;
  errors: ItemError[];
}

/**
 * Asks the storage again for each registered asset of a source: nothing lists them. What has changed is brought up to
 * date, what is not there becomes a tombstone, and a tombstone whose object is there again comes back. An asset that
 * the storage refuses to show, because its signature ended, stays as it is and is an error.
 */
export function createRecheckHandler(dependencies: RecheckDependencies): OperationHandler<'recheck'> {
  const { db, catalogue, connections, clock, retry } = dependencies;

  async function run(run: OperationRun<'recheck'>): Promise<void> {
    const { workspaceId, signal } = run;
    const source = await catalogue.getSource(workspaceId, run.subject.id);
    const { provider } = await connections.open(workspaceId, source.connectionId);
    const { reader } = provider;
    if (!reader) throw cannotRead();
    let state: RecheckState = run.checkpoint ? recheckState.parse(run.checkpoint) : FIRST_STATE;

    const readNext = (): Promise<StoredAsset[]> =>
      db.transaction().execute(async trx => {
        const locked = await lockSource(trx, workspaceId, source.id);
        return readRange(trx, locked, { after: state.after, to: null, limit: ASSETS_AT_ONCE });
      });

    async function ask(keys: readonly string[]): Promise<Answers> {
      const { container } = source;
      const answers: Answers = { askedAt: clock.now(), objects: [], missing: new Set(), errors: [] };
      const outcomes = await forEachObject(keys, signal, key =>
        askObject(reader!, { container, key }, { signal, retry }),
      );
      outcomes.forEach((outcome, at) => {
        const key = keys[at]!;
        if (!('error' in outcome)) answers.objects.push(plain(outcome));
        else if (isMissing(outcome.error)) answers.missing.add(key);
        else answers.errors.push(itemError(key, outcome.error));
      });
      return answers;
    }

    /** One transaction: the assets, the errors, and how far this has come. What was written meanwhile stays. */
    async function save(keys: string[], { askedAt, objects, missing, errors }: Answers): Promise<void> {
      state = await db.transaction().execute(async trx => {
        await run.save(trx, {}); // locks the row first
        const locked = await lockSource(trx, workspaceId, source.id);
        const merged = merge(await readKeys(trx, locked, keys), objects, askedAt);
        const gone = [...merged.gone, ...merged.missing.filter(({ key }) => missing.has(key))];
        await writeAssets(trx, locked, { added: [], updated: merged.updated, gone }, clock.now());
        const counts = plus(state.counts, keys.length, merged, gone.length, errors.length);
        const next = { after: keys.at(-1)!, counts };
        const total = Math.max(counts.looked, source.assetCount + source.goneCount);
        await run.save(trx, { done: counts.looked, total, counts, checkpoint: next });
        if (errors.length > 0) await run.addErrors(trx, errors);
        return next;
      });
    }

    for (;;) {
      const keys = (await readNext()).map(({ key }) => key);
      if (keys.length === 0) break;
      await save(keys, await ask(keys));
    }
  }

  return {
    kind: 'recheck',
    run: operation => whileSourceExists(catalogue, operation, () => run(operation)),
  };
}

const isMissing = (error: unknown): boolean => error instanceof ProviderError && error.kind === 'not-found';

function plus(
  before: RecheckCounts,
  looked: number,
  { counts: { changed = 0, restored = 0 } }: Merge,
  gone: number,
  failed: number,
): RecheckCounts {
  return {
    looked: before.looked + looked,
    changed: before.changed + changed,
    gone: before.gone + gone,
    restored: before.restored + restored,
    unchanged: before.unchanged + looked - changed - restored - gone - failed,
    failed: before.failed + failed,
  };
}

/** Of a connection whose data the server does not read. */
export const cannotRead = (): MooringError =>
  new MooringError('conflict', 'The connection is client-only: the server reads none of its data.', {
    fix: 'Register the list again: what it says of an object takes the place of what was known.',
  });
