import type { ReadAction } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import type { Db } from '../catalogue/db.ts';
import { forNoCaller } from '../platform/database/caller-signal.ts';
import { appendEntries } from './append.ts';
import type { By, NewEntry } from './entry.ts';
import { groupWrites } from './grouped.ts';

/** How long a process goes by what it knows of a workspace's choice. */
const KNOWN_MS = 5000;
/** As many as one request may name. */
const MOST_ASSETS = 1000;

/** Assets that one caller is given to read. */
export interface Read {
  action: ReadAction;
  by: By;
  /** Null where it does not matter. */
  connectionId: string | null;
  assetIds: readonly string[];
  /** Of an object that is no asset. */
  key?: string;
  /** When what was handed out stops working; null: nothing was. */
  endsAt: Date | null;
}

/** Writes down who reads what, where the workspace wants it. */
export function createReads({ db, clock }: { db: Db; clock: Clock }) {
  const known = new Map<string, { isWanted: Promise<boolean>; until: number }>();

  function isWanted(workspaceId: string): Promise<boolean> {
    const now = clock.now().getTime();
    const entry = known.get(workspaceId);
    if (entry && entry.until > now) return entry.isWanted;
    const asked = lookUp(workspaceId);
    known.set(workspaceId, { isWanted: asked, until: now + KNOWN_MS });
    asked.catch(() => known.delete(workspaceId)); // the caller of this time sees why
    return asked;
  }

  const lookUp = (workspaceId: string): Promise<boolean> =>
    forNoCaller(async () => {
      const chain = await db
        .selectFrom('audit_chains')
        .select('records_reads')
        .where('workspace_id', '=', workspaceId)
        .executeTakeFirst();
      return chain?.records_reads ?? false;
    });

  const write = groupWrites<NewEntry>((workspaceId, entries) =>
    // For all who wait, so it does not end with the one that came first.
    forNoCaller(() => db.transaction().execute(trx => appendEntries(trx, workspaceId, joined(entries)))),
  );

  return {
    isWanted,

    /** Resolves once it is in the chain, or at once where the workspace does not want it. */
    async record(
      workspaceId: string,
      { action, by, connectionId, assetIds, key, endsAt }: Read,
    ): Promise<void> {
      if ((assetIds.length === 0 && key === undefined) || !(await isWanted(workspaceId))) return;
      await write(workspaceId, {
        at: clock.now(),
        ...by,
        action,
        outcome: 'done',
        subjectId: connectionId,
        assetIds,
        detail: { ...(key !== undefined && { key }), ...(endsAt && { endsAt: endsAt.toISOString() }) },
      });
    },

    /** Makes this process look again. */
    forget: (workspaceId: string) => void known.delete(workspaceId),
  };
}
export type Reads = ReturnType<typeof createReads>;

/** Makes one entry of those that differ only in their assets, such as the thumbnails of a page. */
function joined(entries: readonly NewEntry[]): NewEntry[] {
  const alike = Map.groupBy(entries, ({ at: _at, assetIds, ...rest }) =>
    JSON.stringify([rest, assetIds.length === 0]),
  );
  return [...alike.values()].flatMap(group => {
    const assetIds = [...new Set(group.flatMap(entry => entry.assetIds))];
    const parts = Math.max(1, Math.ceil(assetIds.length / MOST_ASSETS));
    return Array.from({ length: parts }, (_, part) => ({
      ...group[0]!,
      assetIds: assetIds.slice(part * MOST_ASSETS, (part + 1) * MOST_ASSETS),
    }));
  });
}
