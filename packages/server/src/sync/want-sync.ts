import type { Trx } from '../catalogue/db.ts';

interface SourceKey {
  readonly workspaceId: string;
  readonly id: string;
}

/**
 * Notes that only a sync that begins from now on brings a source in line. It starts by itself as soon as the
 * connection can be used: see due-syncs.ts.
 * @param reason a sentence, for people
 */
export async function wantSync(trx: Trx, source: SourceKey, reason: string, now: Date): Promise<void> {
  await trx
    .updateTable('sources')
    .set({ sync_wanted_at: now, sync_wanted_reason: reason })
    .where('workspace_id', '=', source.workspaceId)
    .where('id', '=', source.id)
    .execute();
}

/** Notes that a sync that began then has come to its end. */
export async function fulfilSync(trx: Trx, source: SourceKey, startedAt: Date): Promise<void> {
  await trx
    .updateTable('sources')
    .set({ sync_wanted_at: null, sync_wanted_reason: null })
    .where('workspace_id', '=', source.workspaceId)
    .where('id', '=', source.id)
    .where('sync_wanted_at', '<=', startedAt)
    .execute();
}
