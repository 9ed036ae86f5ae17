import type { StorageLocation } from '@mooring/contract';
import { type Selectable, sql } from 'kysely';
import type { Db, Trx } from '../../catalogue/db.ts';
import type { Schema } from '../../catalogue/schema.ts';
import { MooringError, notFound } from '../../platform/problem.ts';

export interface ConnectionIds {
  workspaceId: string;
  connectionId: string;
}

/** Another connection of the workspace to the same place. */
export interface Neighbour {
  id: string;
  name: string;
  location: StorageLocation;
}

export type ConnectionRow = Selectable<Schema['connections']> & {
  asset_count: number;
  has_sources: boolean;
  /** Whether its checks have passed once. */
  has_worked: boolean;
  /** When the first of its registered URLs ends; null where none does. */
  first_url_ends_at: Date | null;
  /** Other connections to the same place, such as an account. */
  neighbours: Neighbour[];
};

/** A connection that has a credential: it is not unlinked. */
export type LinkedRow = ConnectionRow & { credential_sealed: Buffer };
export const isLinked = (row: ConnectionRow): row is LinkedRow => row.credential_sealed !== null;

export const idsOf = (row: Pick<ConnectionRow, 'workspace_id' | 'id'>): ConnectionIds => ({
  workspaceId: row.workspace_id,
  connectionId: row.id,
});

/** Enough for every list that people read. */
const MOST_NEIGHBOURS = 100;

/** Connections that are not removed, with what is shown of their assets and neighbours. */
export const selectConnections = (db: Db | Trx, workspaceId: string) =>
  db
    .selectFrom('connections')
    .selectAll('connections')
    .select(
      sql<number>`(select coalesce(sum(s.asset_count), 0)::int8 from sources s
        where s.workspace_id = connections.workspace_id and s.connection_id = connections.id)`.as(
        'asset_count',
      ),
    )
    .select(
      sql<boolean>`exists (select from sources s
        where s.workspace_id = connections.workspace_id and s.connection_id = connections.id)`.as(
        'has_sources',
      ),
    )
    .select(
      sql<boolean>`exists (select from connection_events e
        where e.workspace_id = connections.workspace_id and e.connection_id = connections.id
          and e.status in ('healthy', 'degraded'))`.as('has_worked'),
    )
    .select(
      sql<Date | null>`(select min(u.expires_at) from registered_urls u
        where u.workspace_id = connections.workspace_id and u.connection_id = connections.id)`.as(
        'first_url_ends_at',
      ),
    )
    .select(
      sql<Neighbour[]>`(
        select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name, 'location', o.location) order by o.id), '[]')
        from (
          select * from connections o
          where o.workspace_id = connections.workspace_id and o.id <> connections.id and o.removed_at is null
            and o.place = connections.place and o.provider = connections.provider
          order by o.id limit ${sql.lit(MOST_NEIGHBOURS)}
        ) o)`.as('neighbours'),
    )
    .where('connections.workspace_id', '=', workspaceId)
    .where('connections.removed_at', 'is', null);

/** Undefined for one that is removed or never was. */
export const findRow = (db: Db | Trx, { workspaceId, connectionId }: ConnectionIds) =>
  selectConnections(db, workspaceId).where('connections.id', '=', connectionId).executeTakeFirst();

/** @throws MooringError `not_found` */
export async function mustFindRow(db: Db | Trx, ids: ConnectionIds): Promise<ConnectionRow> {
  return (await findRow(db, ids)) ?? missing(ids);
}

/** Locks the row until the transaction ends. @throws MooringError `not_found` */
export async function lockRow(trx: Trx, ids: ConnectionIds): Promise<ConnectionRow> {
  const row = await selectConnections(trx, ids.workspaceId)
    .where('connections.id', '=', ids.connectionId)
    .forNoKeyUpdate('connections')
    .executeTakeFirst();
  return row ?? missing(ids);
}

function missing({ connectionId }: ConnectionIds): never {
  throw notFound('connection', connectionId);
}

/** The columns of a connection whose owner has not been proven. */
export const UNPROVEN = { ownership_proven_at: null, ownership_proven_by: null, ownership_of: null } as const;
/** The columns of a connection whose checks have not run. */
export const UNCHECKED = { last_checked_at: null, next_check_at: null, failed_checks: 0 } as const;

export const unlinked = ({ id, name }: Pick<ConnectionRow, 'id' | 'name'>): MooringError =>
  new MooringError(
    'connection_unlinked',
    `The connection “${name}” (${id}) is unlinked, so Mooring no longer uses it.`,
    {
      fix: 'Link it again with a new credential, on its page or with `mooring connection credential`.',
    },
  );
