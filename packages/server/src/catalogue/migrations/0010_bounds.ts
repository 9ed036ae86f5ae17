import { type Kysely, sql } from 'kysely';

// `quota_settled`: whether the marks of assets agree with the quota, as far as is known: see catalogue/quota.
// `sync_wanted_at`: changes were let go, so that only a full sync that begins later brings the source in line.
// `sync_held`: why no sync starts by itself although one is due: see sync/due-syncs.
const STATEMENTS = `
alter table workspaces add column quota_settled boolean not null default true;
alter table sources add column sync_wanted_at timestamptz;
alter table sources add column sync_wanted_reason text;
alter table sources add column sync_held text;
alter table feeds add column dropped_count int8 not null default 0;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(db);
}
