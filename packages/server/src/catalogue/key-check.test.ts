import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../platform/config.ts';
import { createTestDatabase, type TestDatabase, testServers } from '../platform/database/testing.ts';
import { findExistingKeys, findKeys } from '../platform/found-keys.ts';
import { createSecretBox } from '../platform/secrets.ts';
import { proveKeys, refuseOtherKeys } from './key-check.ts';
import type { Schema } from './schema.ts';

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
    await proveKeys({ db: database.db, found, clock });
    return found;
  };
  const sealedWith = async (secretKey: string) => {
    const found = await findKeys(machine('first', secretKey));
    const sealed = createSecretBox(found).seal('a secret', 'whk_1');
    await sql`insert into workspaces (id, name, created_at) values ('w', 'w', now())
      on conflict do nothing`.execute(database.db);
    await sql`insert into webhooks (workspace_id, id, url, events, secret_sealed, created_at)
      values ('w', 'whk_1', 'https://example.org', '{}', ${sealed}, now())`.execute(database.db);
  };

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
    await sealedWith(A);
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
      'secret_key_check.text_sealed',
      'webhooks.secret_sealed',
    ]);
  });
});
