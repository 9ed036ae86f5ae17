import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { ConnectionCreate } from '@mooring/contract';
import { type Storage, startStorage } from '@mooring/emulators';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cli, createCli, type StartedCli } from '../support/cli.ts';
import { withApp, withSas } from '../support/connect.ts';
import { connectToEmbedded } from '../support/embedded-database.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { createPlainClient, type PlainClient } from '../support/plain-client.ts';
import { startServe } from '../support/serve.ts';
import { assetsOf, sync } from '../support/sync.ts';
import { temporaryDirectory } from '../support/temporary.ts';

interface Rotation {
  keyId: string;
  retired: string[];
  resealed: number;
  unreadable: string[];
}

let storage: Storage;
let evil: Storage;
let mooring: Mooring;
let plain: PlainClient;
let home: Awaited<ReturnType<typeof temporaryDirectory>>;
let cli: Cli;
let database: pg.Client;
let byApp: string;
let bySas: string;

beforeAll(async () => {
  [storage, evil] = await Promise.all([startStorage(), startStorage()]);
  for (const key of ['a.txt', 'b.txt']) await storage.put({ key, body: key });
  plain = createPlainClient(storage.certificates.ca);
  home = await temporaryDirectory('home');
  mooring = await startMooring(storage);
  const { MOORING_DATA_DIR: _, ...environment } = mooring.environment;
  cli = createCli(home.path, environment);
  database = await connectToEmbedded(mooring.dataDir);
  [byApp, bySas] = (await Promise.all(
    [withApp(storage), withSas(storage)].map(body => connect(mooring, body)),
  )) as [string, string];
});
afterAll(async () => {
  await database?.end();
  await mooring?.stop();
  await plain?.close();
  await Promise.all([storage?.stop(), evil?.stop()]);
  await home?.remove();
});

const connect = async ({ client }: Mooring, body: ConnectionCreate) =>
  (await client.call('createConnection', { body })).id;
const here = () => `--data-dir=${mooring.dataDir}`;
const keyFile = () => join(mooring.dataDir, 'secret.key');
const keysInFile = async () => (await readFile(keyFile(), 'utf8')).trim().split('\n').length;
const keysInUse = async () => {
  const { rows } = await database.query<{ id: string }>(`
    select encode(substring(credential_sealed from 2 for 4), 'hex') as id from connections
    union select encode(substring(text_sealed from 2 for 4), 'hex') from secret_key_check
    union select encode(substring(decode(body->>'sealed', 'base64') from 2 for 4), 'hex') from idempotent_answers
      where body is not null`);
  return rows.map(({ id }) => id);
};

test.each([
  ['endpoint', () => evil.endpoint],
  ['account', () => 'evil'],
])('a credential does not open when the %s is changed in the database', async (field, value) => {
  const { rows } = await database.query('select location from connections where id = $1', [bySas]);
  const { location } = rows[0];
  const set = (changed: object) =>
    database.query('update connections set location = $2 where id = $1', [bySas, JSON.stringify(changed)]);
  await set({ ...location, [field]: value() });
  await expect(mooring.client.runChecks(bySas)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining(
      `The stored secret of ${bySas} is damaged or belongs to another row. It opens only with the workspace, the location`,
    ),
  });
  await set(location);
  expect(await mooring.client.runChecks(bySas)).toMatchObject({ status: 'healthy' });
});

test('the key changes while syncs and relayed URLs go on, also when the command is killed', async () => {
  const { client } = mooring;
  const source = await client.call('createSource', { body: { connectionId: bySas, probes: false } });
  await sync(client, source.id);
  const assets = await assetsOf(client, source.id);
  const [first] = await keysInUse();
  let isOver = false;
  const failures: unknown[] = [];
  const repeat = async (work: () => Promise<unknown>) => {
    let count = 0;
    for (; !isOver || count < 2; count++) await work().catch(error => failures.push(error));
    return count;
  };
  const working = Promise.all([
    repeat(async () => expect((await sync(client, source.id)).status).toBe('succeeded')),
    repeat(async () => {
      const { items } = await client.call('signAssets', { body: { assetIds: assets.map(({ id }) => id) } });
      for (const [at, { url }] of items.entries())
        expect((await plain.get(url!)).body.toString()).toBe(assets[at]!.key);
    }),
  ]);

  const rotate = (): StartedCli => cli.start(['keys', 'rotate', here(), '--wait', '600', '--json']);
  for (const atMs of [0, 300]) {
    const cut = rotate();
    while ((await keysInFile()) === 1 && cut.ran.code === null) await pause(2);
    await pause(atMs);
    cut.signal('SIGKILL');
    await cut.end();
    const last = await rotate().end();
    expect(last, last.stderr).toMatchObject({ code: 0 });
    const { keyId, unreadable } = JSON.parse(last.stdout) as Rotation;
    expect(unreadable).toEqual([]);
    expect(await keysInUse()).toEqual([keyId]);
    expect(await keysInFile()).toBe(1);
  }
  isOver = true;
  for (const count of await working) expect(count).toBeGreaterThan(1);
  expect(failures).toEqual([]);
  expect(await keysInUse()).not.toEqual([first]);
  const retired = (await readdir(mooring.dataDir)).filter(name => name.startsWith('secret.key.retired-'));
  expect(retired).toContain(`secret.key.retired-${first}`);
  for (const id of [byApp, bySas]) expect(await client.runChecks(id)).toMatchObject({ status: 'healthy' });
});

test('says for people what it does, and what becomes of the old key', async () => {
  const [old] = await keysInUse();
  const { code, stdout, stderr } = await cli.run(['keys', 'rotate', here(), '--wait', '600']);
  expect(code, stderr).toBe(0);
  const [keyId] = await keysInUse();
  expect(stdout).toMatch(
    new RegExp(`^The key ${keyId} seals all credentials\\. \\d+ were sealed anew\\.\n$`),
  );
  expect(stderr).toContain(`The new key is ${keyId}.`);
  expect(stderr).toContain(`The old key ${old} is taken out of the file ${keyFile()}.`);
  const env = { MOORING_SECRET_KEY: (await readFile(keyFile(), 'utf8')).trim() };
  const fixed = await cli.run(['keys', 'rotate', here()], { env });
  expect(fixed.code).toBe(1);
  expect(fixed.stderr).toMatch(/comes from MOORING_SECRET_KEY, where Mooring cannot put a new one/);
});

/** Of the location of a connection. */
const CHANGE = () => [`"endpoint": "${storage.endpoint}`, `"endpoint": "${evil.endpoint}`] as const;

test('an altered export is refused by the name of what was altered, with the key and without', async () => {
  const file = join(home.path, 'export');
  await cli.json(['export', file, here()]);
  const text = gunzipSync(await readFile(file)).toString();
  const write = async (name: string, changed: string) => {
    expect(changed).not.toBe(text);
    await writeFile(join(home.path, name), gzipSync(changed));
    return join(home.path, name);
  };
  const env = { MOORING_SECRET_KEY: (await readFile(keyFile(), 'utf8')).trim() };
  const into = (name: string) => `--data-dir=${join(home.path, 'into', name)}`;
  const endpoint = await write('endpoint', text.replaceAll(...CHANGE()));
  const member = await write('member', text.replace(/\tadministrator\t/, '\tviewer\t'));
  for (const [altered, table, environment] of [
    [endpoint, 'connections', env],
    [endpoint, 'connections', {}],
    [member, 'members', env],
  ] as const) {
    const { code, stderr } = await cli.run(['import', altered, into('refused')], { env: environment });
    expect(code).toBe(1);
    expect(stderr).toContain(`The export was altered after it was written: the table ${table} is not what`);
  }
  const unsigned = await write('unsigned', text.replace(/("signature":)\{.*\}(\}\n)$/, '$1null$2'));
  const { stderr } = await cli.run(['import', unsigned, into('refused')], { env });
  expect(stderr).toMatch(/The export has no signature[\s\S]*--unsigned/);

  // An attacker can make what is signed fit what is there, but not sign it: the first server with the key finds out.
  const forged = await write('forged', forge(text, ...CHANGE()));
  expect((await cli.run(['import', forged, into('refused')], { env })).stderr).toMatch(
    /altered after it was written: the table connections is not what/,
  );
  await cli.json(['import', forged, into('forged')]);
  const started = await cli.run(['serve', '--port=0', into('forged')], { env });
  expect(started.code).toBe(1);
  expect(started.stderr).toMatch(
    /filled from an export that was altered: the table connections is not what this installation wrote/,
  );
  await cli.json(['import', file, into('good')]);
  const good = await startServe(cli, ['--port=0', '--local-workers=0', into('good')], env);
  await good.stop();
});

/** Changes a text everywhere, and every checksum that it counts in. */
function forge(text: string, from: string, to: string): string {
  const sha256 = (content: string) => createHash('sha256').update(content).digest('hex');
  const changed = text.replaceAll(from, to);
  const end = changed.lastIndexOf('{"sha256"');
  const [body, footer] = [changed.slice(0, end), JSON.parse(changed.slice(end))];
  const parts = [body.slice(0, body.indexOf('\n') + 1)];
  let rest = body.slice(parts[0]!.length);
  while (rest !== '') {
    const after = rest.startsWith('\\.\n') ? 3 : rest.indexOf('\n\\.\n') + 4;
    parts.push(rest.slice(0, after));
    rest = rest.slice(after);
  }
  parts.forEach((part, at) => {
    footer.signature.parts[at].sha256 = sha256(part);
  });
  return `${body}${JSON.stringify({ ...footer, sha256: sha256(body) })}\n`;
}
