import { createHash, randomUUID } from 'node:crypto';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { MooringError } from '../problem.ts';
import type { SecretKey } from '../secrets.ts';
import { appliedMigrations } from './migrate.ts';
import { createDbOn } from './pool.ts';
import type { Transferred } from './transfer.ts';
import { END_OF_ROWS, FORMAT, FORMAT_VERSION, type Footer, type Header } from './transfer-format.ts';
import { type Part, signParts } from './transfer-signature.ts';
import { columnsOf, readSecretKeyIds, readSequences, readTables } from './transfer-tables.ts';

/**
 * Writes an export to a stream and ends it, from a transaction that sees one moment.
 * @param key that signs it; null: it is not signed
 */
export async function writeExport(
  client: pg.ClientBase,
  output: Writable,
  key: SecretKey | null,
): Promise<Transferred> {
  const header = await readHeader(client);
  await pipeline(content(client, header, key), createGzip({ level: constants.Z_BEST_SPEED }), output);
  const tables = header.tables.map(({ name, rows }) => ({ name, rows }));
  return { tables, migrations: header.migrations, secretKeyIds: header.secretKeyIds, isSigned: key !== null };
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
    id: randomUUID(),
    createdAt: rows[0]!.now.toISOString(),
    postgresVersion: rows[0]!.version,
    migrations,
    secretKeyIds: await readSecretKeyIds(client, tables),
    sequences: await readSequences(client),
    tables,
  };
}

async function* content(
  client: pg.ClientBase,
  header: Header,
  key: SecretKey | null,
): AsyncGenerator<Buffer> {
  const whole = createHash('sha256');
  const parts: Part[] = [];
  for (const part of partsOf(client, header)) {
    const hash = createHash('sha256');
    for await (const bytes of part.bytes) {
      whole.update(bytes);
      hash.update(bytes);
      yield bytes;
    }
    parts.push({ table: part.table, sha256: hash.digest('hex') });
  }
  const signature = key && signParts(key, header.id!, parts);
  yield line({ sha256: whole.digest('hex'), signature } satisfies Footer);
}

function* partsOf(
  client: pg.ClientBase,
  header: Header,
): Generator<{ table: string | null; bytes: AsyncIterable<Buffer> | Iterable<Buffer> }> {
  yield { table: null, bytes: [line(header)] };
  for (const table of header.tables) yield { table: table.name, bytes: rowsOf(client, table) };
}

async function* rowsOf(client: pg.ClientBase, table: Header['tables'][number]): AsyncGenerator<Buffer> {
  yield* client.query(copyTo(`copy ${columnsOf(table)} to stdout`)) as AsyncIterable<Buffer>;
  yield END_OF_ROWS;
}

const line = (value: object): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);
