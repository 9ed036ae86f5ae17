import { sql } from 'kysely';
import { forCaller } from '../platform/database/caller-signal.ts';
import { MooringError } from '../platform/problem.ts';
import type { Db, Trx } from './db.ts';

/** The longest that a search may take, in all its queries. */
export const SEARCH_MS = 5000;

/** Milliseconds of a search that are left. @throws MooringError `search_too_slow` where there are none */
export function startSearch(mostMs: number = SEARCH_MS): () => number {
  const end = performance.now() + mostMs;
  return () => {
    const left = Math.ceil(end - performance.now());
    if (left <= 0) throw searchTooSlow();
    return left;
  };
}

/** Of the planner: https://www.postgresql.org/docs/current/runtime-config-query.html */
export type Settings = Record<string, 'on' | 'off'>;

/** A single query that takes too long is ended by the database. So much later several that do so together are cancelled. */
const SPARE_MS = 50;

/**
 * Runs queries that may take so long together.
 * @returns null where they took longer, and were ended
 */
export async function within<T>(
  db: Db,
  ms: number,
  run: (trx: Trx) => Promise<T>,
  settings: Settings = {},
): Promise<T | null> {
  const begin = performance.now();
  let late: AbortSignal | undefined;
  try {
    return await db
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async trx => {
        // Compiling a query takes longer than these may take.
        const all = {
          statement_timeout: String(Math.ceil(ms)),
          jit: 'off',
          // Starting other processes takes longer too, and they are for those who wait for other searches.
          max_parallel_workers_per_gather: '0',
          ...settings,
        };
        const set = Object.entries(all).map(([name, value]) => sql`set_config(${name}, ${value}, true)`);
        await sql`select ${sql.join(set)}`.execute(trx);
        late = AbortSignal.timeout(Math.ceil(ms) + SPARE_MS);
        return forCaller(late, () => run(trx));
      });
  } catch (error) {
    if (late?.aborted && error === late.reason) return null; // the next query was not begun
    // Earlier than that, the query was cancelled for another reason: the caller has gone.
    const isLate = performance.now() - begin >= ms;
    if (isLate && (error as { code?: unknown }).code === QUERY_CANCELED) return null;
    throw error;
  }
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const QUERY_CANCELED = '57014';

export const searchTooSlow = () =>
  new MooringError('search_too_slow', `The search had not ended after ${SEARCH_MS / 1000} seconds.`, {
    fix: 'Choose a folder or a source, or more filters, so that fewer assets have to be looked through.',
  });
