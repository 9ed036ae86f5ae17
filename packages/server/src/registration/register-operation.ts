import type { AccessMode } from '@mooring/contract';
import type { ManifestBatch, readManifest } from '@mooring/manifest';
import type { Clock, Provider } from '@mooring/storage/server';
import type pg from 'pg';
import { type CopyRows, transactWithCopy } from '../catalogue/copy-rows.ts';
import type { Db, Trx } from '../catalogue/db.ts';
import type { RetryOptions } from '../listing/retry.ts';
import type { ItemError, OperationHandler, OperationRun } from '../operations/handler.ts';
import type { PureKinds } from '../platform/kinds.ts';
import { MooringError } from '../platform/problem.ts';
import type { SecretBox } from '../platform/secrets.ts';
import { findItems } from './find-items.ts';
import { type FoundItem, unreadable } from './items.ts';
import { createParts } from './parts.ts';
import { type FailedItems, type ListOptions, readList } from './read-list.ts';
import type { Candidate } from './resolve.ts';
import {
  firstState,
  plusPlaces,
  plusSamples,
  plusWarnings,
  plusWritten,
  type RegistrationState,
  registrationState,
} from './state.ts';
import { writeFound } from './write-found.ts';
import { readWritten } from './written.ts';

export interface RegisterDependencies {
  db: Db;
  pool: pg.Pool;
  secrets: SecretBox;
  kinds: PureKinds;
  connections: { open(workspaceId: string, connectionId: string): Promise<{ provider: Provider }> };
  read: typeof readManifest;
  clock: Clock;
  /** Of a workspace. */
  mostSources: number;
  /** For tests. */
  retry?: RetryOptions;
}

/** While it only reads, progress is written this often, and with each mistake that it finds. */
const PROGRESS_MS = 1000;

/**
 * Registers the items of a list: resolves them to connections, asks the storage for each, and writes them. What it has
 * done so far is in the same transaction as the checkpoint, so a crash loses nothing and doubles nothing.
 */
export function createRegisterHandler(dependencies: RegisterDependencies): OperationHandler<'register'> {
  const { db, pool, secrets, clock } = dependencies;
  const parts = createParts({ db, secrets, clock });

  async function run(run: OperationRun<'register'>): Promise<void> {
    const { workspaceId, signal } = run;
    const options = run.options as ListOptions;
    const of = { workspaceId, registrationId: run.subject.id };
    let state: RegistrationState = run.checkpoint
      ? registrationState.parse(run.checkpoint)
      : firstState(options);

    /** One transaction: the work, the errors, and how far this has come. */
    async function save(
      errors: readonly ItemError[],
      work: (trx: Trx, copy: CopyRows) => Promise<RegistrationState>,
    ): Promise<void> {
      state = await transactWithCopy(pool, signal, async (trx, copy) => {
        await run.save(trx, {}); // locks the row first
        const next = await work(trx, copy);
        const { done, error } = next.counts;
        await run.save(trx, {
          done: done + error,
          total: next.phase === 'count' ? null : next.total,
          counts: next.counts,
          report: next.report,
          checkpoint: next,
        });
        if (errors.length > 0) await run.addErrors(trx, errors);
        return next;
      });
    }

    /** Reads the list through: what it says may stand behind its items, and its mistakes are soon seen. */
    async function count(): Promise<void> {
      let next = state;
      let errors: ItemError[] = [];
      let saved = performance.now();
      for await (const batch of batches()) {
        errors.push(...batch.problems.map(unreadable));
        next = counted(next, batch);
        if (errors.length === 0 && performance.now() - saved < PROGRESS_MS) continue;
        const [now, found] = [next, errors];
        await save(found, async () => now);
        [errors, saved] = [[], performance.now()];
      }
      await save([], async () => ({ ...next, phase: 'items', index: 0 }));
    }

    async function items(): Promise<void> {
      const connections = await candidates(dependencies, workspaceId);
      const startedAt = clock.now();
      const { connectionId } = options;
      const open = (id: string) => dependencies.connections.open(workspaceId, id);
      const asking = { open, startedAt, signal, retry: dependencies.retry };
      for await (const batch of batches()) {
        const { found, errors, failed } = await findItems(batch.items, { connections, connectionId }, asking);
        await save(errors, async (trx, copy) => {
          const next = { ...state, index: batch.index, report: reported(state, found) };
          next.counts = { ...next.counts, error: next.counts.error + errors.length };
          if (options.dryRun)
            return { ...next, counts: { ...next.counts, done: next.counts.done + found.length } };
          if (options.ignoreErrors) {
            const kept = await keepFailed(trx, next, { ...batch, items: failed });
            return write(trx, copy, kept, found);
          }
          if (found.length === 0) return next;
          const data = Buffer.from(JSON.stringify(found));
          await parts.write(trx, { ...of, kind: 'found', seq: next.kept }, data);
          return { ...next, kept: next.kept + 1 };
        });
      }
      if (options.dryRun || options.ignoreErrors) return;
      if (state.counts.error > 0) throw notAll(state);
      await save([], async () => ({ ...state, phase: 'write', index: 0 }));
    }

    /** So that they can be registered later, without the list. */
    async function keepFailed(
      trx: Trx,
      next: RegistrationState,
      { format, flags, items }: FailedItems,
    ): Promise<RegistrationState> {
      if (items.length === 0) return next;
      const data = Buffer.from(JSON.stringify({ format, flags, items } satisfies FailedItems));
      await parts.write(trx, { ...of, kind: 'failed', seq: next.failedParts }, data);
      const report = { ...next.report, retryable: next.report.retryable + items.length };
      return { ...next, failedParts: next.failedParts + 1, report };
    }

    async function writeKept(): Promise<void> {
      for await (const part of parts.read(of, 'found', state.index)) {
        signal.throwIfAborted();
        const found = (JSON.parse(part.toString()) as FoundItem[]).map(revived);
        await save([], (trx, copy) => write(trx, copy, { ...state, index: state.index + 1 }, found));
      }
    }

    async function write(
      trx: Trx,
      copy: CopyRows,
      next: RegistrationState,
      found: readonly FoundItem[],
    ): Promise<RegistrationState> {
      const asked = {
        folder: options.folder,
        skipDuplicateUrls: options.skipDuplicateUrls || state.skipDuplicateUrls,
        upsertMetadata: options.upsertMetadata || state.upsertMetadata,
      };
      const { mostSources } = dependencies;
      const now = clock.now();
      const { written, places } = await writeFound(trx, workspaceId, found, asked, {
        secrets,
        copy,
        now,
        mostSources,
      });
      if (options.listsWritten && found.length > 0) {
        const list = Buffer.from(JSON.stringify(await readWritten(trx, workspaceId, found, places)));
        await parts.write(trx, { ...of, kind: 'written', seq: next.counts.done }, list);
      }
      const known = places.map(place => ({ ...place, items: 0 })); // counted when they were found
      return { ...next, counts: plusWritten(next, written), report: plusPlaces(next.report, known) };
    }

    const batches = () =>
      readList({ parts, read: dependencies.read }, of, options, { skip: state.index, signal });

    if (state.phase === 'count') await count();
    if (state.phase === 'items') await items();
    if (state.phase === 'write') await writeKept();
  }

  return { kind: 'register', run };
}

const counted = (state: RegistrationState, batch: ManifestBatch): RegistrationState => ({
  ...state,
  index: batch.index,
  total: batch.index,
  skipDuplicateUrls: batch.flags.skipDuplicateUrls ?? state.skipDuplicateUrls,
  upsertMetadata: batch.flags.upsertMetadata ?? state.upsertMetadata,
  counts: { ...state.counts, error: state.counts.error + batch.problems.length },
  report: plusWarnings({ ...state.report, format: batch.format }, batch.warnings),
});

const reported = ({ report }: RegistrationState, found: readonly FoundItem[]) => {
  const groups = Map.groupBy(found, ({ connectionId, container }) =>
    JSON.stringify([connectionId, container]),
  );
  const places = [...groups.values()].map(items => ({ ...items[0]!, items: items.length }));
  const samples = found
    .slice(0, 20)
    .map(({ item, connectionId, container, object }) => ({ item, connectionId, container, key: object.key }));
  return plusSamples(
    plusPlaces(
      report,
      places.map(({ connectionId, container, items }) => ({ connectionId, container, items })),
    ),
    samples,
  );
};

/** Connections in use, as far as they say which addresses are theirs. */
async function candidates(
  { db, kinds }: Pick<RegisterDependencies, 'db' | 'kinds'>,
  workspaceId: string,
): Promise<Candidate[]> {
  const rows = await db
    .selectFrom('connections')
    .select(['id', 'name', 'provider', 'access_mode', 'location'])
    .where('workspace_id', '=', workspaceId)
    .where('removed_at', 'is', null)
    .where('credential_sealed', 'is not', null)
    .orderBy('id')
    .execute();
  return rows.map(({ id, name, provider, access_mode, location }) => {
    const { kind } = kinds.get(provider);
    return {
      ...{ id, name, accessMode: access_mode as AccessMode, location: location as Candidate['location'] },
      ...{ rules: kind.location, addresses: kind.addresses },
    };
  });
}

const revived = (item: FoundItem): FoundItem => ({
  ...item,
  object: { ...item.object, lastModified: new Date(item.object.lastModified) },
  expiresAt: item.expiresAt && new Date(item.expiresAt),
});

const notAll = ({ counts: { error }, total }: RegistrationState): MooringError =>
  new MooringError('invalid_request', `${error} of ${total} items cannot be registered, so none was.`, {
    fix: 'Correct the items that the errors name, or register with ignoreErrors: then all others are.',
  });
