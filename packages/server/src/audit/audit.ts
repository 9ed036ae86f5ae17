import type { Audit, AuditEntry, AuditUpdate, auditQuery, Page } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import type { z } from 'zod';
import type { Db } from '../catalogue/db.ts';
import { type Act, createActs } from './acts.ts';
import { createChain } from './chain.ts';
import { listEntries } from './entries.ts';
import { createReads } from './reads.ts';

/** Who did, signed and read what: for each workspace a chain of entries that is only ever added to. */
export function createAudit(deps: { db: Db; clock: Clock }) {
  const { db } = deps;
  const chain = createChain(deps);
  const reads = createReads(deps);
  const acts = createActs(deps);
  return {
    ...acts,
    reads,
    get: chain.get,
    prune: chain.prune,

    /** @throws MooringError `stale_revision` */
    async update(workspaceId: string, changes: AuditUpdate, ifRevision?: number): Promise<Audit> {
      await chain.update(workspaceId, changes, ifRevision);
      reads.forget(workspaceId);
      return chain.get(workspaceId);
    },

    /** Writes an act on the whole installation into the chain of every workspace. */
    async recordEverywhere(act: Act): Promise<void> {
      for (const { id } of await db.selectFrom('workspaces').select('id').execute())
        await acts.record(id, act);
    },

    list: (workspaceId: string, query: z.output<typeof auditQuery>): Promise<Page<AuditEntry>> =>
      listEntries(db, workspaceId, query),
  };
}
export type AuditLog = ReturnType<typeof createAudit>;
