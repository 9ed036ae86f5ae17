import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MooringError } from '../problem.ts';
import { EMBEDDED_MAJOR } from './binaries.ts';

/** Where the embedded database lies. */
export const databaseDirectory = (dataDir: string): string => join(dataDir, 'postgres');

/**
 * Who owns the data directory of the embedded database, after making sure that we can serve it. Null: there is
 * none yet, or an empty directory, which the first start replaces.
 */
export async function inspectDataDirectory(directory: string): Promise<{ uid: number; gid: number } | null> {
  const found = await stat(directory).catch(error => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (!found || (await readdir(directory)).length === 0) return null;
  refuseForeignOwner(directory, found.uid);
  await refuseOtherVersion(directory);
  return { uid: found.uid, gid: found.gid };
}

function refuseForeignOwner(directory: string, owner: number): void {
  const own = process.getuid?.() ?? owner;
  if (own === 0 && owner === 0) {
    throw unusable(
      `${directory} belongs to root, and PostgreSQL does not run as root.`,
      `Change its owner: chown -R postgres ${directory}`,
    );
  }
  if (own !== 0 && own !== owner) {
    throw unusable(
      `${directory} belongs to the user with id ${owner}, and Mooring runs as the user with id ${own}.`,
      `Run Mooring as the same user as before, or change the owner of the directory: sudo chown -R ${own} ${directory}`,
    );
  }
}

async function refuseOtherVersion(directory: string): Promise<void> {
  const version = await readFile(join(directory, 'PG_VERSION'), 'utf8').catch(error => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (version === null) {
    throw unusable(
      `${directory} exists and is not a database: it has no file PG_VERSION.`,
      'Move it to another place, or choose another data directory.',
    );
  }
  if (version.trim() === String(EMBEDDED_MAJOR)) return;
  throw unusable(
    `${directory} was made by PostgreSQL ${version.trim()}, and this Mooring contains PostgreSQL ${EMBEDDED_MAJOR}.`,
    'Run mooring export with the version of Mooring that made it, move the directory to another place, then run mooring import with this version.',
  );
}

const unusable = (message: string, fix: string): MooringError =>
  new MooringError('unavailable', message, { fix });
