import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Schema } from '../catalogue/schema.ts';
import { connectionSecret, keptAnswer, webhookSecret } from '../catalogue/sealed-for.ts';
import { loadConfig } from '../platform/config.ts';
import { createTestDatabase, type TestDatabase, testServers } from '../platform/database/testing.ts';
import { signParts } from '../platform/database/transfer-signature.ts';
import { findExistingKeys, findKeys } from '../platform/found-keys.ts';
import { createKeyRing } from '../platform/key-ring.ts';
import { createSecretBox, isFormer, nameOf, parseKeys } from '../platform/secrets.ts';
import { formerlySealed } from '../platform/testing-secrets.ts';
import { keepSignature } from './import-check.ts';
import { proveKeys, refuseOtherKeys } from './key-check.ts';
import { createKeyHolder } from './key-holders.ts';
import { SEALED_TABLES } from './sealed-tables.ts';

const clock = { now: () => new Date('2026-01-01T00:00:00Z') };
const [A, B, C] = [1, 2, 3].map(n => Buffer.alloc(32, n).toString('base64')) as [string, string, string];

describe.each(testServers)('the check of the secret key on $name', server => {
  let database: TestDatabase<Schema>;
  let home: string;
  beforeEach(async () => {
    database = await createTestDatabase<Schema>(server);
    home = await mkdtemp(join(tmpdir(), 'mooring-key-check-'));
  });
  afterEach(async () => {
    await database.drop();
    await rm(home, { recursive: true });
  });

  const machine = (name: string, secretKey?: string) =>
    loadConfig({ env: { MOORING_DATA_DIR: join(home, name), MOORING_SECRET_KEY: secretKey } });
  const start = async (name: string, secretKey?: string) => {
    const found = await findKeys(machine(name, secretKey));
    const ring = createKeyRing(found);
    const { ownership } = await proveKeys({ db: database.db, found, ring, clock });
    return { ...found, ring, ownership };
  };
  const addWorkspace = () =>
    sql`insert into workspaces (id, name, created_at) values ('w', 'w', now()) on conflict do nothing`.execute(
      database.db,
    );
  const webhook = { workspace_id: 'w', id: 'whk_1', url: 'https://example.org' };
  const addWebhook = async (sealed: Buffer) => {
    await addWorkspace();
    await sql`insert into webhooks (workspace_id, id, url, events, secret_sealed, created_at)
      values (${webhook.workspace_id}, ${webhook.id}, ${webhook.url}, '{}', ${sealed}, now())`.execute(
      database.db,
    );
  };
  const readWebhook = async () =>
    (await database.db.selectFrom('webhooks').select('secret_sealed').executeTakeFirstOrThrow())
      .secret_sealed;
  const checkKey = async () => {
    const { rows } = await sql<{ id: string }>`
      select encode(substring(text_sealed from 2 for 4), 'hex') as id from secret_key_check`.execute(
      database.db,
    );
    return rows[0]!.id;
  };
  const idOf = (key: string) => nameOf(parseKeys(key)![0]);

  test('a second machine that makes a key of its own is refused, and its file is not left behind', async () => {
    const { keys } = await start('first');
    await start('first');
    const id = keys[0].id.toString('hex');
    await expect(start('second')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(
        new RegExp(
          `^This process has the secret key [0-9a-f]{8} from ${home}/second/secret.key, a file that it made just now and removes again. The database is sealed with the key ${id}.$`,
        ),
      ),
      fix: expect.stringContaining(`copy that file to ${home}/second/secret.key`),
    });
    expect(existsSync(join(home, 'second', 'secret.key'))).toBe(false);
    expect(existsSync(join(home, 'first', 'secret.key'))).toBe(true);
  });

  test('a wrong key of the settings or of an older file is refused, and the file stays', async () => {
    await findKeys(machine('second'));
    await start('first', A);
    await expect(start('first', B)).rejects.toThrow(/ from MOORING_SECRET_KEY\. The database is sealed /);
    await expect(start('second')).rejects.toThrow(/ from the file \S+second\/secret\.key\. /);
    expect(existsSync(join(home, 'second', 'secret.key'))).toBe(true);
    await start('second', A);
  });

  test('of machines that start at once with keys of their own, one wins', async () => {
    const names = ['one', 'two', 'three', 'four'];
    const started = await Promise.allSettled(names.map(name => start(name)));
    expect(started.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const winner = names.filter(name => existsSync(join(home, name, 'secret.key')));
    expect(winner).toEqual([names[started.findIndex(({ status }) => status === 'fulfilled')]]);
    await start(winner[0]!);
  });

  test('where secrets were sealed before there was a check, only a key that opens one can begin', async () => {
    await addWebhook(formerlySealed(A, 'a secret', 'whk_1'));
    await expect(start('second')).rejects.toThrow('The database is sealed with the key ');
    await expect(start('first', B)).rejects.toThrow('The database is sealed with the key ');
    await start('first', A);
    await expect(start('first', B)).rejects.toThrow('The database is sealed with the key ');
  });

  test('the key can be changed: with both keys, and then with the new one alone', async () => {
    await start('first', A);
    await start('first', `${B},${A}`);
    await start('first', B);
    await expect(start('first', A)).rejects.toThrow('The database is sealed with the key ');
    await expect(start('first', `${A},${C}`)).rejects.toThrow('The database is sealed with the key ');
  });

  test('a new key does not seal before every process in use has it', async () => {
    const { ring: before } = await start('first', A);
    const holder = createKeyHolder(before);
    await holder.report(database.db);
    const { ring } = await start('second', `${B},${A}`);
    expect(ring.keys.map(nameOf)).toEqual([idOf(A), idOf(B)]);
    expect(await checkKey()).toBe(idOf(A));
    await holder.end(database.db);
    const { ring: after } = await start('second', `${B},${A}`);
    expect(after.keys.map(nameOf)).toEqual([idOf(B), idOf(A)]);
    expect(await checkKey()).toBe(idOf(B));
  });

  test('names for owners of storages outlive the key', async () => {
    const { ownership } = await start('first', A);
    expect((await start('first', `${B},${A}`)).ownership).toEqual(ownership);
    expect((await start('first', B)).ownership).toEqual(ownership);
  });

  test('what an older version sealed is sealed anew, together with what it belongs to, once', async () => {
    const { db } = database;
    await sql`insert into secret_key_check (text_sealed, created_at)
      values (${formerlySealed(A, 'mooring', 'secret_key_check')}, now())`.execute(db);
    await addWebhook(formerlySealed(A, 'of a webhook', 'whk_1'));
    const connection = {
      ...{ workspace_id: 'w', id: 'con_1', provider: 'azure', access_mode: 'server' },
      location: { endpoint: 'https://acme.example', account: 'acme', container: 'c', prefix: '' },
    };
    await sql`insert into connections (workspace_id, id, name, provider, access_mode, place, location, credential,
        credential_sealed, status, revision, created_at, updated_at)
      values ('w', 'con_1', 'c', 'azure', 'server', '', ${JSON.stringify(connection.location)}, '{}',
        ${formerlySealed(A, 'of a connection', 'con_1')}, 'draft', 1, now(), now())`.execute(db);
    const answer = { workspace_id: 'w', key: 'tok_1 x', request_hash: Buffer.from('hash') };
    const body = JSON.stringify({ sealed: formerlySealed(A, 'an answer', 'tok_1 x').toString('base64') });
    await sql`insert into idempotent_answers (workspace_id, key, request_hash, status, body, created_at)
      values ('w', ${answer.key}, ${answer.request_hash}, 200, ${body}, now())`.execute(db);

    const box = createSecretBox((await start('first', A)).ring);
    const { rows } = await sql<{
      sealed: Buffer;
    }>`select credential_sealed as sealed from connections`.execute(db);
    const sealed = rows[0]!.sealed;
    expect(box.unseal(sealed, connectionSecret(connection))).toBe('of a connection');
    const elsewhere = { ...connection.location, endpoint: 'https://evil.example' };
    expect(() => box.unseal(sealed, connectionSecret({ ...connection, location: elsewhere }))).toThrow(
      'The stored secret of con_1 is damaged or belongs to another row. It opens only with the workspace, the location',
    );
    expect(box.unseal(await readWebhook(), webhookSecret(webhook))).toBe('of a webhook');
    const kept = await db.selectFrom('idempotent_answers').select('body').executeTakeFirstOrThrow();
    const keptSealed = Buffer.from((kept.body as { sealed: string }).sealed, 'base64');
    expect(box.unseal(keptSealed, keptAnswer(answer))).toBe('an answer');

    const late = formerlySealed(A, 'of a webhook', 'whk_1');
    await db.updateTable('webhooks').set({ secret_sealed: late }).execute();
    await start('first', A);
    expect(isFormer(await readWebhook())).toBe(true);
  });

  test('a database from an altered export is refused by the first process that has the key', async () => {
    const [key] = parseKeys(A)!;
    const parts = [
      { table: null, sha256: 'a' },
      { table: 'connections', sha256: 'b' },
    ];
    const signature = signParts(key, 'export', parts);
    const altered = { ...signature, parts: [signature.parts[0]!, { ...signature.parts[1]!, sha256: 'c' }] };
    const client = await database.pool.connect();
    await keepSignature(client, altered);
    const refused = 'filled from an export that was altered: the table connections is not what';
    await expect(start('first', A)).rejects.toThrow(refused);
    await expect(start('first', A)).rejects.toThrow(refused);
    await keepSignature(client, signature);
    client.release();
    await start('first', A);
    expect(await database.db.selectFrom('import_check').selectAll().execute()).toEqual([]);
  });

  test('commands that seal nothing refuse a wrong key too, write nothing, and make no file', async () => {
    expect(await findExistingKeys(machine('first'))).toBeNull();
    const other = (await findExistingKeys(machine('first', B)))!;
    await refuseOtherKeys(database.db, other);
    await start('first', A);
    await expect(refuseOtherKeys(database.db, other)).rejects.toThrow('The database is sealed with the key ');
    await refuseOtherKeys(database.db, await findKeys(machine('first', A)));

    const empty = await createTestDatabase<Schema>(server, { migrated: false });
    await refuseOtherKeys(empty.db, other);
    await empty.drop();
  });

  test('every table with secrets is looked at', async () => {
    const { rows } = await sql<{ name: string }>`
      select table_name || '.' || column_name as name from information_schema.columns
      where table_schema = 'public' and column_name like '%\\_sealed' order by 1`.execute(database.db);
    expect(rows.map(({ name }) => name)).toEqual([
      'connections.credential_sealed',
      'connectors.secrets_sealed',
      'registered_urls.url_sealed',
      'registration_parts.data_sealed',
      'secret_key_check.text_sealed',
      'webhooks.secret_sealed',
    ]);
    expect(Object.keys(SEALED_TABLES)).toEqual([
      'connections',
      'registered_urls',
      'registration_parts',
      'webhooks',
      'connectors',
      'idempotent_answers',
    ]);
  });
});
