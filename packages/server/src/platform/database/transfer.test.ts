import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { createGzip, gunzipSync, gzipSync } from 'node:zlib';
import { type Kysely, sql } from 'kysely';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSecretBox, newSecretKey, type SecretKeys } from '../secrets.ts';
import { appliedMigrations, type Migrations, migrateToLatest } from './migrate.ts';
import { createTestDatabase, type TestDatabase, type TestServer, testServers } from './testing.ts';
import { exportInstallation, importInstallation } from './transfer.ts';
import { type ExportSignature, signParts, wrongPartOf } from './transfer-signature.ts';

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

const keys: SecretKeys = [{ id: Buffer.from('c0ffee42', 'hex'), bytes: Buffer.alloc(32, 7) }];
const secrets = createSecretBox({ keys });
const sealedFor = (i: number) => ({ name: `${i}`, words: '', fix: '', values: ['test', i] as const });

const kept: ExportSignature[] = [];
const exporting = (pool: pg.Pool, to: string | Writable) => exportInstallation({ pool, to, key: keys[0] });
const importing = (
  pool: pg.Pool,
  from: string | Readable,
  options: Partial<Parameters<typeof importInstallation>[0]> = {},
) =>
  importInstallation({
    keepSignature: async (_client, signature) => void kept.push(signature),
    ...{ pool, from, migrations, keys, mayLackSignature: false },
    ...options,
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
        secrets.seal('a secret', sealedFor(i)),
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

    const exported = await exporting(from.pool, file);
    expect(exported).toEqual({
      migrations: ['0001_first'],
      secretKeyIds: ['c0ffee42'],
      isSigned: true,
      tables: [
        { name: 'assets', rows: NASTY.length },
        { name: 'folders', rows: 2 },
        { name: 'nothing_in_it', rows: 0 },
        { name: 'settings', rows: 1 },
      ],
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await importing(to.pool, file)).toEqual(exported);

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
    await exporting(from.pool, file);
    bytes = await readFile(file);
  });
  afterAll(() => Promise.all([from.drop(), empty.drop()]));

  /** Imports into an empty database, in which nothing may be afterwards. */
  async function refused(file: Buffer, known = migrations): Promise<unknown> {
    const failure = await importing(empty.pool, Readable.from([file]), { migrations: known }).catch(
      error => error,
    );
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
    await exporting(busy.pool, output);
    const to = await createTestDatabase(server, { migrated: false });
    await importing(to.pool, Readable.from([Buffer.concat(parts)]));
    expect((await to.pool.query('select name from settings')).rows).toEqual([{ name: 'seeded' }]);
    expect((await busy.pool.query('select count(*) from settings')).rows[0].count).toBeGreaterThan(10);
    await Promise.all([busy.drop(), to.drop()]);
  });

  test('opens with the keys that it names', async () => {
    const to = await createTestDatabase(server, { migrated: false });
    await importing(to.pool, Readable.from([bytes]));
    const { rows } = await to.pool.query('select id, credential_sealed from assets order by id');
    expect(rows.map(row => secrets.unseal(row.credential_sealed, sealedFor(row.id - 1)))).toEqual(
      NASTY.map(() => 'a secret'),
    );
    await to.drop();
  });

  test('is migrated when the version that imports it is newer', async () => {
    const to = await createTestDatabase(server, { migrated: false });
    await importing(to.pool, Readable.from([bytes]), { migrations: newerMigrations });
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
      'altered after it was written: the table settings is not',
    ],
    ['a changed header', text => text.replace('"postgresVersion":"', '$&9'), 'written: its header is not'],
    [
      'a changed signature',
      text => text.replace(/("hmac":")[^"]+/, `$1${'A'.repeat(43)}=`),
      'its header is not',
    ],
    ['a changed checksum', text => text.replace(/\{"sha256":"\w{4}/, '{"sha256":"0000'), 'checksum does not'],
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
    await expect(importing(empty.pool, from)).rejects.toMatchObject({
      code: 'invalid_request',
      message: 'The export is damaged: a line is longer than 16 MB.',
    });
    expect(megabytes).toBeLessThan(100);
  });

  test('without a signature is taken only where that is asked for', async () => {
    const without = edited(text => text.replace(/("signature":)\{.*\}(\}\n)$/, '$1null$2'));
    const former = edited(text =>
      text.replace('"formatVersion":2', '"formatVersion":1').replace(/,"signature":\{.*\}(\}\n)$/, '$1'),
    );
    for (const file of [without, former])
      expect(await refused(file)).toMatchObject({
        code: 'invalid_request',
        message: expect.stringMatching(/^The export has no signature\./),
        fix: expect.stringContaining('--unsigned'),
      });
    const to = await createTestDatabase(server, { migrated: false });
    await importing(to.pool, Readable.from([without]), { mayLackSignature: true });
    expect(await contents(to.pool)).toEqual(await contents(from.pool));
    await to.drop();
  });

  test('by another key is refused, with both keys named', async () => {
    const other = newSecretKey();
    const failure = importing(empty.pool, Readable.from([bytes]), { keys: [other] });
    await expect(failure).rejects.toMatchObject({
      message: `The export is signed with the key c0ffee42. This machine has ${other.id.toString('hex')}.`,
      fix: expect.stringContaining('MOORING_SECRET_KEY'),
    });
    const parts = [{ table: null, sha256: 'x' }];
    const forged = edited(text =>
      text.replace(/"signature":\{.*\}(\}\n)$/, (_all, end: string) => {
        return `"signature":${JSON.stringify(signParts(other, 'x', parts))}${end}`;
      }),
    );
    expect(await refused(forged)).toMatchObject({ message: expect.stringContaining('its header is not') });
  });

  test('goes in without a key, with its signature kept for one to look at', async () => {
    kept.length = 0;
    const to = await createTestDatabase(server, { migrated: false });
    await importing(to.pool, Readable.from([bytes]), { keys: null });
    const [signature] = kept;
    expect(wrongPartOf(signature!, keys)).toBeNull();
    expect(wrongPartOf(signature!, [newSecretKey()])).toBe('the signature, by the key c0ffee42,');
    const forged = { ...signature!, parts: signature!.parts.map(part => ({ ...part, sha256: '0' })) };
    expect(wrongPartOf({ ...forged, parts: [signature!.parts[0]!, ...forged.parts.slice(1)] }, keys)).toBe(
      'the table assets',
    );
    expect(wrongPartOf({ ...signature!, exportId: 'another' }, keys)).toBe('its header');
    await to.drop();
    const altered = edited(text => text.replace('changed since', 'CHANGED SINCE'));
    await expect(importing(empty.pool, Readable.from([altered]), { keys: null })).rejects.toThrow(
      'altered after it was written: the table settings is not',
    );
  });

  test('is refused when it is of a newer version', async () => {
    const format = edited(text => text.replace('"formatVersion":2', '"formatVersion":3'));
    expect(await refused(format)).toMatchObject({
      message: 'The export was made by a newer Mooring: its format is 3.',
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
    await expect(importing(empty.pool, '/nowhere.gz')).rejects.toMatchObject({
      code: 'invalid_request',
      message: 'There is no file /nowhere.gz.',
    });
  });

  test('goes into a database that was migrated and is empty otherwise', async () => {
    const to = await createTestDatabase(server, { migrated: false });
    await migrateToLatest(to.db, migrations);
    await to.pool.query('delete from settings');
    await importing(to.pool, Readable.from([bytes]));
    expect(await contents(to.pool)).toEqual(await contents(from.pool));
    await to.drop();
  });

  test('does not go into a database that holds anything', async () => {
    const to = await createTestDatabase(server, { migrated: false });
    const intoIt = () => importing(to.pool, Readable.from([bytes]), { migrations: newerMigrations });
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
    await expect(exporting(from.pool, file)).rejects.toMatchObject({
      code: 'conflict',
      message: `${file} exists already.`,
    });
    await symlink(file, `${file}-3.partial`);
    await exporting(from.pool, `${file}-3`);
    expect(await readFile(file, 'utf8')).toBe('mine');
    const before = await readdir(directory);
    await expect(exporting(empty.pool, `${file}-2`)).rejects.toMatchObject({
      message: 'There is no installation of Mooring in this database.',
    });
    expect(await readdir(directory)).toEqual(before);

    const full = new Writable({ write: (_part, _encoding, done) => done(new Error('no space')) });
    await expect(exporting(from.pool, full)).rejects.toThrow('no space');
    expect((await from.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
});
