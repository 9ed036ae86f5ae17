import { type Kysely, sql } from 'kysely';
import { type Migration, type MigrationResultSet, Migrator } from 'kysely/migration';
import { MooringError } from '../problem.ts';

export type Migrations = Record<string, Migration>;

/** The tables in which the migrator keeps what it has done. */
export const MIGRATOR_TABLES = ['kysely_migration', 'kysely_migration_lock'];

/**
 * Brings the tables up to the newest migration and returns the names of those it ran. Safe to call from several
 * processes at once; all of them, or none, take effect.
 *
 * @throws MooringError `unavailable` when a newer version of Mooring has migrated the database
 */
export async function migrateToLatest<S>(db: Kysely<S>, migrations: Migrations): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results = [] }: MigrationResultSet = await migrator.migrateToLatest();
  if (!error) return results.map(result => result.migrationName);
  const unknown = (await appliedMigrations(db)).filter(name => !(name in migrations));
  if (unknown.length === 0) throw error;
  throw new MooringError(
    'unavailable',
    `A newer Mooring has migrated this database: it has ${unknown.join(', ')}, which this version does not know.`,
    { fix: 'Run the newer version of Mooring, or restore the database from a backup.', cause: error },
  );
}

/** Runs the migrations up to one of them inside a transaction that was begun on the only connection of `db`. */
export async function migrateWithin<S>(db: Kysely<S>, migrations: Migrations, last: string): Promise<void> {
  const provider = { getMigrations: async () => migrations };
  const { error } = await new Migrator({ db, provider, disableTransactions: true }).migrateTo(last);
  if (error) throw error;
}

/** The names of the migrations that a database has, in their order. */
export async function appliedMigrations<S>(db: Kysely<S>): Promise<string[]> {
  const { rows: known } = await sql<{ known: boolean }>`
    select to_regclass('public.kysely_migration') is not null as known`.execute(db);
  if (!known[0]!.known) return [];
  const { rows } = await sql<{ name: string }>`
    select name from public.kysely_migration order by name collate "C"`.execute(db);
  return rows.map(row => row.name);
}
