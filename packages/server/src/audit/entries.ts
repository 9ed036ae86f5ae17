import type { AuditEntry, auditQuery, Page } from '@mooring/contract';
import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { z } from 'zod';
import { decodeCursor, encodeCursor, notACursor } from '../catalogue/cursor.ts';
import type { Db } from '../catalogue/db.ts';
import type { Schema } from '../catalogue/schema.ts';
import { requireStorable } from '../catalogue/storable.ts';

type Row = Selectable<Schema['audit_entries']>;

/** @throws MooringError `invalid_request` for a bad cursor */
export async function listEntries(
  db: Db,
  workspaceId: string,
  { order, from, to, callerId, action, assetId, cursor, limit }: z.output<typeof auditQuery>,
): Promise<Page<AuditEntry>> {
  requireStorable({ callerId, assetId });
  const isNewest = order === 'newest';
  const place = cursor === undefined ? null : seqOf(cursor);
  const conditions: RawBuilder<unknown>[] = [sql`workspace_id = ${workspaceId}`];
  if (place !== null) conditions.push(isNewest ? sql`seq < ${place}` : sql`seq > ${place}`);
  if (from !== undefined) conditions.push(sql`at >= ${from}::timestamptz`);
  if (to !== undefined) conditions.push(sql`at < ${to}::timestamptz`);
  if (callerId !== undefined) conditions.push(sql`caller_id = ${callerId}`);
  if (action !== undefined) conditions.push(sql`action = ${action}`);
  if (assetId !== undefined) conditions.push(sql`asset_ids @> array[${assetId}]::text[]`);
  const { rows } = await sql<Row>`
    select * from audit_entries where ${sql.join(conditions, sql` and `)}
    order by seq ${isNewest ? sql`desc` : sql`asc`} limit ${limit + 1}`.execute(db);
  const items = rows.slice(0, limit).map(toEntry);
  return { items, nextCursor: rows.length > limit ? encodeCursor(String(items.at(-1)!.seq)) : null };
}

function seqOf(cursor: string): number {
  const seq = Number(decodeCursor(cursor, 1)[0]);
  if (!Number.isSafeInteger(seq)) throw notACursor();
  return seq;
}

const toEntry = (row: Row): AuditEntry => ({
  seq: row.seq,
  at: row.at.toISOString(),
  action: row.action,
  outcome: row.outcome as AuditEntry['outcome'],
  caller: {
    via: row.caller_via as AuditEntry['caller']['via'],
    id: row.caller_id,
    name: row.caller_name,
    sessionId: row.session_id,
  },
  address: row.address,
  subjectId: row.subject_id,
  assetIds: row.asset_ids,
  detail: row.detail as AuditEntry['detail'],
  previousHash: row.previous_hash.toString('hex'),
  hash: row.hash.toString('hex'),
});
