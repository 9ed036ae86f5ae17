import type { Clock } from '@mooring/storage/server';
import { sql } from 'kysely';
import type { Db } from '../catalogue/db.ts';
import { newId } from '../platform/ids.ts';

/** The oldest workspace, made with its administrator where there is none yet. Servers that race make one. */
export function ensureWorkspace(db: Db, clock: Clock): Promise<string> {
  return db.transaction().execute(async trx => {
    await sql`select pg_advisory_xact_lock(hashtext('mooring first workspace'))`.execute(trx);
    const existing = await trx
      .selectFrom('workspaces')
      .select('id')
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    if (existing) return existing.id;
    const now = clock.now();
    const id = newId('workspace', now.getTime());
    await trx.insertInto('workspaces').values({ id, name: 'Default', created_at: now }).execute();
    await trx
      .insertInto('members')
      .values({
        workspace_id: id,
        id: newId('member', now.getTime()),
        name: 'Administrator',
        email: null,
        role: 'administrator',
        last_signed_in_at: null,
        created_at: now,
      })
      .execute();
    return id;
  });
}
