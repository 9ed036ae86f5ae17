import { ID_PREFIXES, type SyncCounts } from '@mooring/contract';
import { sql } from 'kysely';
import type { Trx } from '../catalogue/db.ts';
import type { LockedSource } from '../catalogue/source-lock.ts';
import type { Problem } from '../operations/finish.ts';
import { newId } from '../platform/ids.ts';
import { emit } from '../webhooks/emit.ts';
import type { ListedCounts } from './sync-state.ts';

const SAMPLES = 10;
/** Of an id: what comes before its randomness. */
const TIME_CHARS = ID_PREFIXES.asset.length + 1 + 9;

/** Tells webhooks, when the transaction commits, that a sync has finished and how many assets came and went. */
export async function emitSyncFinished(
  trx: Trx,
  { workspaceId, id: sourceId, connectionId }: Pick<LockedSource, 'workspaceId' | 'id' | 'connectionId'>,
  sync: {
    operationId: string;
    startedAt: Date;
    listed: ListedCounts;
    removed: number;
    /** Some of those that were removed. */
    buried: readonly string[];
  },
): Promise<void> {
  const { operationId, listed, removed } = sync;
  const of = { connectionId, sourceId, operationId };
  const counts: SyncCounts = { ...listed, removed };
  await emit(trx, workspaceId, 'sync.finished', { ...of, counts });
  const added = listed.added + listed.restored;
  if (added > 0) {
    const sampleAssetIds = await newest(trx, workspaceId, sourceId, sync.startedAt);
    await emit(trx, workspaceId, 'assets.added', { ...of, count: added, sampleAssetIds });
  }
  if (removed > 0) {
    const sampleAssetIds = sync.buried.slice(0, SAMPLES);
    await emit(trx, workspaceId, 'assets.removed', { ...of, count: removed, sampleAssetIds });
  }
}

/** Tells webhooks, when the transaction commits, that a sync has failed. */
export async function emitSyncFailed(
  trx: Trx,
  { workspaceId, operationId, sourceId }: { workspaceId: string; operationId: string; sourceId: string },
  problem: Problem,
): Promise<void> {
  const source = await trx
    .selectFrom('sources')
    .select('connection_id')
    .where('workspace_id', '=', workspaceId)
    .where('id', '=', sourceId)
    .executeTakeFirst();
  if (!source) return;
  const { code, detail, fix } = problem;
  await emit(trx, workspaceId, 'sync.failed', {
    ...{ connectionId: source.connection_id, sourceId, operationId },
    problem: { code, detail, fix },
  });
}

/** Some assets of a source that were made since a moment: ids begin with the time. */
async function newest(trx: Trx, workspaceId: string, sourceId: string, since: Date): Promise<string[]> {
  const from = newId('asset', since.getTime()).slice(0, TIME_CHARS);
  // Written so that the ids are read in their order: by its statistics, which know nothing of a first sync, the
  // planner would fetch all assets of the source and sort them.
  await sql`set local enable_bitmapscan = off`.execute(trx);
  const { rows } = await sql<{ id: string }>`
    select id from assets where workspace_id = ${workspaceId} and id >= ${from} and source_id || '' = ${sourceId}
    order by id limit ${SAMPLES}`.execute(trx);
  await sql`set local enable_bitmapscan to default`.execute(trx);
  return rows.map(({ id }) => id);
}
