import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Schema } from '../catalogue/schema.ts';
import { registeredUrl, registrationPart, webhookSecret } from '../catalogue/sealed-for.ts';
import { loadConfig } from '../platform/config.ts';
import { createTestDatabase, type TestDatabase, testServers } from '../platform/database/testing.ts';
import { findKeys } from '../platform/found-keys.ts';
import { createKeyRing } from '../platform/key-ring.ts';
import { createLogger } from '../platform/log.ts';
import { createSecretBox, nameOf, parseKeys } from '../platform/secrets.ts';
import { createSession } from '../platform/session.ts';
import { proveKeys } from './key-check.ts';
import { createKeyHolder } from './key-holders.ts';
import { rotateKeys } from './rotate-keys.ts';
import { KEYS_CHANNEL, watchKeys } from './watch-keys.ts';

const clock = { now: () => new Date('2026-01-01T00:00:00Z') };
const [A, B] = [1, 2].map(n => Buffer.alloc(32, n).toString('base64')) as [string, string];
const log = createLogger({ level: 'silent', destination: { write: () => {} } });
/** More than are sealed anew at once. */
const ROWS = 120;

describe.each(testServers)('changing the secret key on $name', server => {
  let database: TestDatabase<Schema>;
  let home: string;
  const stops: (() => Promise<unknown>)[] = [];
  beforeEach(async () => {
    database = await createTestDatabase<Schema>(server);
    home = await mkdtemp(join(tmpdir(), 'mooring-rotate-'));
    await sql`insert into workspaces (id, name, created_at) values ('w', 'w', now())`.execute(database.db);
  });
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
    await database.drop();
    await rm(home, { recursive: true });
  });

  const open = async (name: string, secretKey?: string) => {
    const env = { MOORING_DATA_DIR: join(home, name), MOORING_SECRET_KEY: secretKey };
    const found = await findKeys(loadConfig({ env }));
    const ring = createKeyRing(found);
    const session = createSession({ poolConfig: database.poolConfig, log });
    stops.push(() => session.stop());
    return { db: database.db, found, ring, session };
  };

  /** A server or worker, as far as keys go. */
  const startProcess = async (name: string, secretKey?: string) => {
    const own = await open(name, secretKey);
    const { db, ring } = own;
    const holder = createKeyHolder(ring);
    await holder.report(db);
    await proveKeys({ ...own, clock }).catch(async error => {
      await holder.end(db);
      throw error;
    });
    const watch = watchKeys({ ...own, holder, log });
    let stopped: Promise<unknown> | null = null;
    const stop = () => {
      stopped ??= watch.stop().then(() => holder.end(db));
      return stopped;
    };
    stops.push(stop);
    return { ring, stop, box: createSecretBox(ring) };
  };
  type Process = Awaited<ReturnType<typeof startProcess>>;

  const rotate = async (
    name: string,
    { secretKey, ...options }: Partial<Parameters<typeof rotateKeys>[0]> & { secretKey?: string } = {},
  ) => {
    const own = await open(name, secretKey);
    await proveKeys({ ...own, clock });
    const rest = { waitSeconds: 60, note: () => {}, signal: new AbortController().signal };
    return await rotateKeys({ ...own, ...rest, ...options });
  };

  const of = (id: string) => webhookSecret({ workspace_id: 'w', id, url: 'https://example.org' });
  const add = (process: Process, id: string) =>
    sql`insert into webhooks (workspace_id, id, url, events, secret_sealed, created_at)
      values ('w', ${id}, 'https://example.org', '{}', ${process.box.seal(id, of(id))}, now())`.execute(
      database.db,
    );
  const read = async (process: Process, id: string) => {
    const { rows } = await sql<{ sealed: Buffer }>`
      select secret_sealed as sealed from webhooks where id = ${id}`.execute(database.db);
    return process.box.unseal(rows[0]!.sealed, of(id));
  };
  const keysInUse = async () => {
    const { rows } = await sql<{ id: string }>`
      select distinct encode(substring(secret_sealed from 2 for 4), 'hex') as id from webhooks
      union select encode(substring(text_sealed from 2 for 4), 'hex') from secret_key_check`.execute(
      database.db,
    );
    return rows.map(({ id }) => id);
  };
  const fill = async (process: Process) => {
    for (let i = 0; i < ROWS; i++) await add(process, `whk_${i}`);
  };
  const file = (name: string) => join(home, name, 'secret.key');
  const inFile = async (name: string) => parseKeys(await readFile(file(name), 'utf8'))!.map(nameOf);

  test('goes through while processes open and seal', async () => {
    const processes = [await startProcess('one'), await startProcess('one')];
    await fill(processes[0]!);
    const [old] = await inFile('one');
    let isOver = false;
    const working = processes.map(async (process, index) => {
      let count = 0;
      for (; !isOver || count < 20; count++) {
        await add(process, `new_${index}_${count}`);
        const other = processes[1 - index]!;
        expect(await read(other, `new_${index}_${count}`)).toBe(`new_${index}_${count}`);
        expect(await read(process, `whk_${count % ROWS}`)).toBe(`whk_${count % ROWS}`);
      }
      return count;
    });
    const rotation = await rotate('one').finally(() => {
      isOver = true;
    });
    for (const count of await Promise.all(working)) expect(count).toBeGreaterThanOrEqual(20);
    expect(rotation).toMatchObject({ retired: [old], isRetired: true, unreadable: [] });
    expect(rotation.resealed).toBeGreaterThanOrEqual(ROWS);
    expect(await keysInUse()).toEqual([rotation.keyId]);
    expect(await inFile('one')).toEqual([rotation.keyId]);
    expect((await readdir(join(home, 'one'))).sort()).toEqual(['secret.key', `secret.key.retired-${old}`]);
    await expect
      .poll(() => processes.map(({ ring }) => ring.keys.map(nameOf)), { timeout: 60_000 })
      .toEqual([[rotation.keyId], [rotation.keyId]]);
    const started = await startProcess('one');
    expect(await read(started, 'whk_7')).toBe('whk_7');
  });

  test('that was cut off anywhere goes on, and both keys work until then', async () => {
    const running = await startProcess('one');
    await fill(running);
    const [old] = await inFile('one');
    const said: string[] = [];
    await rotate('one', { note: message => void said.push(message) });
    expect(said.length).toBeGreaterThan(2);
    for (let at = 0; at < said.length; at++) {
      const before = await inFile('one');
      let count = 0;
      const cut = rotate('one', {
        note: () => {
          if (count++ === at) throw new Error('cut off');
        },
      });
      await expect(cut).rejects.toThrow('cut off');
      expect(await inFile('one')).toEqual([expect.not.stringMatching(before[0]!), before[0]]);
      const next = await startProcess('one');
      for (const process of [running, next]) expect(await read(process, 'whk_3')).toBe('whk_3');
      await next.stop();
      const [wanted] = await inFile('one');
      const rotation = await rotate('one');
      expect(rotation).toMatchObject({ keyId: wanted, retired: [before[0]] });
      expect(await keysInUse()).toEqual([wanted]);
      expect(await inFile('one')).toEqual([wanted]);
    }
    expect(await inFile('one')).not.toContain(old);
    expect(await read(running, 'whk_3')).toBe('whk_3');
  });

  test('waits for a process on another machine, names it, and goes on once it has the key', async () => {
    await startProcess('one');
    const [old] = await inFile('one');
    const other = await startProcess('two', await readFile(file('one'), 'utf8').then(text => text.trim()));
    const refused = rotate('one', { waitSeconds: 1 });
    await expect(refused).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(
        /^Not every process has the key [0-9a-f]{8} after 1 seconds\. Without it: \S+-\d+ \(keys from MOORING_SECRET_KEY\)\.$/,
      ),
      fix: expect.stringContaining('goes on where it stopped'),
    });
    expect(await keysInUse()).toEqual([old]);
    await other.stop();
    const third = await startProcess(
      'three',
      await readFile(file('one'), 'utf8').then(text => text.trim().replace('\n', ',')),
    );
    const rotation = await rotate('one');
    expect(rotation.retired).toEqual([old]);
    expect(nameOf(third.ring.keys[0])).toBe(rotation.keyId);
  });

  test('a copy of the file is read without a new start', async () => {
    await startProcess('one');
    const { ring } = await startProcess('two').catch(async () => {
      await writeFile(file('two'), await readFile(file('one')), { mode: 0o600 });
      return startProcess('two');
    });
    const copied: Promise<unknown>[] = [];
    const rotation = await rotate('one', {
      note: () => {
        copied.push(readFile(file('one')).then(content => writeFile(file('two'), content, { mode: 0o600 })));
      },
    });
    await Promise.all(copied);
    expect(nameOf(ring.keys[0])).toBe(rotation.keyId);
  });

  test('with keys that the operator sets: says what to do, and seals with the first of two', async () => {
    const before = await startProcess('one', A);
    await fill(before);
    await expect(rotate('one', { secretKey: A })).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('comes from MOORING_SECRET_KEY'),
      fix: expect.stringContaining('(NEW,OLD)'),
    });
    const restarted = await startProcess('one', `${B},${A}`);
    await expect(rotate('one', { secretKey: `${B},${A}`, waitSeconds: 1 })).rejects.toThrow('Without it: ');
    await before.stop();
    const [a, b] = [A, B].map(key => nameOf(parseKeys(key)![0]));
    expect(await rotate('one', { secretKey: `${B},${A}` })).toMatchObject({
      ...{ keyId: b, retired: [a], isRetired: false, from: 'MOORING_SECRET_KEY', resealed: ROWS },
      unreadable: [],
    });
    expect(await keysInUse()).toEqual([b]);
    expect(await read(restarted, 'whk_0')).toBe('whk_0');
    await restarted.stop();
    expect(await read(await startProcess('one', B), 'whk_0')).toBe('whk_0');
  });

  test('leaves what it cannot open, and says what', async () => {
    const running = await startProcess('one');
    await fill(running);
    await sql`update webhooks set url = 'https://evil.example' where id = 'whk_9'`.execute(database.db);
    const { resealed, unreadable } = await rotate('one');
    expect({ resealed, unreadable }).toEqual({ resealed: ROWS - 1, unreadable: ['whk_9'] });
  });

  test('seals what belongs to registrations too', async () => {
    const { db } = database;
    const { box } = await startProcess('one');
    const url = {
      workspace_id: 'w',
      connection_id: 'con_1',
      container: 'https://acme.example',
      key: 'a.jpg',
    };
    await db
      .insertInto('registered_urls')
      .values({
        ...{ ...url, id: 'src_1/a', source_id: 'src_1', expires_at: null },
        url_sealed: box.seal('https://acme.example/a.jpg?sig=x', registeredUrl(url)),
      })
      .execute();
    const parts = Array.from({ length: 12 }, (_, seq) => ({
      ...{ workspace_id: 'w', registration_id: 'reg_1', kind: 'manifest', seq },
    }));
    await db
      .insertInto('registration_parts')
      .values(
        parts.map(part => ({
          ...{ ...part, id: `reg_1/manifest/${part.seq}`, created_at: clock.now() },
          data_sealed: box.seal(`part ${part.seq}`, registrationPart(part)),
        })),
      )
      .execute();

    expect(await rotate('one')).toMatchObject({ resealed: 13, unreadable: [] });
    const { box: after } = await startProcess('one');
    const kept = await db.selectFrom('registered_urls').selectAll().executeTakeFirstOrThrow();
    expect(after.unseal(kept.url_sealed, registeredUrl(kept))).toBe('https://acme.example/a.jpg?sig=x');
    const sealed = await db.selectFrom('registration_parts').selectAll().orderBy('seq').execute();
    expect(sealed.map(row => after.unseal(row.data_sealed, registrationPart(row)))).toEqual(
      parts.map(({ seq }) => `part ${seq}`),
    );
  });

  test('of two at once, one is refused', async () => {
    await startProcess('one');
    let second: Promise<unknown> | null = null;
    await rotate('one', {
      note: () => {
        second ??= expect(rotate('one')).rejects.toThrow('Another `mooring keys rotate` is under way.');
      },
      signal: new AbortController().signal,
    }).finally(() => second);
    expect(second).not.toBeNull();
  });

  test('a source that answers slowly is read once more, however many messages come meanwhile', async () => {
    const own = await open('one', A);
    await proveKeys({ ...own, clock });
    const answered = Promise.withResolvers<void>();
    let reads = 0;
    const read = async () => {
      reads++;
      await answered.promise;
      return own.found.keys;
    };
    const ring = createKeyRing({ ...own.found, read });
    const watch = watchKeys({ ...own, ring, holder: createKeyHolder(ring), log });
    let heard = 0;
    own.session.listen(KEYS_CHANNEL, () => heard++);
    const heardNow = async () => {
      await sql`select pg_notify(${KEYS_CHANNEL}, '')`.execute(database.db);
      return heard;
    };
    await expect.poll(heardNow, { interval: 1, timeout: 60_000 }).toBeGreaterThan(20);
    answered.resolve();
    await watch.stop();
    expect(reads).toBe(2);
  });
});
