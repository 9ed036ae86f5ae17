import { type Kysely, sql } from 'kysely';

// How often the settings of each thing have changed, so that two people who change them at once notice.
const TABLES = ['workspaces', 'members', 'audit_chains', 'folders', 'sources', 'profiles', 'datasets'];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const table of TABLES)
    await sql`alter table ${sql.table(table)} add column revision int not null default 1`.execute(db);
}
