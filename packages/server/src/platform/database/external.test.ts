import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPooler } from '@mooring/emulators';
import { sql } from 'kysely';
import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSession } from '../session.ts';
import { unprivilegedAccount } from './account.ts';
import { adoptOrStart } from './adopt-or-start.ts';
import { forCaller } from './caller-signal.ts';
import { type Cluster, connectionTo, initialise, stop } from './cluster.ts';
import { type Facts, refuseUnfit } from './external.ts';
import { openDatabase } from './open.ts';
import { createDb, createPool } from './pool.ts';
import { refusal } from './refusal.ts';
import { DEBIAN_15 } from './testing-setup.ts';

const log = pino({ level: 'silent' });
const PASSWORD = 'p@ss:w/rd';
let directory: string;
let cluster: Cluster;
let admin: pg.Client;
let door: Server;
let address: string;

// A server as others run it: with users that have passwords, reached by TCP (which forwards to its socket).
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mooring-external-'));
  await chmod(directory, 0o755);
  cluster = {
    binDirectory: DEBIAN_15,
    account: unprivilegedAccount(),
    directory: join(directory, 'data'),
    logFile: join(directory, 'log'),
  };
  await initialise(cluster, ['--no-sync', '--locale=C.UTF-8']);
  const rules = ['local all mooring trust', 'local all refused reject', 'local all all scram-sha-256', ''];
  await writeFile(join(cluster.directory, 'pg_hba.conf'), rules.join('\n'));
  admin = await adoptOrStart(cluster, { fsync: 'off' }, log);
  for (const statement of [
    `create role owner login password '${PASSWORD}'`,
    `create role guest login password '${PASSWORD}'`,
    `create role refused login`,
    `create database installation owner owner`,
    `create database closed owner owner`,
    `revoke connect on database closed from public`,
    `create database latin owner owner encoding 'LATIN1' locale 'C' template template0`,
    `create database elsewhere owner owner`,
    `alter role owner in database elsewhere set search_path = other`,
  ]) {
    await admin.query(statement);
  }

  door = createServer(incoming => {
    const outgoing = connect(join(String(connectionTo(cluster).host), '.s.PGSQL.5432'));
    incoming.pipe(outgoing).pipe(incoming);
    for (const socket of [incoming, outgoing]) socket.on('error', () => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(door, 'listening');
  address = `127.0.0.1:${(door.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await admin.end();
  door.close();
  await stop(cluster.directory);
  await rm(directory, { recursive: true });
});

const urlOf = ({ user = 'owner', password = PASSWORD, at = address, database = 'installation', more = '' }) =>
  `postgres://${user}:${encodeURIComponent(password)}@${at}/${database}${more}`;
const open = (databaseUrl: string) => openDatabase({ databaseUrl, dataDir: '/nowhere', log });

describe('an external server', () => {
  test('is used, and goes on when we stop', async () => {
    const server = await open(urlOf({}));
    expect(server.version).toMatch(/^15\./);
    const pool = createPool(server.poolConfig, { max: 1 });
    const { rows } = await pool.query(
      `select current_user as name, 9007199254740991::int8 as number, now() as now`,
    );
    expect(rows).toEqual([{ name: 'owner', number: Number.MAX_SAFE_INTEGER, now: expect.any(Date) }]);
    await expect(pool.query('select 9007199254740992::int8')).rejects.toThrow('not exact as a number');
    await pool.end();
    await server.stop();
    expect((await admin.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  test.each<[string, Parameters<typeof urlOf>[0], string, string]>([
    [
      'a wrong password',
      { password: 'wr0ng' },
      'refused the password of the user owner. ',
      'Correct the user and',
    ],
    ['no password', { password: '' }, 'refused the password of the user owner. ', 'Correct the user and'],
    [
      'a user it does not let in',
      { user: 'refused' },
      'does not allow the user refused to connect',
      'pg_hba.conf',
    ],
    [
      'a database it does not have',
      { database: 'nothing' },
      'There is no database nothing on',
      'create database "nothing"',
    ],
    [
      'a database closed to the user',
      { user: 'guest', database: 'closed' },
      'may not connect to the database closed',
      'grant connect',
    ],
    ['TLS, which it does not speak', { more: '?sslmode=verify-full' }, 'does not speak TLS', 'Switch ssl on'],
    [
      'a port where nothing is',
      { at: '127.0.0.1:1' },
      'Nothing accepts connections at 127.0.0.1:1.',
      'Start the database',
    ],
    [
      'a name that is none',
      { at: 'db.invalid:5432' },
      'no machine with the name of db.invalid:5432.',
      'Check DATABASE_URL',
    ],
    [
      'another encoding',
      { database: 'latin' },
      'has the encoding LATIN1, and Mooring needs UTF8.',
      "encoding 'UTF8'",
    ],
    [
      'no right to make tables',
      { user: 'guest' },
      'The user guest may not create tables in the schema public',
      'grant create on schema public to guest',
    ],
    [
      'another schema',
      { database: 'elsewhere' },
      'does not begin with the schema public',
      'set search_path = public',
    ],
  ])('is refused with a sentence for %s', async (_what, place, message, fix) => {
    const url = urlOf(place);
    const error = await open(url).catch(failure => failure);
    expect(error).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(message),
      fix: expect.stringContaining(fix),
    });
    const shown = `${error.message} ${error.fix} ${error.stack} ${JSON.stringify(error.cause)}`;
    expect(shown).not.toContain(PASSWORD);
    expect(shown).not.toContain(encodeURIComponent(PASSWORD));
  });

  test('is refused with a sentence where its URL cannot be read', async () => {
    await expect(open('postgres://owner:word@host:port/x')).rejects.toMatchObject({
      message: 'DATABASE_URL cannot be read.',
      fix: expect.stringContaining('postgres://user:password@host:5432/database'),
    });
  });
});

// goauthentik/authentik#23876, flyway/flyway#2895, bensheldon/good_job#269
describe('behind a pooler', () => {
  const startBefore = (settings: string[]) => {
    const { host, port } = connectionTo(cluster);
    const place = `host=${host} port=${port} user=owner password='${PASSWORD}'`;
    return startPooler({ name: 'installation', place }, settings);
  };

  test.each([
    ['in transaction mode', ['pool_mode = transaction']],
    ['in transaction mode, with one connection', ['pool_mode = transaction', 'default_pool_size = 1']],
    [
      'in transaction mode, with its connections in turn',
      ['pool_mode = transaction', 'server_round_robin = 1'],
    ],
    ['in statement mode', ['pool_mode = statement']],
  ])('%s the server is refused with a sentence', async (_what, settings) => {
    const pooler = await startBefore(settings);
    try {
      // Connections that are there already, as others leave them.
      const busy = [1, 2].map(() => new pg.Client({ connectionString: urlOf({ at: pooler.address }) }));
      for (const client of busy) await client.connect();
      await Promise.all(busy.map(client => client.query('select pg_sleep(0.01)')));
      for (const client of busy) await client.end();
      await expect(open(urlOf({ at: pooler.address }))).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining(`pooler at ${pooler.address}`),
        fix: expect.stringContaining('pool_mode = session'),
      });
    } finally {
      await pooler.stop();
    }
  });

  test('in session mode it is used: with locks, notices, time limits, and queries that end with their caller', async () => {
    const pooler = await startBefore(['pool_mode = session']);
    const { poolConfig } = await open(urlOf({ at: pooler.address }));
    const pool = createPool(poolConfig, { max: 1, queryTimeoutSeconds: 60 });
    const session = createSession({ poolConfig, log });
    try {
      expect((await pool.query('show statement_timeout')).rows).toEqual([{ statement_timeout: '1min' }]);
      const heard = new Promise<string>(resolve => session.listen('news', resolve));
      await expect.poll(() => session.tryLock('one')).not.toBeNull();
      const { rows } = await admin.query(
        `select count(*)::int from pg_locks join pg_database d on d.oid = database
          where locktype = 'advisory' and datname = 'installation'`,
      );
      expect(rows).toEqual([{ count: 1 }]);
      await pool.query(`select pg_notify('news', 'heard')`);
      expect(await heard).toBe('heard');
      const caller = new AbortController();
      const endless = forCaller(caller.signal, () =>
        sql`select pg_sleep(600)`.execute(createDb<object>(pool)),
      );
      const refused = expect(endless).rejects.toThrow('canceling statement');
      const isRunning = `select from pg_stat_activity where state = 'active' and query = 'select pg_sleep(600)'`;
      await expect.poll(async () => (await admin.query(isRunning)).rows.length).toBe(1);
      caller.abort(new Error('gone'));
      await refused;
    } finally {
      await session.stop();
      await pool.end();
      await pooler.stop();
    }
  });
});

describe('what no server here shows', () => {
  const fit: Facts = {
    version: '15.18',
    major: 15,
    encoding: 'UTF8',
    isStandby: false,
    schema: 'public',
    createsTables: true,
    user: 'owner',
    database: 'installation',
  };

  test.each<[Partial<Facts>, string]>([
    [
      { version: '14.2', major: 14 },
      'The database server is PostgreSQL 14.2, and Mooring needs 15 or newer.',
    ],
    [{ isStandby: true }, 'The database server is a standby, which cannot be written to.'],
    [
      { createsTables: false },
      'The user owner may not create tables in the schema public of the database installation.',
    ],
  ])('%j', (facts, message) => {
    expect(() => refuseUnfit(fit)).not.toThrow();
    expect(() => refuseUnfit({ ...fit, ...facts })).toThrow(expect.objectContaining({ message }));
  });

  test.each([
    [{ code: 'ETIMEDOUT', message: '' }, 'did not answer within 10 seconds'],
    [{ message: 'timeout expired' }, 'did not answer within 10 seconds'],
    [
      { code: 'SELF_SIGNED_CERT_IN_CHAIN', message: 'self-signed certificate' },
      'is not one that this machine trusts',
    ],
    [{ code: '53300', message: 'sorry, too many clients already' }, 'has no free connection'],
    [{ code: 'XX000', message: 'odd' }, 'cannot be used. The server said: odd'],
  ])('%j', (error, message) => {
    const client = new pg.Client({ host: 'db.example', user: 'owner', database: 'installation' });
    expect(refusal(error, client).message).toContain(message);
  });
});
