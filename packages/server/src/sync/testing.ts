import { createHash } from 'node:crypto';
import { type Operation, type SyncCounts, type SyncRequest, syncCountsOf } from '@mooring/contract';
import { createMemoryProvider, type MemoryStorage } from '@mooring/storage/memory';
import type { Provider, StorageObject } from '@mooring/storage/server';
import { compareUtf8, createGuard, ProviderError, systemClock } from '@mooring/storage/server';
import { createTestCatalogue } from '../catalogue/testing.ts';
import { NO_OFFERS } from '../connections/testing.ts';
import { STORAGE_KINDS } from '../kinds.ts';
import { createPageMemory, type PageMemory } from '../listing/page-memory.ts';
import { systemRetry } from '../listing/retry.ts';
import type { OperationHandler, OperationRun } from '../operations/handler.ts';
import { createLease } from '../operations/lease.ts';
import { openProcess, type TestProcess } from '../operations/testing-process.ts';
import type { TestServer } from '../platform/database/testing.ts';
import { newId } from '../platform/ids.ts';
import { openKinds } from '../platform/kinds.ts';
import { createLogger } from '../platform/log.ts';
import { createRemoveConnectionHandler } from './remove-connection.ts';
import { createSyncHandler, type SyncDependencies } from './sync-operation.ts';

interface SyncOptions {
  /** Default: enough for all. */
  memory?: PageMemory;
  pageSize?: number;
  rowsAtOnce?: number;
  pagesAtOnce?: number;
}

/** A catalogue, a process that can run operations on it, and syncs that need no worker. */
export async function createTestSync(server: TestServer) {
  const it = await createTestCatalogue(server);
  const process = await openProcess(it.poolConfig);
  let provider: Provider | null = null;
  const guard = createGuard({ allowPrivate: false });
  const kinds = await openKinds(STORAGE_KINDS, {
    config: NO_OFFERS,
    guard,
    signInGuard: guard,
    clock: systemClock,
    note: () => {},
  });

  const handlerOf = (options: SyncOptions = {}): OperationHandler => createSyncHandler(partsOf(options));
  const partsOf = (options: SyncOptions = {}, own: TestProcess = process): SyncDependencies => ({
    db: own.db,
    pool: own.pool,
    catalogue: it.catalogue,
    connections: {
      async open(_workspaceId, connectionId) {
        if (!provider) throw new Error(`no provider for ${connectionId}`);
        return { provider };
      },
    },
    clock: systemClock,
    log: createLogger({ level: 'silent' }),
    listing: {
      ...(options.pageSize !== undefined && { pageSize: options.pageSize }),
      retry: { ...systemRetry, firstWaitMs: 1, longestWaitMs: 1 },
    },
    gatherMs: 0,
    memory: options.memory ?? createPageMemory({ most: 256e6, mostPerWorkspace: 192e6 }),
    ...(options.rowsAtOnce !== undefined && { rowsAtOnce: options.rowsAtOnce }),
    ...(options.pagesAtOnce !== undefined && { pagesAtOnce: options.pagesAtOnce }),
  });

  /** Starts an operation that no worker will take up. */
  async function begin(
    kind: Operation['kind'],
    subject: Operation['subject'],
    options: object | null = null,
  ): Promise<string> {
    const id = newId('operation');
    await it.db
      .insertInto('operations')
      .values({
        workspace_id: it.workspaceId,
        id,
        kind,
        status: 'queued',
        subject_type: subject.type,
        subject_id: subject.id,
        unit: 'objects',
        options: options && JSON.stringify(options),
        created_at: new Date(),
        updated_at: new Date(),
      })
      .execute();
    return id;
  }

  /** Takes an operation up, from its checkpoint, and runs it with `handler` in this thread. */
  async function runOnce(
    handler: OperationHandler,
    operationId: string,
    disturb: (run: OperationRun) => OperationRun = run => run,
  ): Promise<void> {
    const row = await it.db
      .updateTable('operations')
      .set(({ eb }) => ({ status: 'running', attempts: eb('attempts', '+', 1) }))
      .where('id', '=', operationId)
      .returningAll()
      .executeTakeFirstOrThrow();
    const { save, addErrors } = createLease(row, { clock: systemClock });
    const run = {
      workspaceId: row.workspace_id,
      operationId,
      subject: { type: row.subject_type as Operation['subject']['type'], id: row.subject_id },
      options: row.options,
      checkpoint: row.checkpoint,
      signal: new AbortController().signal,
      save,
      addErrors,
    };
    await handler.run(disturb(run) as never);
    await it.db
      .updateTable('operations')
      .set({ status: 'succeeded', finished_at: new Date() })
      .where('id', '=', operationId)
      .execute();
  }

  return {
    ...it,
    process,
    kinds,
    handlerOf,
    partsOf,
    begin,
    runOnce,
    removeHandler: createRemoveConnectionHandler({ db: process.db }),

    use(next: Provider): void {
      provider = next;
    },

    /** A source of the container `data`. */
    createSource: async (prefix = '') =>
      it.catalogue.createSource(it.workspaceId, {
        connectionId: await it.connect(),
        container: 'data',
        prefix,
      }),

    /** One whole sync; what it counted. */
    async sync(sourceId: string, options: SyncOptions = {}, request: SyncRequest = {}): Promise<SyncCounts> {
      const id = await begin('sync', { type: 'source', id: sourceId }, request);
      await runOnce(handlerOf(options), id).catch(async error => {
        await it.db.updateTable('operations').set({ status: 'failed' }).where('id', '=', id).execute();
        throw error;
      });
      return syncCountsOf(await process.operations.get(it.workspaceId, id))!;
    },

    async drop(): Promise<void> {
      await process.close();
      await guard.close();
      await it.drop();
    },
  };
}
export type TestSync = Awaited<ReturnType<typeof createTestSync>>;

/** Orders in which storages might list. */
export const ORDERS = {
  bytes: compareUtf8,
  /** As accounts with a hierarchical namespace do: a directory with all that is in it comes before `name-…`. */
  hierarchical: (a: string, b: string) => compareUtf8(a.replaceAll('/', '\0'), b.replaceAll('/', '\0')),
  reverse: (a: string, b: string) => compareUtf8(b, a),
  none: (a: string, b: string) => compareUtf8(digest(a), digest(b)),
};
export type Order = keyof typeof ORDERS;
type Ranges = Provider['capabilities']['list']['ranges'];
type LowerBound = Provider['capabilities']['list']['lowerBound'];
const digest = (text: string) => createHash('md5').update(text).digest('hex');

/** A whole level on one page. */
function foldAll(objects: readonly StorageObject[], prefix: string) {
  const cut = ({ key }: StorageObject) => key.slice(0, key.indexOf('/', prefix.length) + 1);
  const inside = (object: StorageObject) => object.key.includes('/', prefix.length);
  return {
    objects: objects.filter(object => !inside(object)),
    prefixes: [...new Set(objects.filter(inside).map(cut))],
    cursor: null,
  };
}

/**
 * A provider that lists a memory storage as it is at the moment of each page, in any order.
 * @param repeat begins each page with the object that ended the page before.
 */
export function createOrderedProvider(
  storage: MemoryStorage,
  order: Order,
  { repeat = false, ranges = 'both' as Ranges, lowerBound = 'inclusive' as LowerBound } = {},
) {
  const compare = ORDERS[order];
  let age = 0;
  const memory = createMemoryProvider({ storage });
  const { capabilities } = memory;
  const ordered = order === 'bytes';
  const provider: Provider = {
    ...memory,
    capabilities: { ...capabilities, list: { ...capabilities.list, ordered, ranges, lowerBound } },
    async list(
      container,
      { cursor, prefix = '', delimiter, startFrom, startAfter, endBefore, pageSize = 5000, signal } = {},
    ) {
      await storage.beforeList(signal);
      const [of = '', place = ''] = cursor?.split('.') ?? [];
      if (cursor !== undefined && of !== String(age)) {
        throw new ProviderError('invalid', 'The cursor has expired.', { fix: 'List from the start.' });
      }
      const after = cursor === undefined ? null : Buffer.from(place, 'base64url').toString();
      const inRange = (key: string): boolean =>
        key.startsWith(prefix) &&
        (startFrom === undefined || compare(key, startFrom) >= 0) &&
        (startAfter === undefined || compare(key, startAfter) > 0) &&
        (endBefore === undefined || compare(key, endBefore) < 0);
      const all = [...storage.objects(container).values()].filter(({ key }) => inRange(key));
      if (delimiter) return foldAll(all, prefix);
      const rest = all
        .filter(({ key }) => after === null || compare(key, after) > 0)
        .toSorted((a, b) => compare(a.key, b.key));
      const page = rest.slice(0, pageSize);
      const again = repeat && after !== null ? storage.objects(container).get(after) : undefined;
      const next =
        rest.length > pageSize ? `${age}.${Buffer.from(page.at(-1)!.key).toString('base64url')}` : null;
      return { objects: again ? [again, ...page] : page, prefixes: [], cursor: next };
    },
  };
  return {
    provider,
    /** From now on refuses every cursor that it has returned before. */
    expireCursors(): void {
      age++;
    },
  };
}
