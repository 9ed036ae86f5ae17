import type { Audit, AuditUpdate } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import { nextRevision } from '../catalogue/revision.ts';
import { appendEntries } from './append.ts';
import { byServer } from './entry.ts';

const DAY_MS = 86_400_000;
/** Entries that one transaction removes, so that none lasts long. */
const AT_ONCE = 20_000;

/** What a workspace chose before it chose anything, and its chain before the first entry. */
const UNTOUCHED = {
  last_seq: 0,
  last_hash: Buffer.alloc(32),
  removed_seq: 0,
  removed_hash: Buffer.alloc(32),
  records_reads: false,
  keep_days: 365,
  revision: 0,
};

/** The chain of a workspace as a whole: what it holds, what is written into it, and for how long. */
export const createChain = ({ db, clock }: { db: Db; clock: Clock }) => ({
  async get(workspaceId: string): Promise<Audit> {
    const row = await db
      .selectFrom('audit_chains')
      .selectAll()
      .where('workspace_id', '=', workspaceId)
      .executeTakeFirst();
    const chain = row ?? UNTOUCHED;
    return {
      firstSeq: chain.removed_seq + 1,
      lastSeq: chain.last_seq,
      lastHash: chain.last_hash.toString('hex'),
      removed:
        chain.removed_seq === 0 ? null : { seq: chain.removed_seq, hash: chain.removed_hash.toString('hex') },
      recordsReads: chain.records_reads,
      keepDays: chain.keep_days,
      revision: chain.revision,
    };
  },

  /**
   * @param ifRevision the revision that the change was made for; undefined for any
   * @throws MooringError `stale_revision`
   */
  async update(
    workspaceId: string,
    { recordsReads, keepDays }: AuditUpdate,
    ifRevision?: number,
  ): Promise<void> {
    const changes = {
      ...(recordsReads !== undefined && { records_reads: recordsReads }),
      ...(keepDays !== undefined && { keep_days: keepDays }),
    };
    await db.transaction().execute(async trx => {
      const chain = sql`workspace_id = ${workspaceId}`;
      const revision = await nextRevision(trx, 'audit_chains', chain, ifRevision);
      if (Object.keys(changes).length === 0) return;
      await trx
        .insertInto('audit_chains')
        .values({ workspace_id: workspaceId, ...changes, revision })
        .onConflict(conflict => conflict.column('workspace_id').doUpdateSet({ ...changes, revision }))
        .execute();
    });
  },

  /**
   * Removes entries that are older than their workspace keeps them. The chain keeps the hash of the newest of them, and
   * an entry says so: what is left can still be verified.
   */
  async prune(signal: AbortSignal): Promise<void> {
    const now = clock.now();
    const chains = await db
      .selectFrom('audit_chains')
      .select(['workspace_id', 'keep_days'])
      .where('keep_days', 'is not', null)
      .execute();
    for (const { workspace_id: workspaceId, keep_days: days } of chains) {
      const before = new Date(now.getTime() - days! * DAY_MS);
      while (!signal.aborted && (await pruneOnce(db, workspaceId, { before, now })) === AT_ONCE);
    }
  },
});

/** @returns how many entries it has removed: the oldest, up to the first that is to be kept */
const pruneOnce = (
  db: Db,
  workspaceId: string,
  { before, now }: { before: Date; now: Date },
): Promise<number> =>
  db.transaction().execute(async trx => {
    // Appends wait, so what is removed and the entry about it belong together.
    const chain = await trx
      .selectFrom('audit_chains')
      .select('removed_seq')
      .where('workspace_id', '=', workspaceId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const { rows } = await sql<{ seq: number; hash: Buffer }>`
      select seq, hash from audit_entries where workspace_id = ${workspaceId} and seq <= ${chain.removed_seq + AT_ONCE}
        and seq < coalesce((
          select min(seq) from audit_entries where workspace_id = ${workspaceId}
            and seq <= ${chain.removed_seq + AT_ONCE + 1} and at >= ${before}), 9223372036854775807)
      order by seq desc limit 1`.execute(trx);
    const newest = rows[0];
    if (!newest) return 0;
    const removed = newest.seq - chain.removed_seq;
    await trx
      .updateTable('audit_chains')
      .set({ removed_seq: newest.seq, removed_hash: newest.hash })
      .where('workspace_id', '=', workspaceId)
      .execute();
    await trx
      .deleteFrom('audit_entries')
      .where('workspace_id', '=', workspaceId)
      .where('seq', '<=', newest.seq)
      .execute();
    const detail = { entries: removed, throughSeq: newest.seq, throughHash: newest.hash.toString('hex') };
    const entry = { action: 'audit.pruned', outcome: 'done', subjectId: null, assetIds: [], detail } as const;
    await appendEntries(trx, workspaceId, [{ at: now, ...byServer(null), ...entry }]);
    return removed;
  });
