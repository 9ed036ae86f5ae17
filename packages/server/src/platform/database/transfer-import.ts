import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { MooringError } from '../problem.ts';
import { appliedMigrations, type Migrations, migrateWithin } from './migrate.ts';
import { createDbOn } from './pool.ts';
import type { Transferred } from './transfer.ts';
import {
  damaged,
  type Header,
  newer,
  notAnExport,
  readTransfer,
  type TransferTrust,
  truncated,
} from './transfer-format.ts';
import type { ExportSignature } from './transfer-signature.ts';
import { columnsOf, dropReferencesAndIndexes, nameOf, readTables } from './transfer-tables.ts';

export interface ImportOptions extends TransferTrust {
  migrations: Migrations;
  /** Keeps a signature that could not be verified, for lack of a key. */
  keepSignature: (client: pg.ClientBase, signature: ExportSignature) => Promise<void>;
}

/** Reads an export into an empty database, in a transaction that was begun. */
export async function readExport(
  client: pg.ClientBase,
  input: Readable,
  options: ImportOptions,
): Promise<Transferred> {
  let transferred: Transferred | undefined;
  try {
    await pipeline(input, createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
      transferred = await load(client, chunks, options);
    });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') throw truncated(error);
    if (code?.startsWith('Z_'))
      throw /header check/.test(message) ? notAnExport(error) : damaged(message, error);
    throw error;
  }
  return transferred!;
}

async function load(
  client: pg.ClientBase,
  chunks: AsyncIterable<Buffer>,
  options: ImportOptions,
): Promise<Transferred> {
  const { migrations } = options;
  const reader = readTransfer(chunks);
  const header = await reader.header();
  const unknown = header.migrations.filter(name => !(name in migrations));
  if (unknown.length > 0) throw newer(`it has the migrations ${unknown.join(', ')}`);

  const db = createDbOn(client);
  await refuseUsed(client, header);
  await migrateWithin(db, migrations, header.migrations.at(-1)!);
  const expected = (await readTables(client)).map(columnsOf);
  if (expected.join() !== header.tables.map(columnsOf).join()) {
    throw damaged('its tables are not those of its migrations');
  }

  const restore = await dropReferencesAndIndexes(client);
  await client.query(`truncate ${header.tables.map(nameOf).join(', ')}`); // migrations may have put rows there
  for (const table of header.tables) await fill(client, table, reader.rows(table.name));
  const signature = await reader.verifyEnd(options);
  for (const { name, value } of header.sequences) {
    await client.query(`select setval(format('public.%I', $1::text)::regclass, $2::int8)`, [name, value]);
  }
  await restore();
  await migrateWithin(db, migrations, Object.keys(migrations).sort().at(-1)!);
  if (signature && !options.keys) await options.keepSignature(client, signature);
  await client.query(`analyze ${header.tables.map(nameOf).join(', ')}`);
  const tables = header.tables.map(({ name, rows }) => ({ name, rows }));
  return {
    tables,
    migrations: header.migrations,
    secretKeyIds: header.secretKeyIds,
    isSigned: signature !== null,
  };
}

/** The database must have no tables yet, or those of the export without a row in them. */
async function refuseUsed(client: pg.ClientBase, header: Header): Promise<void> {
  const migrated = await appliedMigrations(createDbOn(client));
  const tables = (await readTables(client)).map(nameOf);
  const isOther = migrated.join() !== header.migrations.join();
  if (isOther && (migrated.length > 0 || tables.length > 0)) {
    const has =
      migrated.length > 0
        ? `is migrated to ${migrated.at(-1)}`
        : `has tables of its own: ${tables.join(', ')}`;
    throw notEmpty(`The database ${has}; the export is from ${header.migrations.at(-1)}.`);
  }
  for (const table of tables) {
    await client.query(`lock table ${table} in access exclusive mode`);
    const { rows } = await client.query<{ used: boolean }>(`select exists (select from ${table}) as used`);
    if (rows[0]!.used) throw notEmpty(`The database is in use: there are rows in ${table}.`);
  }
}

const notEmpty = (message: string): MooringError =>
  new MooringError('conflict', message, {
    fix: 'Import into an empty database: another one in DATABASE_URL, or another directory in MOORING_DATA_DIR.',
  });

async function fill(
  client: pg.ClientBase,
  table: Header['tables'][number],
  rows: AsyncIterable<Buffer>,
): Promise<void> {
  const copy = client.query(copyFrom(`copy ${columnsOf(table)} from stdin`));
  try {
    await pipeline(Readable.from(rows), copy);
  } catch (error) {
    const isRefused = error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? '');
    throw isRefused ? damaged(`the table ${table.name} cannot hold its rows`, error) : error;
  }
  if (copy.rowCount !== table.rows) {
    throw damaged(`${table.name} should have ${table.rows} rows and has ${copy.rowCount}`);
  }
}
