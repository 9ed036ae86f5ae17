import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  type Asset,
  type AuditEntry,
  type CheckRun,
  type Connection,
  connection as connectionSchema,
  type Operation,
  type SignedUrl,
  type Token,
  type TokenCreated,
} from '@mooring/contract';
import { type Storage, startStorage } from '@mooring/emulators';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Cli, createCli, FROM_SOURCE } from '../support/cli.ts';
import { embeddedPid } from '../support/embedded-database.ts';
import { createPlainClient, type PlainClient } from '../support/plain-client.ts';
import { type Serve, startServe } from '../support/serve.ts';
import { counts } from '../support/sync.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { until } from '../support/wait.ts';

/** A GIF of one pixel. */
const PHOTO = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

const OK = 0;
const FAILED = 1;
const USAGE = 2;
const NOT_SIGNED_IN = 3;
const NOT_FOUND = 4;
const CHECKS_FAILED = 5;
const UNREACHABLE = 6;
const INTERRUPTED = 130;

let storage: Storage;
let plain: PlainClient;
let home: Awaited<ReturnType<typeof temporaryDirectory>>;
let dataDir: string;
let cli: Cli;
let serve: Serve;
/** What `serve` is given on its command line. */
let settings: string[];
/** What names the container, for `connection add`. */
let place: string[];
let ids: string[];

beforeAll(async () => {
  storage = await startStorage();
  await storage.put({ key: 'a/photo one.gif', body: PHOTO, contentType: 'image/gif' });
  await storage.put({ key: 'a/notes.txt', body: 'notes', contentType: 'text/plain' });
  await storage.put({ key: 'b.txt', body: 'b', contentType: 'text/plain' });
  plain = createPlainClient(storage.certificates.ca);
  home = await temporaryDirectory('home');
  dataDir = join(home.path, 'data');
  cli = createCli(home.path, { NODE_EXTRA_CA_CERTS: storage.certificates.caFile });
  settings = [
    '--port=0',
    `--data-dir=${dataDir}`,
    `--azure-authority-host=${storage.authorityHost}`,
    '--allow-private-endpoints=true',
  ];
  place = [`--account=${storage.account.name}`, `--endpoint=${storage.endpoint}`, '--container=media'];
  ids = [`--tenant-id=${storage.app.tenantId}`, `--client-id=${storage.app.clientId}`];
  serve = await startServe(cli, settings);
  await storage.allowOrigins([serve.url]);
});
afterAll(async () => {
  await serve?.stop();
  await plain?.close();
  await storage?.stop();
  await home?.remove();
});

/** Runs a command, which has to end like this; what it printed. */
async function expectExit(code: number, args: string[], options?: Parameters<Cli['run']>[1]) {
  const ran = await cli.run(args, options);
  expect({ args, ...ran }).toMatchObject({ args, code });
  return ran;
}

test('serve says on stdout where it answers and how to sign in, and logs to stderr', () => {
  const { stdout, stderr } = serve.ran;
  expect(stdout).toBe(
    `Mooring answers at ${serve.url}\n\nSign in as the administrator, once, within an hour:\n  ${serve.signInLink}\n`,
  );
  expect(serve.signInLink).toMatch(new RegExp(`^${serve.url}/sign-in#code=[\\w-]{40,}$`));
  const lines = stderr
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  expect(lines.map(({ msg }) => msg)).toEqual(
    expect.arrayContaining(['started the embedded database', 'serving', 'started a worker process']),
  );
});

describe('signing in', () => {
  test('is asked for until it is done', async () => {
    const url = ['--url', serve.url];
    const { stdout, stderr } = await expectExit(NOT_SIGNED_IN, ['connection', 'list', ...url]);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^✗ The request came without a credential\.\n {2}Fix: Run `mooring sign-in`/);
    const machine = await expectExit(NOT_SIGNED_IN, ['connection', 'list', '--json', ...url]);
    expect(JSON.parse(machine.stderr).error).toMatchObject({
      code: 'unauthenticated',
      fix: expect.any(String),
    });
  });

  test('keeps a token in a file for this user alone, and works once for each link', async () => {
    const { stdout, stderr } = await expectExit(OK, ['sign-in', serve.signInLink!]);
    expect(stdout).toMatch(new RegExp(`^Signed in to ${serve.url} as .+\\.\n$`));
    const file = join(home.path, '.config', 'mooring', 'account.json');
    expect(stderr).toContain(file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ url: serve.url });
    const again = await expectExit(NOT_SIGNED_IN, ['sign-in', serve.signInLink!]);
    expect(again.stderr).toMatch(/^✗ This sign-in link has been used before/);
    expect((await expectExit(USAGE, ['sign-in', 'hello'])).stderr).toContain('This is not a sign-in link.');
  });
});

describe('a connection', () => {
  test('is added with a secret from the environment, a file or standard input', async () => {
    const env = { MOORING_CLIENT_SECRET: storage.app.clientSecret };
    const human = await expectExit(OK, ['connection', 'add', ...place, ...ids, '--name=by app'], { env });
    expect(human.stdout).toMatch(/^id +con_\w{20}\nname +by app\nstatus +· draft\nchecked +never\n/);
    expect(human.stdout).toMatch(/^delivery +direct: browsers load from the storage$/m);
    expect(human.stderr).toMatch(/^\nNext: mooring connection check con_\w{20}\n$/);

    const file = join(home.path, 'sas.txt');
    await writeFile(file, `${storage.sas()}\n`);
    const bySas = await cli.json<Connection>([
      'connection',
      'add',
      `${storage.endpoint}/media`,
      '--name=by SAS',
      '--sas-token-file',
      file,
    ]);
    expect(connectionSchema.parse(bySas)).toMatchObject({
      name: 'by SAS',
      delivery: 'relay',
      status: 'draft',
    });
    const args = [
      'connection',
      'add',
      `${storage.endpoint}/media/a/`,
      '--name=by input',
      '--sas-token-file',
      '-',
    ];
    const byInput = await cli.json<Connection>(args, { stdin: `?${storage.sas()}\n` });
    expect(byInput.location).toMatchObject({ container: 'media', prefix: 'a/' });

    const listed = await cli.json<Connection[]>(['connection', 'list']);
    expect(listed.map(({ name }) => name)).toEqual(['by app', 'by SAS', 'by input']);
    const table = await expectExit(OK, ['connection', 'list']);
    expect(table.stdout.trim().split('\n')).toHaveLength(4);
    expect(await cli.json<Connection>(['connection', 'show', 'by SAS'])).toEqual(listed[1]);
  });

  test('is refused with what is wrong and what to do', async () => {
    const missing = await expectExit(USAGE, ['connection', 'add', '--kind=azure', '--name=x']);
    expect(missing.stderr).toMatch(/^✗ Which container\?\n {2}Fix: /);
    const none = await expectExit(USAGE, ['connection', 'add', ...place]);
    expect(none.stderr).toMatch(/^✗ No credential is given\.\n {2}Fix: /);
    const env = { MOORING_SAS_TOKEN: storage.sas({ permissions: 'r' }) };
    const weak = await expectExit(FAILED, ['connection', 'add', ...place], { env });
    expect(weak.stderr).toMatch(/^✗ This token lacks the permission List \(sp=r\)\.\n/);
    expect(weak.stderr).toMatch(/^ {2}Fix: Make a new account SAS/m);
    expect(weak.stderr).toMatch(/^ {2}sas_missing_permission$/m);
    const machine = await expectExit(FAILED, ['connection', 'add', ...place, '--json'], { env });
    expect(machine.stdout).toBe('');
    expect(JSON.parse(machine.stderr).error).toMatchObject({
      code: 'sas_missing_permission',
      errors: [{ path: 'credential.sasToken', message: expect.any(String) }],
    });
  });

  test('is checked: each check with its mark, and 0 where all pass', async () => {
    const human = await expectExit(OK, ['connection', 'check', 'by app']);
    const marks = human.stdout.split('\n').filter(line => line.startsWith('✓ '));
    expect(marks).toHaveLength(12);
    expect(human.stdout).toMatch(/\nby app is healthy\n$/);
    const run = await cli.json<CheckRun>(['connection', 'check', 'by SAS']);
    expect(run.status).toBe('healthy');
    expect(run.checks.map(({ status }) => status)).toEqual(Array.from({ length: 9 }, () => 'passed'));
  });

  test('whose role is taken away fails its checks: 5, with the fix and the command for it', async () => {
    const { settings: azure } = storage.front;
    const roles = azure.roleAssignments;
    azure.roleAssignments = [];
    const human = await expectExit(CHECKS_FAILED, ['connection', 'check', 'by app']);
    const machine = await expectExit(CHECKS_FAILED, ['connection', 'check', 'by app', '--json']);
    azure.roleAssignments = roles;
    expect(human.stdout).toMatch(/^✗ Listing {2}failed/m);
    expect(human.stdout).toMatch(/^ {4}Seen: +The app [0-9a-f-]{36} may not list the container “media”/m);
    expect(human.stdout).toMatch(/1\. Grant it the role Storage Blob Data Reader/);
    expect(human.stdout).toMatch(/az role assignment create/);
    expect(human.stdout).toMatch(/^– .* skipped: blocked by “Listing”$/m);
    expect(human.stdout).toMatch(/\nby app is broken: /);
    expect((JSON.parse(machine.stdout) as CheckRun).status).toBe('broken');
    await expectExit(OK, ['connection', 'check', 'by app']);
  });
});

describe('a sync', () => {
  test('makes a source where there is none, waits, and counts', async () => {
    const first = await expectExit(OK, ['sync', 'by app']);
    expect(first.stdout).toMatch(/^id +op_\w{20}\nkind +sync of source src_\w{20}\nstatus +✓ succeeded\n/);
    expect(first.stdout).toMatch(/^counts +3 listed: 3 added$/m);
    expect(first.stderr).toMatch(/^by app had no source: made src_\w{20} for media\/\n/);
    const [again] = await cli.json<Operation[]>(['sync', 'by app']);
    expect(again).toMatchObject({ status: 'succeeded', counts: counts({ listed: 3, unchanged: 3 }) });
    const [part] = await cli.json<Operation[]>(['sync', 'by input']);
    expect(part).toMatchObject({ status: 'succeeded', counts: counts({ listed: 2, added: 2 }) });
  });

  test('goes on when the waiting command ends, and ends when it is cancelled', async () => {
    const listing = storage.front.hold({ when: ({ action }) => action === 'list' });
    const waiting = cli.start(['sync', 'by app']);
    const [running] = await until('that it runs', async () => {
      const found = await cli.json<Operation[]>(['operation', 'list', '--status', 'running']);
      const syncs = found.filter(({ kind }) => kind === 'sync'); // an earlier one may be followed by a probe
      return syncs.length > 0 && syncs;
    });
    waiting.signal('SIGINT');
    const interrupted = await waiting.end();
    expect(interrupted).toMatchObject({ code: INTERRUPTED, stdout: '' });
    expect(interrupted.stderr).toContain(`mooring operation cancel ${running!.id}`);

    const busy = await expectExit(FAILED, ['sync', 'by app', '--json']);
    expect(JSON.parse(busy.stderr).error).toMatchObject({
      code: 'sync_already_running',
      operationId: running!.id,
    });
    const shown = await expectExit(OK, ['operation', 'show', running!.id]);
    expect(shown.stdout).toMatch(/^status +… running$/m);
    await expectExit(OK, ['operation', 'cancel', running!.id]);
    const ended = await until('its end', async () => {
      const now = await cli.json<Operation>(['operation', 'show', running!.id]);
      return now.finishedAt !== null && now;
    });
    expect(ended.status).toBe('cancelled');
    listing.release();
    const table = await expectExit(OK, ['operation', 'list', '--limit', '3']);
    expect(table.stdout).toMatch(/^ID +KIND +SUBJECT +STATUS/);
    expect(table.stdout).toMatch(new RegExp(`^${running!.id} +sync +\\S+ +– cancelled`, 'm'));
  });

  test('that fails says why: 1', async () => {
    storage.front.settings.networkOpen = false;
    const { stderr, stdout } = await expectExit(FAILED, ['sync', 'by app']);
    storage.front.settings.networkOpen = true;
    expect(stdout).toMatch(/^status +✗ failed$/m);
    expect(stderr).toMatch(/^✗ The account “acme” refuses all requests/m);
    expect(stderr).toMatch(/^ {2}Fix: /m);
  });
});

describe('assets', () => {
  let photo: Asset;

  test('are listed with filters', async () => {
    const all = await cli.json<Asset[]>(['asset', 'list', '--connection', 'by app']);
    expect(all.map(({ key }) => key)).toEqual(['a/notes.txt', 'a/photo one.gif', 'b.txt']);
    const filters = ['--connection', 'by app', '--kind', 'image', '--name', 'PHOTO'];
    photo = await until('that it is probed', async () => {
      const [found] = await cli.json<Asset[]>(['asset', 'list', ...filters]);
      return found?.media && found;
    });
    expect(photo.key).toBe('a/photo one.gif');
    expect(await cli.json<Asset[]>(['asset', 'list', '--limit', '2'])).toHaveLength(2);
    const table = await expectExit(OK, ['asset', 'list', '--connection', 'by app']);
    expect(table.stdout).toMatch(/^ID +KIND +SIZE +STATUS +FAILS +TAGS +KEY\n/);
    expect(table.stdout).toMatch(
      new RegExp(`^${photo.id} +image +42 bytes +present +a/photo one\\.gif$`, 'm'),
    );
    const none = await expectExit(OK, ['asset', 'list', '--kind', 'video']);
    expect(none).toMatchObject({ stdout: '', stderr: 'There are no such assets.\n' });
    expect(await cli.json(['asset', 'list', '--kind', 'video'])).toEqual([]);
  });

  test('are shown', async () => {
    const human = await expectExit(OK, ['asset', 'show', photo.id]);
    expect(human.stdout).toMatch(/^key +a\/photo one\.gif$/m);
    expect(human.stdout).toMatch(/^size +42 bytes \(42 bytes\)$/m);
    expect(await cli.json<Asset>(['asset', 'show', photo.id])).toEqual(photo);
  });

  test('have URLs that any client can load', async () => {
    const human = await expectExit(OK, ['asset', 'url', photo.id]);
    expect(human.stdout).toMatch(/^https:\/\/\S+\n$/);
    expect((await plain.get(human.stdout.trim())).body).toEqual(PHOTO);
    expect(human.stderr).toMatch(/^expires in \d+ min\n$/);
    const signed = await cli.json<SignedUrl>(['asset', 'url', photo.id, '--expires-in-seconds', '60']);
    expect(signed).toMatchObject({ assetId: photo.id, delivery: 'direct' });
    expect(Date.parse(signed.expiresAt) - Date.now()).toBeLessThan(61_000);
    const wrong = await expectExit(USAGE, ['asset', 'url', photo.id, '--expires-in-seconds', '1h']);
    expect(wrong.stderr).toContain('Expected a whole number from 1 to 604800.');
  });
});

test('tokens are made, shown once, listed and revoked', async () => {
  const human = await expectExit(OK, ['token', 'create', '--name', 'CI', '--role', 'editor']);
  expect(human.stdout).toMatch(/^mrg_[\w-]{40,}\n$/);
  const env = { MOORING_URL: serve.url, MOORING_TOKEN: human.stdout.trim() };
  const other = await temporaryDirectory('other-home');
  const ci = createCli(other.path, env);
  expect(await ci.json<Connection[]>(['connection', 'list'])).toHaveLength(3);
  const forbidden = await ci.run(['connection', 'remove', 'by app', '--yes']);
  expect(forbidden).toMatchObject({ code: NOT_SIGNED_IN });
  expect(forbidden.stderr).toContain('This needs the role administrator; this token is editor.');

  const made = await cli.json<TokenCreated>(['token', 'create', '--name', 'short', '--expires-in-days', '1']);
  const listed = await cli.json<Token[]>(['token', 'list']);
  expect(listed.slice(0, 2).map(({ name }) => name)).toEqual(['short', 'CI']);
  expect(listed[0]!.id).toBe(made.id);
  await expectExit(OK, ['token', 'revoke', listed[1]!.id]);
  expect(await ci.run(['connection', 'list'])).toMatchObject({ code: NOT_SIGNED_IN });
  await other.remove();
});

test('mooring alone says where one stands and what comes next', async () => {
  const human = await expectExit(OK, []);
  expect(human.stdout).toMatch(new RegExp(`^installation +${serve.url}$`, 'm'));
  expect(human.stdout).toMatch(/^3 connections, 5 assets$/m);
  expect(human.stdout).toMatch(/\nNext: mooring connection check con_\w{20}\n$/); // of the one that never was checked
  const folders = await cli.json<{ name: string; total: { assets: number } }[]>(['folder', 'list']);
  expect(folders.map(({ total }) => total.assets).sort()).toEqual([2, 3]);
});

describe('an assistant', () => {
  const stops: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0).toReversed()) await stop();
  });
  const connectBy = async (transport: Parameters<Client['connect']>[0]): Promise<Client> => {
    const assistant = new Client({ name: 'assistant', version: '1' });
    await assistant.connect(transport);
    stops.push(() => assistant.close());
    return assistant;
  };
  const overStdio = (...options: string[]) => {
    const { node, entry } = FROM_SOURCE;
    const env = { PATH: process.env.PATH ?? '', HOME: home.path };
    return connectBy(new StdioClientTransport({ command: node, args: [entry, 'mcp', ...options], env }));
  };
  const use = async (assistant: Client, name: string, input: Record<string, unknown> = {}) => {
    const { content, isError = false } = await assistant.callTool({ name, arguments: input });
    const [part] = content as { type: string; text: string; data: string; mimeType: string }[];
    return { ...part!, isError, value: part!.type === 'text' ? JSON.parse(part!.text) : null };
  };

  test('finds assets, sees a thumbnail, learns why a check fails, and can change nothing', async () => {
    const assistant = await overStdio();
    const { tools } = await assistant.listTools();
    expect(tools.map(({ name }) => name)).not.toContain('start_sync');
    for (const { annotations, description } of tools)
      expect({ description, ...annotations }).toMatchObject({ readOnlyHint: true });

    const connections = await use(assistant, 'list_connections');
    const { id: connectionId } = connections.value.items.find(({ name }: Connection) => name === 'by app');
    const found = await use(assistant, 'find_assets', { name: 'PHOTO', kind: 'image', connectionId });
    const [photo] = found.value.items;
    expect(photo).toMatchObject({ key: 'a/photo one.gif', width: 1, height: 1, mediaType: 'image/gif' });
    const page = await use(assistant, 'find_assets', { connectionId, limit: 2, sort: '-key' });
    expect(page.value.items.map(({ key }: Asset) => key)).toEqual(['b.txt', 'a/photo one.gif']);
    const rest = await use(assistant, 'find_assets', {
      ...{ connectionId, limit: 2, sort: '-key', cursor: page.value.nextCursor },
    });
    expect(rest.value).toMatchObject({ items: [{ key: 'a/notes.txt' }], nextCursor: null });
    const shown = await use(assistant, 'show_asset', { assetId: photo.id });
    expect(shown.value).toEqual(await cli.json<Asset>(['asset', 'show', photo.id]));
    const picture = await use(assistant, 'show_thumbnail', { assetId: photo.id });
    expect(picture).toMatchObject({ type: 'image', mimeType: 'image/webp' });
    expect(Buffer.from(picture.data, 'base64').subarray(8, 12).toString()).toBe('WEBP');
    const sources = await use(assistant, 'list_sources', { connectionId });
    expect(sources.value.items).toMatchObject([{ container: 'media', assetCount: 3 }]);
    const operations = await use(assistant, 'list_operations', { limit: 1 });
    const { id: operationId } = operations.value.items[0];
    const operation = await use(assistant, 'show_operation', { operationId });
    expect(operation.value).toMatchObject({ operation: { id: operationId }, errors: [] });

    const { settings: azure } = storage.front;
    const roles = azure.roleAssignments;
    azure.roleAssignments = [];
    await expectExit(CHECKS_FAILED, ['connection', 'check', 'by app']);
    azure.roleAssignments = roles;
    const { value } = await use(assistant, 'explain_checks', { connectionId });
    expect(value).toMatchObject({ status: 'broken', skipped: expect.arrayContaining(['Signed URL']) });
    expect(value.notPassed).toContainEqual(
      expect.objectContaining({ title: 'Listing', observed: expect.stringContaining('may not list') }),
    );
    await expectExit(OK, ['connection', 'check', 'by app']);
  });

  test('has the rights of the token that each request brings, and syncs where that is allowed', async () => {
    const started = cli.start(['mcp', '--listen', '127.0.0.1:0', '--allow-sync']);
    stops.push(async () => {
      started.signal('SIGINT');
      expect(await started.end()).toMatchObject({ code: OK });
    });
    const url = await until('that it answers', async () => /http:\S+/.exec(started.ran.stdout)?.[0]);
    const withToken = (secret: string) =>
      connectBy(
        new StreamableHTTPClientTransport(new URL(url), {
          requestInit: { headers: { authorization: `Bearer ${secret}` } },
        }),
      );
    const make = (role: string) =>
      cli.json<TokenCreated>(['token', 'create', '--name', `assistant ${role}`, '--role', role]);
    const [viewer, editor] = [await make('viewer'), await make('editor')];
    const byViewer = await withToken(viewer.secret);
    const { value: sources } = await use(byViewer, 'list_sources', { limit: 1 });
    const sourceId = sources.items[0].id;
    const refused = await use(byViewer, 'start_sync', { sourceId });
    expect(refused).toMatchObject({ isError: true, value: { code: 'forbidden', fix: expect.any(String) } });
    const { value: assets } = await use(byViewer, 'find_assets', { kind: 'image', limit: 1 });
    await expectExit(OK, ['audit', 'edit', '--reads', 'on']);
    await use(byViewer, 'show_thumbnail', { assetId: assets.items[0].id });
    await expectExit(OK, ['audit', 'edit', '--reads', 'off']);
    const entries = await cli.json<AuditEntry[]>(['audit', 'list', '--limit', '9']);
    expect(entries).toContainEqual(
      expect.objectContaining({
        assetIds: [assets.items[0].id],
        caller: expect.objectContaining({ id: viewer.id }),
      }),
    );

    const byEditor = await withToken(editor.secret);
    const { value: operation } = await use(byEditor, 'start_sync', { sourceId, dryRun: true });
    await until('that the sync has ended', async () => {
      const { value } = await use(byEditor, 'show_operation', { operationId: operation.id });
      return value.operation.status === 'succeeded' && value.operation.report.dryRun;
    });
    await expect(withToken('')).rejects.toThrow(/Bearer/);
    expect((await fetch(url)).status).toBe(405);
    expect((await use(await withToken('mrg_wrong'), 'list_sources')).value.code).toBe('unauthenticated');
  });
});

describe('exit codes', () => {
  const unknown = (prefix: string) => `${prefix}_01k9zq3v8w2m4n6p8r0t`;
  test.each([
    [NOT_FOUND, ['asset', 'show', unknown('ast')]],
    [NOT_FOUND, ['asset', 'url', unknown('ast')]],
    [NOT_FOUND, ['operation', 'show', unknown('op')]],
    [NOT_FOUND, ['operation', 'cancel', unknown('op')]],
    [NOT_FOUND, ['connection', 'check', unknown('con')]],
    [NOT_FOUND, ['connection', 'check', 'unknown']],
    [NOT_FOUND, ['sync', unknown('src')]],
    [NOT_FOUND, ['token', 'revoke', unknown('tok')]],
    [USAGE, ['asset', 'lst']],
    [USAGE, ['asset', 'list', '--kind', 'film']],
    [USAGE, ['operation', 'show']],
    [USAGE, ['connection', 'remove', 'by app']],
    [USAGE, ['connection', 'list', '--url', 'nowhere']],
    [UNREACHABLE, ['connection', 'list', '--url', 'http://127.0.0.1:1']],
    [FAILED, ['serve', '--port', 'high']],
    [FAILED, ['migrate', '--data-dir', '/dev/null/data']],
  ])('%i: mooring %j', async (code, args) => {
    const { stdout, stderr } = await expectExit(code, args);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^✗ .+/m);
  });
});

test('config shows the settings and where they come from, and hides what is secret', async () => {
  const file = join(home.path, 'settings.json');
  await writeFile(file, JSON.stringify({ port: 8080, signWindowSeconds: 300 }));
  const env = {
    DATABASE_URL: 'postgres://mooring:hunter2@db.example:5432/mooring?sslmode=require',
    MOORING_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
    MOORING_HOST: '0.0.0.0',
  };
  const args = ['config', '--config', file, '--port', '9090'];
  const rows = await cli.json<{ name: string; value: string; from: string }[]>(args, { env });
  const found = Object.fromEntries(rows.map(({ name, value, from }) => [name, [value, from]]));
  expect(found).toMatchObject({
    databaseUrl: ['postgres://mooring:***@db.example:5432/mooring?sslmode=require', 'DATABASE_URL'],
    secretKey: ['***', 'MOORING_SECRET_KEY'],
    host: ['0.0.0.0', 'MOORING_HOST'],
    port: [9090, '--port'],
    signWindowSeconds: [300, file],
    localWorkers: [1, 'default'],
  });
  const { stdout } = await expectExit(OK, args, { env });
  expect(stdout).toMatch(/^SETTING +VALUE +FROM +VARIABLE\n/);
  expect(stdout).not.toMatch(/hunter2|BwcHBwcH/);
});

test('a connection is removed when it is said twice, with all that is known of it', async () => {
  const human = await expectExit(OK, ['connection', 'remove', 'by input', '--yes']);
  expect(human.stdout).toMatch(/^kind +remove-connection of connection con_\w{20}$/m);
  expect(human.stdout).toMatch(/^status +✓ succeeded$/m);
  expect((await cli.json<Connection[]>(['connection', 'list'])).map(({ name }) => name)).toEqual([
    'by app',
    'by SAS',
  ]);
});

test('serve stops in good order when it is asked to, with its workers and its database', async () => {
  expect(await embeddedPid(dataDir)).not.toBeNull();
  serve.signal('SIGTERM');
  const { code, stderr } = await serve.end();
  expect(code).toBe(0);
  expect(JSON.parse(stderr.trim().split('\n').at(-1)!)).toMatchObject({ msg: 'stopped' });
  expect(await embeddedPid(dataDir)).toBeNull();
  await expectExit(UNREACHABLE, ['connection', 'list']);

  // The first sign-in is done, so there is no link any more. The person who runs the server can make one.
  serve = await startServe(cli, settings);
  expect(serve.ran.stdout).toBe(`Mooring answers at ${serve.url}\n`);
  const { stdout } = await expectExit(OK, ['sign-in-link', ...settings, `--public-url=${serve.url}`]);
  expect((await expectExit(OK, ['sign-in', '-'], { stdin: stdout })).stdout).toContain(
    `Signed in to ${serve.url}`,
  );
  expect(await cli.json<Connection[]>(['connection', 'list'])).toHaveLength(2);
});
