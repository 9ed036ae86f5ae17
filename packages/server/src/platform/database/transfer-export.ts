import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { MooringError } from '../problem.ts';
import { appliedMigrations } from './migrate.ts';
import { createDbOn } from './pool.ts';
import type { Transferred } from './transfer.ts';
import { END_OF_ROWS, FORMAT, FORMAT_VERSION, type Footer, type Header } from './transfer-format.ts';
import { columnsOf, readSecretKeyIds, readSequences, readTables } from './transfer-tables.ts';

/** Writes an export to a stream and ends it, from a transaction that sees one moment. */
export async function writeExport(client: pg.ClientBase, output: Writable): Promise<Transferred> {
  const header = await readHeader(client);
  await pipeline(content(client, header), createGzip({ level: constants.Z_BEST_SPEED }), output);
  const tables = header.tables.map(({ name, rows }) => ({ name, rows }));
  return { tables, migrations: header.migrations, secretKeyIds: header.secretKeyIds };
}

async function readHeader(client: pg.ClientBase): Promise<Header> {
  const migrations = await appliedMigrations(createDbOn(client));
  if (migrations.length === 0) {
    throw new MooringError('conflict', 'There is no installation of Mooring in this database.', {
      fix: 'Check DATABASE_URL or MOORING_DATA_DIR.',
    });
  }
  const { rows } = await client.query<{ now: Date; version: string }>(
    `select now(), current_setting('server_version') as version`,
  );
  const tables = await readTables(client);
  return {
    format: FORMAT,
    formatVersion: FORMAT_VERSION,
    createdAt: rows[0]!.now.toISOString(),
    postgresVersion: rows[0]!.version,
    migrations,
    secretKeyIds: await readSecretKeyIds(client, tables),
    sequences: await readSequences(client),
    tables,
  };
}

async function* content(client: pg.ClientBase, header: Header): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const part of beforeFooter(client, header)) {
    hash.update(part);
    yield part;
  }
  yield line({ sha256: hash.digest('hex') } satisfies Footer);
}

async function* beforeFooter(client: pg.ClientBase, header: Header): AsyncGenerator<Buffer> {
  yield line(header);
  for (const table of header.tables) {
    yield* client.query(copyTo(`copy ${columnsOf(table)} to stdout`)) as AsyncIterable<Buffer>;
    yield END_OF_ROWS;
  }
}

const line = (value: object): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);
