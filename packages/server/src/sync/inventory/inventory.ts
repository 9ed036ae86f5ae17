import type { Connection, SyncCounts } from '@mooring/contract';
import type { Clock, Provider, StorageObject } from '@mooring/storage/server';
import { z } from 'zod';
import { writeAssets } from '../../catalogue/asset-writes.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { Db } from '../../catalogue/db.ts';
import { lockSource } from '../../catalogue/source-lock.ts';
import { isStorableKey } from '../../catalogue/storable.ts';
import { readKeys } from '../../catalogue/stored-assets.ts';
import type { ItemError, OperationHandler } from '../../operations/handler.ts';
import type { Kinds } from '../../platform/kinds.ts';
import { MooringError } from '../../platform/problem.ts';
import { type Merge, merge } from '../merge-rows.ts';
import type { ReadingLimits } from './read-in-process.ts';
import { createReports } from './report.ts';

/** Of each sort of difference, how many are named one by one. */
const SAMPLES = 100;
/** Later than any row was written: a report is compared with every row. */
const ALWAYS = new Date(8.64e15);

const NO_COUNTS: SyncCounts = {
  listed: 0,
  added: 0,
  changed: 0,
  removed: 0,
  restored: 0,
  unchanged: 0,
  skipped: 0,
};

/** What the operation begins with, and where it goes on. */
const checkpointSchema = z.object({
  container: z.string(),
  key: z.string(),
  mode: z.enum(['seed', 'check']),
  file: z.number().int().default(0),
  rows: z.number().int().default(0),
  counts: z.record(z.string(), z.number()).default({ ...NO_COUNTS }),
  samples: z.number().int().default(0),
});
export type InventoryStart = z.input<typeof checkpointSchema>;

/**
 * Reads an inventory report. `seed` adds what the catalogue does not know, and leaves the rest to the next sync:
 * a report is up to days old. `check` writes nothing, and counts and names what differs.
 */
export function createInventoryHandler(dependencies: {
  db: Db;
  catalogue: Pick<Catalogue, 'getSource'>;
  connections: {
    open(
      workspaceId: string,
      connectionId: string,
    ): Promise<{ connection: Pick<Connection, 'provider'>; provider: Provider }>;
  };
  kinds: Kinds;
  clock: Clock;
  limits: ReadingLimits;
}): OperationHandler<'inventory'> {
  const { db, catalogue, connections, kinds, clock, limits } = dependencies;
  return {
    kind: 'inventory',
    async run(run) {
      const { signal } = run;
      const source = await catalogue.getSource(run.workspaceId, run.subject.id);
      const { connection, provider } = await connections.open(run.workspaceId, source.connectionId);
      const { reader } = provider;
      if (!reader) throw clientOnly();
      const reports = createReports(kinds.get(connection.provider), reader, limits);
      const state = checkpointSchema.parse(run.checkpoint);
      const counts: SyncCounts = { ...NO_COUNTS, ...state.counts };

      async function take(objects: StorageObject[], rows: number): Promise<void> {
        signal.throwIfAborted();
        await db.transaction().execute(async trx => {
          const locked = await lockSource(trx, run.workspaceId, source.id);
          const keys = objects.map(({ key }) => key).filter(isStorableKey);
          const found = merge(await readKeys(trx, locked, keys), objects, ALWAYS, locked.filter);
          for (const name of ['listed', 'added', 'changed', 'restored', 'unchanged', 'skipped'] as const)
            counts[name] += found.counts[name] ?? 0;
          state.rows += rows;
          const differences = state.mode === 'check' ? differencesOf(found) : [];
          const named = differences.slice(0, Math.max(0, SAMPLES - state.samples));
          state.samples += named.length;
          await run.save(trx, { done: counts.listed, counts, checkpoint: { ...state, counts } });
          if (named.length > 0) await run.addErrors(trx, named);
          if (state.mode === 'seed')
            await writeAssets(trx, locked, { added: found.added, updated: [], gone: [] }, clock.now());
        });
      }

      const place = { container: state.container, key: state.key };
      const { keys, columns } = await reports.files(place, signal);
      for (; state.file < keys.length; state.file++, state.rows = 0) {
        const file = { container: state.container, key: keys[state.file]! };
        for await (const rows of reports.rows(file, { columns, skip: state.rows, signal })) {
          const objects = rows
            .map(row => reports.object(row, source.container))
            .filter(object => object !== null)
            .filter(object => object.key.startsWith(source.prefix));
          await take(objects, rows.length);
        }
      }
      if (state.mode === 'check') {
        const { assetCount } = await catalogue.getSource(run.workspaceId, source.id);
        counts.removed = Math.max(0, assetCount - counts.changed - counts.unchanged);
      }
      await db
        .transaction()
        .execute(trx =>
          run.save(trx, { done: counts.listed, total: counts.listed, counts, checkpoint: state }),
        );
    },
  };
}

const differencesOf = ({ added, updated }: Merge): ItemError[] => [
  ...added.map(({ key }) => difference(key, 'The report has it; the catalogue does not.')),
  ...updated.map(({ asset, object }) =>
    difference(
      object.key,
      asset.gone_at
        ? 'The report has it; in the catalogue it has gone.'
        : 'The report has other values for it.',
    ),
  ),
];

const difference = (item: string, message: string): ItemError => ({
  item,
  code: 'inventory_differs',
  message,
  fix: 'Sync the source.',
});

const clientOnly = () =>
  new MooringError('forbidden', 'Mooring’s server never reads the data of a client-only connection.', {
    fix: 'Sync the source: a sync only lists it, and reads no object.',
  });
