import { createHash } from 'node:crypto';
import type { IssuedUrls } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';

const MOST_SHOWN = 1000;
/** Rows that one statement deletes, so that none runs for long. */
const AT_ONCE = 50_000;

const MOST_REMEMBERED = 50_000;

/** One URL, or address of the relay, that is about to be handed out. */
export interface IssuedUrl {
  connectionId: string;
  /** What it opens: an asset, or an object that need not be in the catalogue. */
  opens: { assetId: string } | { key: string };
  endsAt: Date;
  relayed: boolean;
}

/** The signed URLs that still work. A signed URL cannot be taken back, so each is recorded with its end. */
export function createIssuedUrls({ db, clock }: { db: Db; clock: Clock }) {
  // Pages ask for the same URLs again and again: what this process has written need not be written again.
  const written = new Set<string>();

  return {
    /** Writes a batch in one statement. The same URL handed out again is one. */
    async record(workspaceId: string, urls: readonly IssuedUrl[]): Promise<void> {
      const issued = urls.filter(url => !written.has(nameOf(url)));
      if (issued.length === 0) return;
      await sql`
        insert into issued_urls (workspace_id, connection_id, asset_id, ends_at, relayed, key)
        select ${workspaceId}, n.* from unnest(
          ${issued.map(url => url.connectionId)}::text[], ${issued.map(idOf)}::text[],
          ${issued.map(url => url.endsAt)}::timestamptz[], ${issued.map(url => url.relayed)}::boolean[],
          ${issued.map(({ opens }) => ('key' in opens ? opens.key : null))}::text[]
        ) as n on conflict do nothing`.execute(db);
      if (written.size > MOST_REMEMBERED) written.clear();
      for (const url of issued) written.add(nameOf(url));
    },

    /**
     * Those of a connection that still work.
     * @param unlinked whether its relay addresses are refused, so that only signed URLs do
     */
    async list(
      workspaceId: string,
      connectionId: string,
      { unlinked }: { unlinked: boolean },
    ): Promise<IssuedUrls> {
      const working = sql`i.workspace_id = ${workspaceId} and i.connection_id = ${connectionId}
        and i.ends_at > ${clock.now()} and not (${unlinked} and i.relayed)`;
      const { rows: counted } = await sql<{ count: number; lastEndsAt: Date | null }>`
        select count(*) as count, max(i.ends_at) as "lastEndsAt" from issued_urls i where ${working}`.execute(
        db,
      );
      const { rows } = await sql<{ assetId: string | null; key: string; endsAt: Date }>`
        select a.id as "assetId", coalesce(a.key, i.key) as key, i.ends_at as "endsAt"
        from (
          select * from issued_urls i where ${working} order by i.ends_at desc, i.asset_id limit ${MOST_SHOWN}
        ) i left join assets a on i.key is null and a.workspace_id = i.workspace_id and a.id = i.asset_id
        where coalesce(a.key, i.key) is not null
        order by i.ends_at desc, 2`.execute(db);
      return {
        count: counted[0]!.count,
        lastEndsAt: counted[0]!.lastEndsAt?.toISOString() ?? null,
        items: rows.map(row => ({ ...row, endsAt: row.endsAt.toISOString() })),
      };
    },

    /** Forgets what has ended. */
    async prune(signal: AbortSignal): Promise<void> {
      for (let deleted = AT_ONCE; deleted === AT_ONCE && !signal.aborted; ) {
        const { numAffectedRows } = await sql`
          delete from issued_urls where ctid = any(array(
            select ctid from issued_urls where ends_at <= ${clock.now()} limit ${AT_ONCE}))`.execute(db);
        deleted = Number(numAffectedRows);
      }
    },
  };
}
/** A key can be longer than an index takes. */
const idOf = ({ opens }: IssuedUrl): string =>
  'assetId' in opens ? opens.assetId : createHash('sha256').update(opens.key).digest('hex');

/** Ids of connections are unique over all workspaces. */
const nameOf = (url: IssuedUrl): string =>
  `${url.connectionId} ${idOf(url)} ${url.endsAt.getTime()} ${url.relayed}`;

export type IssuedUrlLog = ReturnType<typeof createIssuedUrls>;
