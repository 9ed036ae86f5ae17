import {
  type Dataset,
  type DatasetCreate,
  type DatasetUpdate,
  type DatasetVersion,
  type DatasetVersionCreate,
  type Operation,
  type Page,
  type SplitCounts,
  type SplitRule,
  toByteSum,
} from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import { type Selectable, sql } from 'kysely';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { decodeCursor, encodeCursor, notACursor, type PageRequest, pageById } from '../catalogue/cursor.ts';
import type { Db } from '../catalogue/db.ts';
import { nextRevision } from '../catalogue/revision.ts';
import type { Schema } from '../catalogue/schema.ts';
import type { Operations } from '../operations/operations.ts';
import { newId } from '../platform/ids.ts';
import { MooringError, notFound } from '../platform/problem.ts';
import { createMembers } from './members.ts';
import type { VersionOptions } from './version-operation.ts';

type DatasetRow = Selectable<Schema['datasets']>;
type VersionRow = Selectable<Schema['dataset_versions']>;

interface DatasetDependencies {
  db: Db;
  clock: Clock;
  catalogue: Pick<Catalogue, 'requireSelectable'>;
  operations: Pick<Operations, 'start'>;
}

/** Named, versioned selections of assets. */
export function createDatasets({ db, clock, catalogue, operations }: DatasetDependencies) {
  const inUse = (workspaceId: string) =>
    db
      .selectFrom('datasets')
      .selectAll()
      .where('workspace_id', '=', workspaceId)
      .where('removed_at', 'is', null);

  async function find(workspaceId: string, datasetId: string): Promise<DatasetRow> {
    const row = await inUse(workspaceId).where('id', '=', datasetId).executeTakeFirst();
    if (!row) throw notFound('dataset', datasetId);
    return row;
  }

  async function toDatasets(rows: readonly DatasetRow[]): Promise<Dataset[]> {
    const [first] = rows;
    if (!first) return [];
    const latest = await db
      .selectFrom('dataset_versions as v')
      .innerJoin('datasets as d', join =>
        join
          .onRef('d.workspace_id', '=', 'v.workspace_id')
          .onRef('d.id', '=', 'v.dataset_id')
          .onRef('d.latest_version', '=', 'v.version'),
      )
      .selectAll('v')
      .where('v.workspace_id', '=', first.workspace_id)
      .where(
        'v.dataset_id',
        'in',
        rows.map(({ id }) => id),
      )
      .execute();
    const versions = new Map(latest.map(row => [row.dataset_id, toVersion(row)]));
    return rows.map(row => ({
      id: row.id,
      name: row.name,
      description: row.description,
      splitRule: row.split_rule as SplitRule | null,
      latest: versions.get(row.id) ?? null,
      revision: row.revision,
      createdAt: row.created_at.toISOString(),
      updatedAt: row.updated_at.toISOString(),
    }));
  }

  async function getDataset(workspaceId: string, datasetId: string): Promise<Dataset> {
    const [dataset] = await toDatasets([await find(workspaceId, datasetId)]);
    return dataset!;
  }

  /** @throws MooringError `not_found`, also for a version that is being made */
  async function getVersion(
    workspaceId: string,
    datasetId: string,
    version: number,
  ): Promise<DatasetVersion> {
    await find(workspaceId, datasetId);
    const row = await db
      .selectFrom('dataset_versions')
      .selectAll()
      .where('workspace_id', '=', workspaceId)
      .where('dataset_id', '=', datasetId)
      .where('version', '=', version)
      .executeTakeFirst();
    if (!row) throw notFound('version', String(version));
    return toVersion(row);
  }

  /** @throws MooringError `not_found`, which names some of those that are not there or have gone */
  async function requireAssets(workspaceId: string, assetIds: readonly string[]): Promise<void> {
    const { rows } = await sql<{ id: string }>`
      select wanted.id from unnest(${[...assetIds]}::text[]) as wanted (id)
      left join assets a on a.workspace_id = ${workspaceId} and a.id = wanted.id and a.gone_at is null
      where a.id is null limit 5`.execute(db);
    if (rows.length === 0) return;
    const missing = rows.map(({ id }) => id).join(', ');
    throw new MooringError('not_found', `Some assets are not there, or have gone: ${missing}.`, {
      fix: 'Leave them out.',
    });
  }

  return {
    ...createMembers({ db, getVersion }),
    getDataset,
    getVersion,

    async listDatasets(workspaceId: string, { cursor, limit }: PageRequest): Promise<Page<Dataset>> {
      let query = inUse(workspaceId);
      if (cursor !== undefined) query = query.where('id', '<', decodeCursor(cursor, 1)[0]!);
      const rows = await query
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      const { items, nextCursor } = pageById(rows, limit, row => row);
      return { items: await toDatasets(items), nextCursor };
    },

    /** @throws MooringError `conflict` where one has the name */
    async createDataset(
      workspaceId: string,
      { name, description, splitRule }: DatasetCreate,
    ): Promise<Dataset> {
      const now = clock.now();
      const id = newId('dataset', now.getTime());
      await db
        .insertInto('datasets')
        .values({
          ...{ workspace_id: workspaceId, id, name, description, created_at: now, updated_at: now },
          split_rule: splitRule && JSON.stringify(splitRule),
        })
        .execute()
        .catch(refuseSameName(name));
      return getDataset(workspaceId, id);
    },

    /**
     * @param ifRevision the revision that the change was made for; undefined for any
     * @throws MooringError `not_found`; `conflict` where another one has the name; `stale_revision`
     */
    async updateDataset(
      workspaceId: string,
      datasetId: string,
      { name, description, splitRule }: DatasetUpdate,
      ifRevision?: number,
    ): Promise<Dataset> {
      await find(workspaceId, datasetId);
      await db.transaction().execute(async trx => {
        const row = sql`workspace_id = ${workspaceId} and id = ${datasetId}`;
        await trx
          .updateTable('datasets')
          .set({
            revision: await nextRevision(trx, 'datasets', row, ifRevision),
            updated_at: clock.now(),
            ...(name !== undefined && { name }),
            ...(description !== undefined && { description }),
            ...(splitRule !== undefined && { split_rule: splitRule && JSON.stringify(splitRule) }),
          })
          .where('workspace_id', '=', workspaceId)
          .where('id', '=', datasetId)
          .where('removed_at', 'is', null)
          .execute()
          .catch(refuseSameName(name ?? ''));
      });
      return getDataset(workspaceId, datasetId);
    },

    /** It is gone at once; a task removes its rows. @throws MooringError `not_found` */
    async deleteDataset(workspaceId: string, datasetId: string): Promise<void> {
      const { id } = await find(workspaceId, datasetId);
      await db
        .updateTable('datasets')
        .set({ removed_at: clock.now() })
        .where('workspace_id', '=', workspaceId)
        .where('id', '=', id)
        .execute();
    },

    /**
     * Starts to make a version.
     * @throws MooringError `not_found` for the dataset, an asset or a folder; `conflict` while one is being made
     */
    async createVersion(
      workspaceId: string,
      datasetId: string,
      asked: DatasetVersionCreate,
    ): Promise<Operation> {
      const dataset = await find(workspaceId, datasetId);
      await requireAssets(
        workspaceId,
        asked.add.flatMap(({ assetIds }) => assetIds ?? []),
      );
      for (const { filter } of [...asked.add, ...asked.remove])
        if (filter) await catalogue.requireSelectable(workspaceId, filter);
      const options: VersionOptions = { ...asked, splitRule: dataset.split_rule as SplitRule | null };
      return operations.start(workspaceId, {
        kind: 'dataset-version',
        subject: { type: 'dataset', id: datasetId },
        unit: 'assets',
        options,
      });
    },

    async listVersions(
      workspaceId: string,
      datasetId: string,
      { cursor, limit }: PageRequest,
    ): Promise<Page<DatasetVersion>> {
      await find(workspaceId, datasetId);
      const before = cursor === undefined ? null : Number(decodeCursor(cursor, 1)[0]);
      if (before !== null && !Number.isSafeInteger(before)) throw notACursor();
      const rows = await db
        .selectFrom('dataset_versions')
        .selectAll()
        .where('workspace_id', '=', workspaceId)
        .where('dataset_id', '=', datasetId)
        .$if(before !== null, query => query.where('version', '<', before!))
        .orderBy('version', 'desc')
        .limit(limit + 1)
        .execute();
      const items = rows.slice(0, limit).map(toVersion);
      const last = items.at(-1);
      return {
        items,
        nextCursor: rows.length > limit && last ? encodeCursor(String(last.version)) : null,
      };
    },
  };
}
export type Datasets = ReturnType<typeof createDatasets>;

const toVersion = (row: VersionRow): DatasetVersion => ({
  version: row.version,
  note: row.note,
  members: row.members,
  sizeBytes: toByteSum(BigInt(row.size_bytes)),
  splits: row.splits as SplitCounts,
  splitRule: row.split_rule as SplitRule | null,
  added: row.added,
  changed: row.changed,
  gone: row.gone,
  operationId: row.operation_id,
  createdAt: row.created_at.toISOString(),
});

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNIQUE_VIOLATION = '23505';

const refuseSameName =
  (name: string) =>
  (error: unknown): never => {
    if ((error as { code?: unknown }).code !== UNIQUE_VIOLATION) throw error;
    throw new MooringError('conflict', `There is a dataset with the name ${JSON.stringify(name)} already.`, {
      fix: 'Choose another name.',
    });
  };
