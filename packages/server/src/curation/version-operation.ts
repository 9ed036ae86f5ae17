import { type DatasetVersionCreate, SPLITS, type splitRule } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import { type RawBuilder, sql } from 'kysely';
import { z } from 'zod';
import { type AssetSelection, selectAssets } from '../catalogue/asset-filter.ts';
import { SEGMENT } from '../catalogue/asset-segments.ts';
import type { Db, Trx } from '../catalogue/db.ts';
import type { OperationHandler, OperationRun } from '../operations/handler.ts';
import { notFound } from '../platform/problem.ts';
import { clearUnfinished } from './clear-unfinished.ts';
import { type Batch, writeMembers } from './write-members.ts';

/** What the members of a version are made from. */
export interface VersionOptions extends DatasetVersionCreate {
  splitRule: z.output<typeof splitRule> | null;
}

const versionState = z.object({
  version: z.number(),
  /** Members of what was not finished are still there. */
  unfinished: z.boolean(),
  /** With the number after their last asset or member, when this began. */
  sources: z.array(z.object({ id: z.string(), end: z.number() })),
  /** The sources before it are done, and of the next one all below the number. */
  at: z.number(),
  number: z.number(),
  done: z.number(),
  counts: z.object({ members: z.number(), added: z.number(), changed: z.number(), gone: z.number() }),
  /** As digits. */
  sizeBytes: z.string(),
  splits: z.object({ train: z.number(), validation: z.number(), test: z.number(), none: z.number() }),
});
type VersionState = z.infer<typeof versionState>;

/** Assets that come in or go out: those of some sources that meet a condition. */
interface Part {
  sourceIds: ReadonlySet<string>;
  inSource(sourceId: string): RawBuilder<boolean>;
}

/**
 * Makes a version of a dataset: goes through the assets of all sources that matter, a segment of numbers in one
 * transaction, and writes what differs from the version before. Nothing of it can be seen before its last transaction.
 */
export function createVersionHandler({
  db,
  clock,
}: {
  db: Db;
  clock: Clock;
}): OperationHandler<'dataset-version'> {
  async function run(run: OperationRun<'dataset-version'>): Promise<void> {
    const { workspaceId, signal } = run;
    const datasetId = run.subject.id;
    const options = run.options as VersionOptions;
    let state = run.checkpoint
      ? versionState.parse(run.checkpoint)
      : firstState(await nextVersion(db, workspaceId, datasetId));
    const of = { workspaceId, datasetId, version: state.version };
    const [add, remove] = await Promise.all([partsOf(options.add), partsOf(options.remove)]);

    async function partsOf(asked: DatasetVersionCreate['add']): Promise<Part[]> {
      return Promise.all(asked.map(part => toPart(db, workspaceId, part)));
    }

    /** One transaction: the work, and how far this has come. */
    async function save(work: (trx: Trx) => Promise<VersionState>): Promise<void> {
      signal.throwIfAborted();
      state = await db.transaction().execute(async trx => {
        await run.save(trx, {}); // locks the row first
        const next = await work(trx);
        const total = next.unfinished ? null : next.sources.reduce((sum, { end }) => sum + end, 0);
        await run.save(trx, { done: next.done, total, counts: next.counts, checkpoint: next });
        return next;
      });
    }

    while (state.unfinished)
      await save(async trx => {
        const more = await clearUnfinished(trx, of);
        const sources = more ? [] : await sourcesOf(trx, of, add);
        return { ...state, unfinished: more, sources };
      });
    for (let source = state.sources[state.at]; source; source = state.sources[state.at]) {
      const { id, end } = source;
      const from = state.number;
      const to = Math.min(from + SEGMENT, end);
      const wanted = {
        keep: options.keep,
        add: anyOf(add, id),
        remove: anyOf(remove, id),
        splitRule: options.splitRule,
      };
      await save(async trx => {
        const batch = await writeMembers(trx, { ...of, sourceId: id, from, to }, wanted);
        return after(state, to, end, batch);
      });
    }
    await save(async trx => {
      await freeze(trx, run, of, options, state, clock.now());
      return state;
    });
  }
  return { kind: 'dataset-version', run };
}

const firstState = (version: number): VersionState => ({
  ...{ version, unfinished: true, sources: [], at: 0, number: 0, done: 0, sizeBytes: '0' },
  counts: { members: 0, added: 0, changed: 0, gone: 0 },
  splits: { train: 0, validation: 0, test: 0, none: 0 },
});

async function nextVersion(db: Db, workspaceId: string, datasetId: string): Promise<number> {
  const { rows } = await sql<{ latest_version: number }>`
    select latest_version from datasets
    where workspace_id = ${workspaceId} and id = ${datasetId} and removed_at is null`.execute(db);
  if (!rows[0]) throw notFound('dataset', datasetId);
  return rows[0].latest_version + 1;
}

async function toPart(
  db: Db,
  workspaceId: string,
  { assetIds = [], filter }: DatasetVersionCreate['add'][number],
): Promise<Part> {
  if (filter) {
    const selection: AssetSelection = await selectAssets(db, workspaceId, filter);
    return {
      sourceIds: new Set(selection.sources.map(({ id }) => id)),
      inSource: selection.inSource,
    };
  }
  const { rows } = await sql<{ source_id: string }>`
    select distinct source_id from assets
    where workspace_id = ${workspaceId} and id = any(${assetIds}::text[])`.execute(db);
  return {
    sourceIds: new Set(rows.map(row => row.source_id)),
    inSource: () => sql`(a.id = any(${assetIds}::text[]) and a.gone_at is null)`,
  };
}

function anyOf(parts: readonly Part[], sourceId: string): RawBuilder<boolean> {
  const here = parts.filter(({ sourceIds }) => sourceIds.has(sourceId));
  if (here.length === 0) return sql`false`;
  return sql`(${sql.join(
    here.map(({ inSource }) => sql`(${inSource(sourceId)})`),
    sql` or `,
  )})`;
}

/** The sources of all members so far, and of all assets that may come in. */
async function sourcesOf(
  trx: Trx,
  { workspaceId, datasetId }: { workspaceId: string; datasetId: string },
  add: readonly Part[],
): Promise<VersionState['sources']> {
  const asked = [...new Set(add.flatMap(({ sourceIds }) => [...sourceIds]))];
  const { rows } = await sql<{ id: string; end: number }>`
    select id, max("end") as "end" from (
      select source_id as id, max(number) + 1 as "end" from dataset_members
      where workspace_id = ${workspaceId} and dataset_id = ${datasetId} and until_version is null group by source_id
      union all
      select id, next_number from sources
      where workspace_id = ${workspaceId} and id = any(${asked}::text[]) and next_number > 0
    ) s group by id order by id`.execute(trx);
  return rows;
}

function after(state: VersionState, to: number, end: number, batch: Batch): VersionState {
  const { counts, splits } = state;
  return {
    ...state,
    ...(to < end ? { number: to } : { at: state.at + 1, number: 0 }),
    done: state.done + to - state.number,
    counts: {
      members: counts.members + batch.members,
      added: counts.added + batch.added,
      changed: counts.changed + batch.changed,
      gone: counts.gone + batch.gone,
    },
    sizeBytes: String(BigInt(state.sizeBytes) + BigInt(batch.size_bytes)),
    splits: {
      train: splits.train + batch.train,
      validation: splits.validation + batch.validation,
      test: splits.test + batch.test,
      none: splits.none + batch.members - SPLITS.reduce((sum, split) => sum + batch[split], 0),
    },
  };
}

/** From now on the version can be seen. It may be there already, where only the operation did not end. @throws MooringError `not_found` where the dataset was removed meanwhile */
async function freeze(
  trx: Trx,
  { operationId }: { operationId: string },
  { workspaceId, datasetId, version }: { workspaceId: string; datasetId: string; version: number },
  { splitRule, note, ...selection }: VersionOptions,
  { counts, sizeBytes, splits }: VersionState,
  now: Date,
): Promise<void> {
  const { rows } = await sql`
    update datasets set latest_version = ${version}, updated_at = ${now}
    where workspace_id = ${workspaceId} and id = ${datasetId} and removed_at is null returning id`.execute(
    trx,
  );
  if (rows.length === 0) throw notFound('dataset', datasetId);
  await trx
    .insertInto('dataset_versions')
    .values({
      ...{ workspace_id: workspaceId, dataset_id: datasetId, version, note },
      selection: JSON.stringify(selection),
      split_rule: splitRule && JSON.stringify(splitRule),
      ...{ members: counts.members, size_bytes: sizeBytes, splits: JSON.stringify(splits) },
      ...{ added: counts.added, changed: counts.changed, gone: counts.gone },
      ...{ operation_id: operationId, created_at: now },
    })
    .onConflict(conflict => conflict.doNothing())
    .execute();
}
