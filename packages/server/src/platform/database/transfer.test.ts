import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { createGzip, gunzipSync, gzipSync } from 'node:zlib';
import { type Kysely, sql } from 'kysely';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSecretBox } from '../secrets.ts';
import { appliedMigrations, type Migrations, migrateToLatest } from './migrate.ts';
import { createTestDatabase, type TestDatabase, type TestServer, testServers } from './testing.ts';
import { exportInstallation, importInstallation } from './transfer.ts';

const run = (text: string) => ({
  up: (db: Kysely<unknown>) =>
    sql
      .raw(text)
      .execute(db)
      .then(() => {}),
});

// Tables with all that the transfer has to cope with, so that it need not be changed when Mooring's tables are.
const migrations: Migrations = {
  '0001_first': run(`
    create table folders (id text primary key, parent_id text references folders, cover_id int8);
    create table assets (
      id int8 generated always as identity primary key, folder_id text not null references folders,
      key text collate "C" not null, "Größe in ""Bytes""" int8 not null, ratio float8, details jsonb, digest bytea,
      credential_sealed bytea, taken_at timestamptz, tags text[],
      key_length int generated always as (char_length(key)) stored
    );
    alter table folders add foreign key (cover_id) references assets;
    create unique index "odd ""name" on assets (folder_id, left(key, 10), id desc) where ratio is not null;
    alter table folders add unique (id, parent_id);
    create table nothing_in_it (id int primary key, a text, b text, foreign key (a, b) references folders (id, parent_id));
    create table settings (name text primary key, value text);
    insert into settings values ('seeded', 'by the migration')`),
};
const newerMigrations: Migrations = {
  ...migrations,
  '0002_second': run(`alter table assets add column kind text; update assets set kind = 'image'`),
};

const NASTY = [
  '',
  '\\.',
  '\\N',
  'a\nb\r\nc\td\\e\x01\x7f',
  '\n\\.\n',
  `hello? sausage/êé/ #%20+&='";.jpg`,
  '😀\u{10ffff}\u{e000}\u{2028}',
  Array.from({ length: 3000 }, (_, i) => createHash('sha256').update(`${i}`).digest('hex')).join('é'),
];

const secrets = createSecretBox({
  keys: [{ id: Buffer.from('c0ffee42', 'hex'), bytes: Buffer.alloc(32, 7) }],
});

async function installation(server: TestServer) {
  const database = await createTestDatabase(server, { migrated: false });
  await migrateToLatest(database.db, migrations);
  const { pool } = database;
  await pool.query(`update settings set value = 'changed since'`);
  await pool.query(`insert into folders values ('child', 'root', null), ('root', null, null)`);
  for (const [i, key] of NASTY.entries()) {
    await pool.query(
      `insert into assets (folder_id, key, "Größe in ""Bytes""", ratio, details, digest, credential_sealed, taken_at, tags)
       values ('child', $1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        key,
        Number.MAX_SAFE_INTEGER - i,
        [0.1, 1e-308, Number.NaN, -0, null][i % 5],
        i % 2 ? JSON.stringify({ key, deep: [null, { '\\.': '\n' }] }) : null,
        Buffer.from([0, 10, 92, 46, 10, 255, i]),
        secrets.seal('a secret', String(i)),
        i === 0 ? 'infinity' : `1969-12-31T23:59:59.99999${i}+05:30`,
        [key, 'NULL', '{"'],
      ],
    );
  }
  await pool.query(`update folders set cover_id = (select max(id) from assets)`);
  return database;
}

/** All that is in the tables, as text. */
async function contents(pool: pg.Pool): Promise<unknown> {
  const { rows } = await pool.query(`select
    (select json_agg(a::text order by id) from assets a) as assets,
    (select json_agg(f::text order by id) from folders f) as folders,
    (select json_agg(s::text) from settings s) as settings`);
  return rows[0];
}

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mooring-transfer-'));
});
afterAll(() => rm(directory, { recursive: true }));

const directions = testServers.flatMap(source => testServers.map(target => ({ source, target })));

describe.each(directions)('from $source.name to $target.name', ({ source, target }) => {
  test('an installation arrives as it was, and goes on', async () => {
    const from = await installation(source);
    const to = await createTestDatabase(target, { migrated: false });
    const file = join(directory, `${source.name}-${target.name}.gz`);

    const exported = await exportInstallation({ pool: from.pool, to: file });
    expect(exported).toEqual({
      migrations: ['0001_first'],
      secretKeyIds: ['c0ffee42'],
      tables: [
        { name: 'assets', rows: NASTY.length },
        { name: 'folders', rows: 2 },
        { name: 'nothing_in_it', rows: 0 },
        { name: 'settings', rows: 1 },
      ],
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await importInstallation({ pool: to.pool, migrations, from: file })).toEqual(exported);

    expect(await contents(to.pool)).toEqual(await contents(from.pool));
    expect(await definitions(to.pool)).toEqual(await definitions(from.pool));
    await to.pool.query(
      `insert into assets (folder_id, key, "Größe in ""Bytes""") values ('root', 'new', 1)`,
    );
    const { rows } = await to.pool.query(`select id from assets where key = 'new'`);
    expect(rows).toEqual([{ id: NASTY.length + 1 }]);
    await Promise.all([from.drop(), to.drop()]);
  });
});

/** Every constraint and index; the names of PostgreSQL 18 for `not null` are not among them. */
async function definitions(pool: pg.Pool): Promise<unknown> {
  const { rows } = await pool.query(`
    select pg_get_constraintdef(oid) as definition from pg_constraint
      where connamespace = 'public'::regnamespace and contype <> 'n'
    union all select indexdef from pg_indexes where schemaname = 'public' order by 1`);
  return rows;
}

describe.each(testServers)('an export on $name', server => {
  let from: Awaited<ReturnType<typeof installation>>;
  let empty: TestDatabase<unknown>;
  let bytes: Buffer;
  beforeAll(async () => {
    from = await installation(server);
    empty = await createTestDatabase(server, { migrated: false });
    const file = join(directory, `${server.name}.gz`);
    await exportInstallation({ pool: from.pool, to: file });
    bytes = await readFile(file);
  });
  afterAll(() => Promise.all([from.drop(), empty.drop()]));

  /** Imports into an empty database, in which nothing may be afterwards. */
  async function refused(file: Buffer, known = migrations): Promise<unknown> {
    const failure = await importInstallation({
      pool: empty.pool,
      migrations: known,
      from: Readable.from([file]),
    }).catch(error => error);
    const { rows } = await empty.pool.query(`select tablename from pg_tables where schemaname = 'public'`);
    expect(rows).toEqual([]);
    return failure;
  }
  const edited = (edit: (text: string) => string): Buffer => gzipSync(edit(gunzipSync(bytes).toString()));

  test('shows one moment, while others write', async () => {
    const busy = await installation(server);
    await busy.pool.query(`insert into assets (folder_id, key, "Größe in ""Bytes""")
      select 'root', md5(i::text) || md5(random()::text), i from generate_series(1, 50000) i`);
    const parts: Buffer[] = [];
    const output = new Writable({
      write(part: Buffer, _encoding, done) {
        parts.push(part);
        const name = `written during the export ${parts.length}`;
        busy.pool.query('insert into settings values ($1)', [name]).then(() => done(), done);
      },
    });
    await exportInstallation({ pool: busy.pool, to: output });
    const to = await createTestDatabase(server, { migrated: false });
    await importInstallation({ pool: to.pool, migrations, from: Readable.from([Buffer.concat(parts)]) });
    expect((await to.pool.query('select name from settings')).rows).toEqual([{ name: 'seeded' }]);
    expect((await busy.pool.query('select count(*) from settings')).rows[0].count).toBeGreaterThan(10);
    await Promise.all([busy.drop(), to.drop()]);
  });

  test('opens with the keys that it names', async () => {
    const to = await createTestDatabase(server, { migrated: false });
    await importInstallation({ pool: to.pool, migrations, from: Readable.from([bytes]) });
    const { rows } = await to.pool.query('select id, credential_sealed from assets order by id');
    expect(rows.map(row => secrets.unseal(row.credential_sealed, String(row.id - 1)))).toEqual(
      NASTY.map(() => 'a secret'),
    );
    await to.drop();
  });

  test('is migrated when the version that imports it is newer', async () => {
    const to = await createTestDatabase(server, { migrated: false });
    await importInstallation({ pool: to.pool, migrations: newerMigrations, from: Readable.from([bytes]) });
    expect(await appliedMigrations(to.db)).toEqual(['0001_first', '0002_second']);
    const { rows } = await to.pool.query('select kind, count(*) from assets group by kind');
    expect(rows).toEqual([{ kind: 'image', count: NASTY.length }]);
    await to.drop();
  });

  test('is refused when it is incomplete, at every place where it can end', async () => {
    for (const length of [0, 5, 100, bytes.length >> 1, bytes.length - 20, bytes.length - 1]) {
      expect(await refused(bytes.subarray(0, length)), `${length} bytes`).toMatchObject({
        code: 'invalid_request',
        message: 'The export is incomplete: its last part is missing.',
      });
    }
    const withoutFooter = edited(text => text.slice(0, text.lastIndexOf('{"sha256"')));
    expect(await refused(withoutFooter)).toMatchObject({ message: expect.stringContaining('incomplete') });
  });

  test('is refused when any byte of it was changed', async () => {
    for (let i = 0; i < 8; i++) {
      const changed = Buffer.from(bytes);
      const at = 10 + Math.floor(((bytes.length - 11) * i) / 7);
      changed[at] = changed[at]! ^ 0x10;
      expect(await refused(changed), `byte ${at}`).toMatchObject({ code: 'invalid_request' });
    }
  });

  test.each<[string, (text: string) => string, string]>([
    [
      'a changed value',
      text => text.replace('changed since', 'CHANGED SINCE'),
      'its checksum does not match',
    ],
    ['a missing row', text => text.replace(/^child\t.*\n/m, ''), 'folders should have 2 rows and has 1'],
    ['a row too many', text => text.replace(/^child\t.*\n/m, '$&other\troot\t1\n'), '2 rows and has 3'],
    [
      'a row that does not fit',
      text => text.replace(/^child\t.*\n/m, 'child\n'),
      'folders cannot hold its rows',
    ],
    ['another table', text => text.replace('"nothing_in_it"', '"pg_class"'), 'its tables are not those'],
    ['half a header', text => text.replace('"tables"', '"table"'), 'its header is incomplete'],
    ['something after its end', text => `${text}more`, 'something follows its end'],
  ])('is refused with %s', async (_what, edit, message) => {
    expect(await refused(edited(edit))).toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining(message),
      fix: expect.stringContaining('Nothing was imported.'),
    });
  });

  test('is refused when a row has no end, after a few megabytes of it', async () => {
    const header = gunzipSync(bytes).toString().split('\n', 1)[0];
    const megabyte = Buffer.alloc(1_000_000, 'x');
    let megabytes = 0;
    const endless = function* () {
      yield Buffer.from(`${header}\n`);
      for (; ; megabytes++) yield megabyte;
    };
    const from = Readable.from(endless()).pipe(createGzip({ level: 1 }));
    await expect(importInstallation({ pool: empty.pool, migrations, from })).rejects.toMatchObject({
      code: 'invalid_request',
      message: 'The export is damaged: a line is longer than 16 MB.',
    });
    expect(megabytes).toBeLessThan(100);
  });

  test('is refused when it is of a newer version', async () => {
    const format = edited(text => text.replace('"formatVersion":1', '"formatVersion":2'));
    expect(await refused(format)).toMatchObject({
      message: 'The export was made by a newer Mooring: its format is 2.',
      fix: expect.stringMatching(/^Import it with that version/),
    });
    expect(await refused(bytes, { '0001_other': migrations['0001_first']! })).toMatchObject({
      message: 'The export was made by a newer Mooring: it has the migrations 0001_first.',
    });
  });

  test('is refused when it is something else', async () => {
    for (const other of [Buffer.from('PK\x03\x04'), gzipSync('{"format":"other"}\n'), gzipSync('{}\n')]) {
      expect(await refused(other)).toMatchObject({ message: 'This is not an export of Mooring.' });
    }
    await expect(
      importInstallation({ pool: empty.pool, migrations, from: '/nowhere.gz' }),
    ).rejects.toMatchObject({ code: 'invalid_request', message: 'There is no file /nowhere.gz.' });
  });

  test('goes into a database that was migrated and is empty otherwise', async () => {
    const to = await createTestDatabase(server, { migrated: false });
    await migrateToLatest(to.db, migrations);
    await to.pool.query('delete from settings');
    await importInstallation({ pool: to.pool, migrations, from: Readable.from([bytes]) });
    expect(await contents(to.pool)).toEqual(await contents(from.pool));
    await to.drop();
  });

  test('does not go into a database that holds anything', async () => {
    const to = await createTestDatabase(server, { migrated: false });
    const intoIt = () =>
      importInstallation({ pool: to.pool, migrations: newerMigrations, from: Readable.from([bytes]) });
    await to.pool.query('create table theirs (id int)');
    await expect(intoIt()).rejects.toMatchObject({
      code: 'conflict',
      message: 'The database has tables of its own: public."theirs"; the export is from 0001_first.',
    });
    await to.pool.query('drop table theirs');
    await migrateToLatest(to.db, migrations);
    await expect(intoIt()).rejects.toMatchObject({
      message: 'The database is in use: there are rows in public."settings".',
      fix: expect.stringMatching(/^Import into an empty database/),
    });
    await migrateToLatest(to.db, newerMigrations);
    await expect(intoIt()).rejects.toMatchObject({
      message: 'The database is migrated to 0002_second; the export is from 0001_first.',
    });
    expect((await to.pool.query('select * from settings')).rows).toHaveLength(1);
    await to.drop();
  });

  test('is not written over a file, from an empty database, or half', async () => {
    const file = join(directory, `mine-${server.name}`);
    await writeFile(file, 'mine');
    await expect(exportInstallation({ pool: from.pool, to: file })).rejects.toMatchObject({
      code: 'conflict',
      message: `${file} exists already.`,
    });
    await symlink(file, `${file}-3.partial`);
    await exportInstallation({ pool: from.pool, to: `${file}-3` });
    expect(await readFile(file, 'utf8')).toBe('mine');
    const before = await readdir(directory);
    await expect(exportInstallation({ pool: empty.pool, to: `${file}-2` })).rejects.toMatchObject({
      message: 'There is no installation of Mooring in this database.',
    });
    expect(await readdir(directory)).toEqual(before);

    const full = new Writable({ write: (_part, _encoding, done) => done(new Error('no space')) });
    await expect(exportInstallation({ pool: from.pool, to: full })).rejects.toThrow('no space');
    expect((await from.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});
