import type { Readable, Writable } from 'node:stream';
import type { SignInLink } from '@mooring/contract';
import { systemClock as clock } from '@mooring/storage/server';
import { sql } from 'kysely';
import { createAccess } from '../access/access.ts';
import { createAudit } from '../audit/audit.ts';
import { OPERATOR } from '../audit/entry.ts';
import type { Db } from '../catalogue/db.ts';
import { migrations } from '../catalogue/migrations/index.ts';
import type { Schema } from '../catalogue/schema.ts';
import { keepSignature } from '../keys/import-check.ts';
import { proveKeys } from '../keys/key-check.ts';
import { type KeyRotation, rotateKeys } from '../keys/rotate-keys.ts';
import { STORAGE_KINDS } from '../kinds.ts';
import { Cleanup } from '../platform/cleanup.ts';
import type { Config } from '../platform/config.ts';
import { refuseEmptyDatabase, refuseMissingDatabase } from '../platform/database/existing-installation.ts';
import { migrateToLatest } from '../platform/database/migrate.ts';
import { createDb } from '../platform/database/pool.ts';
import { exportInstallation, importInstallation, type Transferred } from '../platform/database/transfer.ts';
import { findExistingKeys } from '../platform/found-keys.ts';
import { pureKinds } from '../platform/kinds.ts';
import type { Logger } from '../platform/log.ts';
import { openKeys, openOwnKeyStore, openPool, openPoolWithOwnKey } from './own-keys.ts';

// What the operator does on the machine, with no server in between.

/**
 * A link that signs in as the administrator, for the person who runs the installation and cannot sign in any more.
 * @param baseUrl what browsers reach the installation under, without a trailing slash
 */
export async function createSignInLink(config: Config, log: Logger, baseUrl: string): Promise<SignInLink> {
  await refuseMissingDatabase(config);
  await using database = await openPoolWithOwnKey(config, log);
  const db = createDb<Schema>(database.pool);
  await refuseEmptyDatabase(db, config);
  await migrateToLatest(db, migrations);
  const access = createAccess({ db, clock, kinds: pureKinds(STORAGE_KINDS) });
  const { workspaceId, ...link } = await access.createFirstSignInLink(baseUrl);
  const act = { action: 'sign_in_link.created', subjectId: link.id, detail: {} } as const;
  await createAudit({ db, clock }).record(workspaceId, { ...OPERATOR, ...act });
  return link;
}

/** Brings the database up to date; returns the names of the migrations that ran. */
export async function migrate(config: Config, log: Logger): Promise<string[]> {
  await using database = await openPoolWithOwnKey(config, log);
  return await migrateToLatest(createDb<Schema>(database.pool), migrations);
}

/** Writes the whole installation to a file or stream. Throws as `exportInstallation` does. */
export async function exportTo(config: Config, log: Logger, to: string | Writable): Promise<Transferred> {
  await using database = await openPoolWithOwnKey(config, log);
  const transferred = await exportInstallation({
    ...{ pool: database.pool, to },
    key: database.keys?.[0] ?? null,
  });
  await recordTransfer(createDb<Schema>(database.pool), 'installation.exported');
  return transferred;
}

/** Fills an empty database from an export. Throws as `importInstallation` does. */
export async function importFrom(
  config: Config,
  log: Logger,
  from: string | Readable,
  { mayLackSignature = false }: { mayLackSignature?: boolean } = {},
): Promise<Transferred> {
  await using own = openOwnKeyStore(config);
  const found = await findExistingKeys(config, own.store);
  await using database = await openPool(config, log);
  const transferred = await importInstallation({
    ...{ pool: database.pool, migrations, from, keepSignature, mayLackSignature },
    keys: found?.keys ?? null,
  });
  await recordTransfer(createDb<Schema>(database.pool), 'installation.imported');
  return transferred;
}

/**
 * Changes the secret key, while servers and workers run. Throws as `rotateKeys` does, and as starting a server does.
 * @param options.waitSeconds how long processes have time to read their keys again
 * @param options.note says for the operator what happens
 */
export async function rotateSecretKey(
  config: Config,
  log: Logger,
  options: { waitSeconds: number; note: (message: string) => void; signal: AbortSignal },
): Promise<KeyRotation> {
  await refuseMissingDatabase(config);
  await using cleanup = new Cleanup();
  const database = cleanup.use(await openPool(config, log));
  const db = createDb<Schema>(database.pool);
  await refuseEmptyDatabase(db, config);
  const { store } = cleanup.use(openOwnKeyStore(config));
  const { found, ring } = await openKeys(db, config, store);
  await migrateToLatest(db, migrations);
  await proveKeys({ db, found, ring, clock });
  return await rotateKeys({ db, found, ring, ...options });
}

/** A database that an older version has made, and that is not brought up to date yet, has no audit. */
async function recordTransfer(
  db: Db,
  action: 'installation.exported' | 'installation.imported',
): Promise<void> {
  const { rows } = await sql<{
    known: boolean;
  }>`select to_regclass('audit_chains') is not null as known`.execute(db);
  if (!rows[0]!.known) return;
  await createAudit({ db, clock }).recordEverywhere({ ...OPERATOR, action, subjectId: null, detail: {} });
}
