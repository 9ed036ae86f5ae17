import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { sql } from 'kysely';
import type { Db, Trx } from '../catalogue/db.ts';
import type { KeyRing } from '../platform/key-ring.ts';
import { nameOf } from '../platform/secrets.ts';

/** A process that was not seen for so long has ended, or has lost the database. */
const SEEN_WITHIN = '30 seconds';

/** A process in use, with the keys that it has. */
export interface KeyHolder {
  /** Host and process id. */
  process: string;
  keySource: string;
  keyIds: string[];
  sealingKeyId: string;
}

/** Says for this process which keys it has: again and again, and when they change. */
export function createKeyHolder(ring: KeyRing) {
  const id = randomBytes(12).toString('hex');
  return {
    async report(db: Db): Promise<void> {
      const keyIds = ring.keys.map(nameOf);
      await sql`
        insert into key_holders (id, process, key_source, key_ids, sealing_key_id, seen_at)
        values (${id}, ${`${hostname()}-${process.pid}`}, ${ring.from}, ${keyIds}, ${keyIds[0]}, now())
        on conflict (id) do update set key_ids = excluded.key_ids, sealing_key_id = excluded.sealing_key_id,
          seen_at = excluded.seen_at`.execute(db);
    },

    async end(db: Db): Promise<void> {
      await sql`delete from key_holders where id = ${id} or seen_at < now() - interval '1 day'`.execute(db);
    },
  };
}
export type KeyHolderReport = ReturnType<typeof createKeyHolder>;

/** The processes in use. */
export async function listHolders(db: Db): Promise<KeyHolder[]> {
  const { rows } = await sql<KeyHolder>`
    select process, key_source as "keySource", key_ids as "keyIds", sealing_key_id as "sealingKeyId"
    from key_holders where seen_at > now() - ${SEEN_WITHIN}::interval order by process`.execute(db);
  return rows;
}

/** Whether every process in use has a key. */
export async function doAllKnow(trx: Trx, keyId: string): Promise<boolean> {
  const { rows } = await sql<{ known: boolean }>`
    select not exists (select from key_holders where seen_at > now() - ${SEEN_WITHIN}::interval
      and not key_ids @> array[${keyId}::text]) as known`.execute(trx);
  return rows[0]!.known;
}
