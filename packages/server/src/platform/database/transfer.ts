import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, open, rename, rm } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import type pg from 'pg';
import { MooringError } from '../problem.ts';
import type { SecretKey } from '../secrets.ts';
import { writeExport } from './transfer-export.ts';
import { type ImportOptions, readExport } from './transfer-import.ts';

/** What was exported or imported. */
export interface Transferred {
  tables: { name: string; rows: number }[];
  /** The migrations that the exported database had. */
  migrations: string[];
  /** The keys that open its secrets, which travel sealed. In hexadecimal, as messages of `unseal` name them. */
  secretKeyIds: string[];
  /** Whether it has a signature. */
  isSigned: boolean;
}

/**
 * Writes everything of an installation, as it is at one moment, to a file or a stream: every table of the schema
 * public. A file appears complete or not at all, and only its owner may read it.
 *
 * @param options.key that signs it; null: it is not signed
 * @throws MooringError `conflict` where the file exists or the database has no installation
 */
export async function exportInstallation({
  pool,
  to,
  key,
}: {
  pool: pg.Pool;
  to: string | Writable;
  key: SecretKey | null;
}): Promise<Transferred> {
  const begin = 'begin isolation level repeatable read, read only';
  const write = (output: Writable) => inTransaction(pool, begin, client => writeExport(client, output, key));
  if (typeof to !== 'string') return write(to);

  if (await exists(to)) {
    throw new MooringError('conflict', `${to} exists already.`, {
      fix: 'Choose another name, or remove it.',
    });
  }
  // A name that no other user can know: in a directory that all can write to, it could be a link to another file.
  const partial = `${to}.partial-${randomBytes(8).toString('hex')}`;
  const file = await open(partial, 'wx', 0o600);
  try {
    const transferred = await write(file.createWriteStream({ flush: true }));
    await rename(partial, to);
    return transferred;
  } finally {
    await file.close();
    await rm(partial, { force: true });
  }
}

/**
 * Fills an empty database with an export of this or an older version of Mooring, from any version of PostgreSQL,
 * and migrates it. All of it takes effect, or nothing.
 *
 * @throws MooringError `conflict` where the database is not empty; `invalid_request` where the export is damaged,
 *   incomplete, altered, without a signature, by another key, from a newer version, or none
 */
export async function importInstallation({
  pool,
  from,
  ...options
}: ImportOptions & {
  pool: pg.Pool;
  from: string | Readable;
}): Promise<Transferred> {
  if (typeof from === 'string' && !(await exists(from))) {
    throw new MooringError('invalid_request', `There is no file ${from}.`, { fix: 'Check its name.' });
  }
  const input = typeof from === 'string' ? createReadStream(from) : from;
  return inTransaction(pool, 'begin', client => readExport(client, input, options));
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    error => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );

// What the text of values depends on, and what could cut a long statement short.
const SETTINGS = `
  set local datestyle = 'ISO'; set local intervalstyle = 'postgres'; set local timezone = 'UTC';
  set local bytea_output = 'hex'; set local extra_float_digits = 1; set local search_path = 'public';
  set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0`;

async function inTransaction<T>(
  pool: pg.Pool,
  begin: string,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  const ignore = () => {}; // a lost connection: the query that is under way, or the next one, fails
  client.on('error', ignore);
  try {
    await client.query(begin);
    await client.query(SETTINGS);
    const result = await work(client);
    await client.query('commit');
    client.off('error', ignore);
    client.release();
    return result;
  } catch (error) {
    client.release(true); // it may be in the middle of a copy; without it, the server rolls back
    throw error;
  }
}
