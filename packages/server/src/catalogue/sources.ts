import type { Page, Source, SourceCreate, SourceUpdate } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import { type Selectable, sql } from 'kysely';
import { newId } from '../platform/ids.ts';
import { MooringError, notFound } from '../platform/problem.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Db, Trx } from './db.ts';
import { directoryOf } from './key.ts';
import { completeFilters, createKeyFilter } from './key-filter.ts';
import { holdProfile } from './profiles.ts';
import { nextRevision } from './revision.ts';
import type { Schema } from './schema.ts';
import { requireStorable } from './storable.ts';

type SourceRow = Selectable<Schema['sources']>;

/** A sync that would remove more than this share of a source stops before it does, unless the source says otherwise. */
const MAX_REMOVED_SHARE = 0.5;

/** Sources of connections in use. */
export function createSources({ db, clock }: { db: Db; clock: Clock }) {
  async function find(workspaceId: string, sourceId: string): Promise<SourceRow> {
    const row = await liveSources(db, workspaceId).where('s.id', '=', sourceId).executeTakeFirst();
    if (!row) throw notFound('source', sourceId);
    return row;
  }

  return {
    /**
     * Makes a source and its top folder. Without a name the folder is called as the container and prefix are, with
     * a number where that name is taken.
     * @throws MooringError `not_found` for an unknown connection, `conflict` where there is such a source already or
     * the name asked for is taken, `invalid_request` where nothing says which container.
     */
    async createSource(workspaceId: string, input: SourceCreate): Promise<Source> {
      requireStorable({ container: input.container, prefix: input.prefix, folderName: input.folderName });
      return db.transaction().execute(async trx => {
        const location = await lockConnection(trx, workspaceId, input.connectionId);
        const container = input.container ?? location.container;
        const prefix = input.prefix ?? location.prefix ?? '';
        if (!container) throw noContainer();
        const filters = completeFilters(input.filters);
        createKeyFilter(prefix, filters); // throws where it cannot be meant
        await refuseTwin(trx, workspaceId, { connectionId: input.connectionId, container, prefix });
        const source: SourceRow = {
          workspace_id: workspaceId,
          id: newId('source', clock.now().getTime()),
          connection_id: input.connectionId,
          folder_id: newId('folder', clock.now().getTime()),
          container,
          prefix,
          asset_count: 0,
          gone_count: 0,
          last_synced_at: null,
          last_operation_id: null,
          filters,
          max_removed_share: input.maxRemovedShare ?? MAX_REMOVED_SHARE,
          every_seconds: input.schedule?.everySeconds ?? null,
          sync_wanted_at: null,
          sync_wanted_reason: null,
          sync_held: null,
          probes: input.probes ?? true,
          probe_wanted_at: null,
          profile: input.profile ?? 'none',
          judge_after: null,
          registered_as: null,
          next_number: 0,
          removed_at: null,
          revision: 1,
          created_at: clock.now(),
        };
        await holdProfile(trx, workspaceId, source.profile);
        await insertTopFolder(trx, source, input.folderName);
        await trx
          .insertInto('sources')
          .values({ ...source, filters: JSON.stringify(filters) })
          .execute();
        return toSource(source);
      });
    },

    /** @throws MooringError `not_found` */
    getSource: async (workspaceId: string, sourceId: string): Promise<Source> =>
      toSource(await find(workspaceId, sourceId)),

    /**
     * @param ifRevision the revision that the change was made for; undefined for any
     * @throws MooringError `not_found`, also for a profile; `invalid_request` for filters that cannot be meant;
     * `stale_revision`
     */
    async updateSource(
      workspaceId: string,
      sourceId: string,
      input: SourceUpdate,
      ifRevision?: number,
    ): Promise<Source> {
      const { prefix, registered_as } = await find(workspaceId, sourceId);
      if (registered_as !== null && (input.filters || input.schedule)) throw neverSynced(sourceId);
      const filters = input.filters && completeFilters(input.filters);
      if (filters) createKeyFilter(prefix, filters);
      const set = {
        ...(filters && { filters: JSON.stringify(filters) }),
        ...(input.maxRemovedShare !== undefined && { max_removed_share: input.maxRemovedShare }),
        ...(input.probes !== undefined && { probes: input.probes }),
        // By another profile the assets are judged again, from the first key on: see judge-sources.
        ...(input.profile !== undefined && {
          profile: input.profile,
          judge_after: sql<string | null>`case when profile = ${input.profile} then judge_after else '' end`,
        }),
        ...(input.schedule !== undefined && { every_seconds: input.schedule?.everySeconds ?? null }),
      };
      await db.transaction().execute(async trx => {
        if (input.profile !== undefined) await holdProfile(trx, workspaceId, input.profile);
        const row = sql`workspace_id = ${workspaceId} and id = ${sourceId}`;
        const revision = await nextRevision(trx, 'sources', row, ifRevision);
        if (Object.keys(set).length === 0) return;
        await trx
          .updateTable('sources')
          .set({ ...set, revision })
          .where('workspace_id', '=', workspaceId)
          .where('id', '=', sourceId)
          .execute();
      });
      return toSource(await find(workspaceId, sourceId));
    },

    /** Sources, oldest first. @throws MooringError `invalid_request` for a bad cursor. */
    async listSources(
      workspaceId: string,
      {
        connectionId,
        cursor,
        limit,
      }: { connectionId?: string | undefined; cursor?: string | undefined; limit: number },
    ): Promise<Page<Source>> {
      const [after] = cursor === undefined ? [] : decodeCursor(cursor, 1);
      const rows = await liveSources(db, workspaceId)
        .$if(connectionId !== undefined, query => query.where('s.connection_id', '=', connectionId!))
        .$if(after !== undefined, query => query.where('s.id', '>', after!))
        .orderBy('s.id')
        .limit(limit + 1)
        .execute();
      const last = rows[limit - 1];
      return {
        items: rows.slice(0, limit).map(toSource),
        nextCursor: rows.length > limit && last ? encodeCursor(last.id) : null,
      };
    },
  };
}

const liveSources = (db: Db, workspaceId: string) =>
  db
    .selectFrom('sources as s')
    .innerJoin('connections as c', join =>
      join.onRef('c.workspace_id', '=', 's.workspace_id').onRef('c.id', '=', 's.connection_id'),
    )
    .where('s.workspace_id', '=', workspaceId)
    .where('c.removed_at', 'is', null)
    .where('s.removed_at', 'is', null)
    .selectAll('s');

/** Its location. Two sources of one connection are made one after the other. */
async function lockConnection(
  trx: Trx,
  workspaceId: string,
  connectionId: string,
): Promise<{ container?: string; prefix?: string }> {
  const row = await trx
    .selectFrom('connections')
    .select('location')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', connectionId)
    .where('removed_at', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!row) throw notFound('connection', connectionId);
  return row.location;
}

async function refuseTwin(
  trx: Trx,
  workspaceId: string,
  { connectionId, container, prefix }: { connectionId: string; container: string; prefix: string },
): Promise<void> {
  const twin = await trx
    .selectFrom('sources')
    .select('id')
    .where('workspace_id', '=', workspaceId)
    .where('connection_id', '=', connectionId)
    .where('container', '=', container)
    .where('prefix', '=', prefix)
    .where('registered_as', 'is', null)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  if (!twin) return;
  throw new MooringError('conflict', `${twin.id} is a source of this container and prefix already.`, {
    fix: `Sync ${twin.id}, or choose another container or prefix.`,
  });
}

async function insertTopFolder(trx: Trx, source: SourceRow, wanted: string | undefined): Promise<void> {
  const standard = `${source.container}/${source.prefix}`.replace(/\/$/, '');
  for (let number = 1; ; number++) {
    const name = wanted ?? (number === 1 ? standard : `${standard} (${number})`);
    const { numAffectedRows } = await sql`
      insert into folders (workspace_id, id, parent_id, source_id, name, key_prefix, created_at)
      values (${source.workspace_id}, ${source.folder_id}, null, ${source.id}, ${name},
        ${directoryOf(source.prefix)}, ${source.created_at})
      on conflict do nothing`.execute(trx);
    if (numAffectedRows === 1n) return;
    if (wanted !== undefined) {
      throw new MooringError('conflict', `There is a top folder called “${wanted}” already.`, {
        fix: 'Choose another folderName, or leave it out.',
        fields: [{ path: 'folderName', message: 'is taken' }],
      });
    }
  }
}

/** Where something of a source needs a listing, and its assets were registered. */
export const neverSynced = (sourceId: string): MooringError =>
  new MooringError(
    'conflict',
    `The assets of ${sourceId} were registered, so no listing brings them up to date.`,
    {
      fix: 'Register a list again, or make another source to sync.',
    },
  );

const noContainer = () =>
  new MooringError('invalid_request', 'The connection names no container, and neither does the request.', {
    fix: 'Send container, with the name of the container to sync.',
    fields: [{ path: 'container', message: 'is missing' }],
  });

const toSource = (row: SourceRow): Source => ({
  id: row.id,
  connectionId: row.connection_id,
  folderId: row.folder_id,
  container: row.container,
  prefix: row.prefix,
  assetCount: row.asset_count,
  goneCount: row.gone_count,
  lastSyncedAt: row.last_synced_at?.toISOString() ?? null,
  lastOperationId: row.last_operation_id,
  filters: row.filters,
  maxRemovedShare: row.max_removed_share,
  schedule: row.every_seconds === null ? null : { everySeconds: row.every_seconds },
  syncHeld: row.sync_held,
  probes: row.probes,
  profile: row.profile,
  registeredAs: row.registered_as,
  judging: row.judge_after !== null,
  revision: row.revision,
  createdAt: row.created_at.toISOString(),
});
