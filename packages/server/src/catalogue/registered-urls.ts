import { createHash } from 'node:crypto';
import type { AddressBook } from '@mooring/storage/server';
import { sql } from 'kysely';
import type { SecretBox } from '../platform/secrets.ts';
import type { Db, Trx } from './db.ts';
import { registeredUrl } from './sealed-for.ts';
import type { LockedSource } from './source-lock.ts';

/** A URL that opens an object by itself. */
export interface RegisteredUrl {
  key: string;
  /** A secret. */
  url: string;
  expiresAt: Date | null;
}

/** One row for each object of a source. */
const idOf = (sourceId: string, key: string): string =>
  `${sourceId}/${createHash('sha256').update(key).digest('base64url')}`;

/** Keeps URLs of a source's objects, in the place of those that it had. Each key comes once. */
export async function keepUrls(
  trx: Trx,
  secrets: SecretBox,
  source: LockedSource & { container: string },
  urls: readonly RegisteredUrl[],
): Promise<void> {
  if (urls.length === 0) return;
  const { workspaceId, id: sourceId, connectionId, container } = source;
  const row = { workspace_id: workspaceId, connection_id: connectionId, container };
  await sql`
    insert into registered_urls (workspace_id, source_id, connection_id, container, id, key, url_sealed, expires_at)
    select ${workspaceId}, ${sourceId}, ${connectionId}, ${container}, n.* from unnest(
      ${urls.map(({ key }) => idOf(sourceId, key))}::text[],
      ${urls.map(({ key }) => key)}::text[],
      ${urls.map(({ key, url }) => secrets.seal(url, registeredUrl({ ...row, key })))}::bytea[],
      ${urls.map(({ expiresAt }) => expiresAt)}::timestamptz[]
    ) as n
    on conflict (workspace_id, id) do update set url_sealed = excluded.url_sealed, expires_at = excluded.expires_at`.execute(
    trx,
  );
}

/** The URLs that were registered of a connection. Of an object in several folders the one that works longest. */
export function createAddressBook(
  { db, secrets }: { db: Db; secrets: SecretBox },
  { workspaceId, connectionId }: { workspaceId: string; connectionId: string },
): AddressBook {
  return {
    async find(container, keys) {
      const sources = await db
        .selectFrom('sources')
        .select('id')
        .where('workspace_id', '=', workspaceId)
        .where('connection_id', '=', connectionId)
        .where('container', '=', container)
        .where('registered_as', 'is not', null)
        .where('removed_at', 'is', null)
        .execute();
      const ids = sources.flatMap(({ id }) => keys.map(key => idOf(id, key)));
      const rows = await db
        .selectFrom('registered_urls')
        .selectAll()
        .where('workspace_id', '=', workspaceId)
        .where(sql<boolean>`id = any(${ids}::text[])`)
        .orderBy(sql`expires_at asc nulls first`)
        .execute();
      return new Map(rows.map(row => [row.key, secrets.unseal(row.url_sealed, registeredUrl(row))]));
    },
  };
}
