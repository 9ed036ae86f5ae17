import { type Kysely, sql } from 'kysely';

// `place` is what two connections share where they reach the same data, as their storage kind says it; until now that
// was the endpoint. The table of sign-ins that have begun no longer names one service, and a feed has any way of its kind.

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table connections add column place text not null default '';
    update connections set place = coalesce(location ->> 'endpoint', '');
    alter table entra_requests rename to sign_in_requests;
    alter table sign_in_requests add column provider text not null default 'azure';
    alter table feeds drop constraint feeds_kind_check;
    alter index entra_requests_by_end rename to sign_in_requests_by_end;
  `.execute(db);
}
