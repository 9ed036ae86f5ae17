import { type RawBuilder, sql } from 'kysely';
import { requireRevision } from '../platform/problem.ts';
import type { Trx } from './db.ts';

type WithRevision =
  | 'workspaces'
  | 'audit_chains'
  | 'folders'
  | 'sources'
  | 'profiles'
  | 'datasets'
  | 'connectors';

/**
 * Holds the settings of a thing until the transaction ends.
 * @param row which one
 * @param asked the revision that the change was made for; undefined for any
 * @returns the revision after the change; 1 where there is no such row yet
 * @throws MooringError `stale_revision`
 */
export async function nextRevision(
  trx: Trx,
  table: WithRevision,
  row: RawBuilder<unknown>,
  asked: number | undefined,
): Promise<number> {
  const { rows } = await sql<{ revision: number }>`
    select revision from ${sql.table(table)} where ${row} for no key update`.execute(trx);
  const revision = rows[0]?.revision ?? 0;
  requireRevision(revision, asked);
  return revision + 1;
}
