import { createHash } from 'node:crypto';
import { type AuditEntry, auditText } from '@mooring/contract';
import { sql } from 'kysely';
import type { Trx } from '../catalogue/db.ts';
import type { NewEntry } from './entry.ts';

/** Longer texts of storages and people are cut. */
const MOST_CHARS = 1024;

/** Where the chain of a workspace ends. Seqs count from 1; hashes are hexadecimal digits. */
interface ChainEnd {
  seq: number;
  hash: string;
}

/**
 * Adds entries to the end of a workspace's chain, in one statement however many they are. The chain's row stays locked
 * until the transaction ends: every entry needs the hash of the one before it, so appends come one after another.
 */
export async function appendEntries(
  trx: Trx,
  workspaceId: string,
  entries: readonly NewEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  const end = await lockChain(trx, workspaceId);
  const rows = entries.map(entry => {
    const next = nextEntry(end, entry);
    Object.assign(end, { seq: next.seq, hash: next.hash });
    return { ...next, ...next.caller };
  });
  await sql`
    with added as (
      insert into audit_entries (
        workspace_id, seq, at, action, outcome, caller_via, caller_id, caller_name, session_id, address, subject_id,
        asset_ids, detail, previous_hash, hash)
      select ${workspaceId}, seq, at, action, outcome, via, id, name, "sessionId", address, "subjectId", "assetIds", detail,
        decode("previousHash", 'hex'), decode(hash, 'hex')
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as e (
        seq int8, at timestamptz, action text, outcome text, via text, id text, name text, "sessionId" text,
        address text, "subjectId" text, "assetIds" text[], detail jsonb, "previousHash" text, hash text)
    )
    update audit_chains set last_seq = ${end.seq}, last_hash = decode(${end.hash}, 'hex')
    where workspace_id = ${workspaceId}`.execute(trx);
}

async function lockChain(trx: Trx, workspaceId: string): Promise<ChainEnd> {
  const read = () =>
    trx
      .selectFrom('audit_chains')
      .select(['last_seq', 'last_hash'])
      .where('workspace_id', '=', workspaceId)
      .forUpdate()
      .executeTakeFirst();
  let row = await read();
  if (!row) {
    await trx
      .insertInto('audit_chains')
      .values({ workspace_id: workspaceId })
      .onConflict(conflict => conflict.doNothing())
      .execute();
    row = await read();
  }
  return { seq: row!.last_seq, hash: row!.last_hash.toString('hex') };
}

function nextEntry(end: ChainEnd, { at, assetIds, ...entry }: NewEntry): AuditEntry {
  const next = {
    ...entry,
    seq: end.seq + 1,
    at: at.toISOString(),
    caller: { ...entry.caller, name: entry.caller.name && toText(entry.caller.name) },
    assetIds: [...assetIds],
    detail: Object.fromEntries(
      Object.entries(entry.detail).map(([name, value]) => [
        name,
        typeof value === 'string' ? toText(value) : value,
      ]),
    ),
    previousHash: end.hash,
  };
  return { ...next, hash: sha256(auditText(next)) };
}

/** As hexadecimal digits. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** As PostgreSQL can hold it exactly, so that its hash stays right. */
const toText = (text: string): string =>
  text.slice(0, MOST_CHARS).toWellFormed().replaceAll('\0', '\u{fffd}');
