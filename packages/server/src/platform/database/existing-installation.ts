import { resolve } from 'node:path';
import type { Kysely } from 'kysely';
import { MooringError } from '../problem.ts';
import { databaseDirectory, inspectDataDirectory } from './data-directory.ts';
import { appliedMigrations } from './migrate.ts';

interface Place {
  databaseUrl: string | null;
  dataDir: string;
}

/**
 * For commands that need an installation that exists. Another data directory is an easy mistake, and opening it would
 * make a new, empty installation there. Call it before the database is opened.
 * @throws MooringError `unavailable` where the data directory has no database
 */
export async function refuseMissingDatabase({ databaseUrl, dataDir }: Place): Promise<void> {
  if (databaseUrl !== null) return;
  const directory = databaseDirectory(resolve(dataDir));
  if (await inspectDataDirectory(directory)) return;
  throw noInstallation(`in the data directory ${resolve(dataDir)}: expected a database in ${directory}`);
}

/** @throws MooringError `unavailable` where an opened database has no tables of Mooring */
export async function refuseEmptyDatabase<S>(db: Kysely<S>, { databaseUrl, dataDir }: Place): Promise<void> {
  if ((await appliedMigrations(db)).length > 0) return;
  const where = databaseUrl === null ? databaseDirectory(resolve(dataDir)) : 'the database of DATABASE_URL';
  throw noInstallation(`in ${where}: expected the tables of Mooring`);
}

const noInstallation = (seen: string): MooringError =>
  new MooringError('unavailable', `There is no installation of Mooring ${seen}.`, {
    fix: 'Use the same MOORING_DATA_DIR or DATABASE_URL as mooring serve. To make a new installation, run mooring serve.',
  });
