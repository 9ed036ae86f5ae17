import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import type { Clock } from '../platform/clock.ts';

/** Rows that one statement deletes, so that none runs for long. */
const AT_ONCE = 50_000;

/** What was handed out and still works: a URL that was signed cannot be taken back, so it is written down. */
export function createIssuedUrls({ db, clock }: { db: Db; clock: Clock }) {
  return {
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
export type IssuedUrlLog = ReturnType<typeof createIssuedUrls>;
