import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';

/**
 * Brings the tables up to the newest migration and returns the names of those it ran. Safe to call from several
 * processes at once. Throws `unavailable` when the database was migrated by a newer version of Mooring.
 */
export async function migrateToLatest<S>(
  db: Kysely<S>,
  migrations: Record<string, Migration>,
): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error) throw error;
  return results.map(result => result.migrationName);
}
