import { type Kysely, sql } from 'kysely';

// Where messages wait is no longer the URL of a queue, but an address in fields of the storage kind's own.

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table feeds add column address jsonb;
    update feeds set address = jsonb_build_object('queueUrl', queue_url) where queue_url is not null;
    drop index feeds_by_queue;
    create unique index feeds_by_address on feeds (kind, address) where address is not null;
    alter table feeds drop column queue_url;
  `.execute(db);
}
