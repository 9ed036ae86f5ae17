import type {
  AzureLocation,
  Connection,
  ConnectionStatus,
  Credential,
  DeliveryMode,
} from '@mooring/contract';
import { type Selectable, sql } from 'kysely';
import type { Db, Trx } from '../../catalogue/db.ts';
import type { Schema } from '../../catalogue/schema.ts';
import { type OwnershipTokens, toOwnership } from '../ownership/proof.ts';
import { type Neighbour, overlapsOf } from '../settings/overlaps.ts';
import { warningsOf } from '../settings/warnings.ts';

export type ConnectionRow = Selectable<Schema['connections']> & {
  asset_count: number;
  /** Other connections to the same endpoint. */
  neighbours: Neighbour[];
};

/** A connection that has a credential: it is not unlinked. */
export type LinkedRow = ConnectionRow & { credential_sealed: Buffer };
export const isLinked = (row: ConnectionRow): row is LinkedRow => row.credential_sealed !== null;

/** Whoever has more connections to one account knows it. */
const MOST_NEIGHBOURS = 100;

/** Longer than all checks one after the other can take: whoever ran them has died. */
const LONGEST_CHECKS_MS = 300_000;

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
      sql<Neighbour[]>`(
        select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name, 'location', o.location) order by o.id), '[]')
        from (
          select * from connections o
          where o.workspace_id = connections.workspace_id and o.id <> connections.id and o.removed_at is null
            and o.location ->> 'endpoint' = connections.location ->> 'endpoint'
          order by o.id limit ${sql.lit(MOST_NEIGHBOURS)}
        ) o)`.as('neighbours'),
    )
    .where('connections.workspace_id', '=', workspaceId)
    .where('connections.removed_at', 'is', null);

/** How bytes reach a browser with a credential. */
export const deliveryOf = (credential: Credential): DeliveryMode =>
  credential.kind !== 'azure-sas' || credential.deliverySas !== null ? 'direct' : 'relay';

/** A row as the API shows it: without the sealed credential. */
export function toConnection(row: ConnectionRow, now: Date, tokens: OwnershipTokens): Connection {
  const credential = row.credential as Credential;
  const cutOff = row.status === 'verifying' && now.getTime() - row.updated_at.getTime() > LONGEST_CHECKS_MS;
  return {
    id: row.id,
    name: row.name,
    provider: row.provider as Connection['provider'],
    accessMode: row.access_mode as Connection['accessMode'],
    location: row.location as AzureLocation,
    credential,
    renditionPrefix: row.rendition_prefix,
    ownership: toOwnership(row, tokens),
    delivery: deliveryOf(credential),
    warnings: isLinked(row) ? warningsOf(credential, row.rendition_prefix !== null, now) : [],
    overlaps: overlapsOf(row.location as AzureLocation, row.neighbours),
    status: cutOff ? 'draft' : (row.status as ConnectionStatus),
    statusReason: cutOff ? 'Its last checks were cut off. Run them again.' : row.status_reason,
    lastCheckedAt: row.last_checked_at?.toISOString() ?? null,
    nextCheckAt: row.next_check_at?.toISOString() ?? null,
    assetCount: row.asset_count,
    revision: row.revision,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
