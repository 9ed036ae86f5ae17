import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type ConnectionCreate, signInCode } from '@mooring/contract';
import {
  createAppCertificate,
  createIdentities,
  type Identities,
  type Storage,
  startStorage,
  withOtherSignature,
} from '@mooring/emulators';
import { createClient, type MooringClient } from '@mooring/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCli, type Ran } from '../support/cli.ts';
import { connect, withApp, withSas, withTwoSas } from '../support/connect.ts';
import { dumpTables } from '../support/database.ts';
import { connectToEmbedded, embeddedPid } from '../support/embedded-database.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { createPlainClient, type PlainClient } from '../support/plain-client.ts';
import { killNow } from '../support/processes.ts';
import { createRecorder } from '../support/recording.ts';
import { filesBelow, type Secret, secretsIn, signatureOf } from '../support/secrets.ts';
import { assetsOf, sync } from '../support/sync.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { until } from '../support/wait.ts';

/** Stands for a secret where the search itself is tested: it is put where it may be seen. */
const PLANTED = 'planted7Q~in-plain-sight_0123456789';

let storage: Storage;
let identities: Identities;
let mooring: Mooring;
let plain: PlainClient;
let client: MooringClient;
const recorder = createRecorder();
const said: Ran[] = [];
let home: Awaited<ReturnType<typeof temporaryDirectory>>;

/** The secrets. They may be found nowhere, except in the answers that are made to hand them out. */
const secrets: Secret[] = [];
const keep = (name: string, value: string): string => {
  secrets.push({ name, value });
  return value;
};
const keepSas = (name: string, token: string): string => {
  keep(name, signatureOf(token));
  return token;
};

beforeAll(async () => {
  storage = await startStorage();
  identities = await createIdentities(storage, { path: process.env.PATH ?? '' });
  await storage.put({ key: 'a.txt', body: 'a', contentType: 'text/plain' });
  await storage.put({ key: 'b/c.txt', body: 'c', contentType: 'text/plain' });
  plain = createPlainClient(storage.certificates.ca);
  home = await temporaryDirectory('home');
  mooring = await startMooring(storage, {
    ...identities.environment,
    MOORING_LOG_LEVEL: 'trace',
    NODE_OPTIONS: `--import=${crashing()}`,
  });
  client = createClient({ baseUrl: mooring.url, token: mooring.token, fetch: recorder.fetch });
});
afterAll(async () => {
  await plain?.close();
  await mooring?.stop();
  await identities?.stop();
  await storage?.stop();
  await home?.remove();
});

/**
 * A module that lets the server crash on SIGUSR2, as a library would that reports what it was
 * doing: with the URL, the headers and the body in the error, its cause and its fields. As it is a data: URL, its
 * whole source stands in the stack too.
 */
function crashing(): string {
  const sas = keepSas('SAS in a crash', storage.sas());
  const secret = keep('client secret in a crash', 'xyz8Q~crashcrashcrashcrashcrashcrash0123');
  const token = keep('token in a crash', `mrg_${'CrashToken0123456789'.repeat(2)}abc`);
  const code = `process.once('SIGUSR2', () => {
    const url = ${JSON.stringify(`${storage.endpoint}/media?${sas}`)};
    const cause = Object.assign(new Error('POST https://login.example/token?client_secret=${secret} failed'), {
      config: { headers: { authorization: 'Bearer ' + ${JSON.stringify(token)} }, url },
      body: ${JSON.stringify(`grant_type=client_credentials&client_secret=${encodeURIComponent(secret)}`)},
    });
    setTimeout(() => { throw Object.assign(new Error('GET ' + url + ' broke', { cause }), { url }); });
  });`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}
test('a whole run, with all that can go wrong', async () => {
  keep('first sign-in code', signInCode(mooring.firstSignInLink)!);
  keep('first token', mooring.token);
  keep('client secret', storage.app.clientSecret);
  keep('account key', storage.account.key);
  keep('private key of a certificate', keyLine(identities.certificate));
  keep('client secret of the installation’s app', identities.mooringAppSecret);
  keep('secret key', (await readFile(join(mooring.dataDir, 'secret.key'), 'utf8')).trim());

  // A person signs in, makes tokens, and signs out.
  const link = await client.call('createSignInLink');
  const code = keep('sign-in code', signInCode(link.url)!);
  const origin = mooring.url;
  const signedIn = await recorder.fetch(`${origin}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ code }),
  });
  const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
  keep('session cookie', cookie.slice(cookie.indexOf('=') + 1));
  const browser = createClient({ baseUrl: origin, fetch: recorder.fetch });
  const asBrowser = { headers: { cookie, origin } };
  const made = await browser.call('createToken', { body: { name: 'browser', role: 'viewer' }, ...asBrowser });
  keep('token of the browser', made.secret);
  await browser.call('deleteToken', { params: { tokenId: made.id }, ...asBrowser });
  const headers = { 'idempotency-key': 'secrets-1' };
  const twice = () => client.call('createToken', { body: { name: 'twice', role: 'viewer' }, headers });
  keep('token made twice', (await twice()).secret);
  expect((await twice()).secret).toBe(secrets.at(-1)!.value);

  // Connections that work.
  const sasToken = keepSas('SAS', storage.sas());
  const two = withTwoSas(storage);
  keepSas('SAS beside a delivery SAS', String(two.credential.sasToken));
  keepSas('delivery SAS', String(two.credential.deliverySasToken));
  const containerSas = keepSas('SAS of the container', storage.containerSas());
  const bodies = [
    { ...withApp(storage), name: PLANTED },
    withSas(storage, `?${sasToken}`),
    two,
    withSas(storage, containerSas),
    ...Object.values(identities.credentials).map(credential => ({ ...withApp(storage), credential })),
  ];
  for (const body of bodies) {
    const { connection, source } = await connect(client, storage, body);
    const { ownership } = connection;
    if (ownership) await storage.put({ key: ownership.markerKey, body: ownership.token });
    expect((await client.runChecks(connection.id)).status).toBe('healthy');
    expect((await sync(client, source.id)).status).toBe('succeeded');
    const assetIds = (await assetsOf(client, source.id)).map(({ id }) => id);
    const { items } = await client.call('signAssets', { body: { assetIds } });
    for (const { url, delivery } of items) {
      if (delivery === 'direct' && body !== two) keep('signed URL', signatureOf(url));
      if (delivery === 'relay') keep('relay address', url.slice(url.lastIndexOf('/') + 1));
      expect((await plain.get(url, { range: 'bytes=0-0', origin })).status).toBe(206);
    }
    await client.call('getAssetContent', { params: { assetId: assetIds[0]! } });
  }

  // A webhook for what goes wrong with the others. Nothing answers at its address.
  const webhook = await client.call('createWebhook', { body: { url: 'http://127.0.0.1:9/hook' } });
  keep('secret of a webhook', webhook.secret.slice('whsec_'.length));
  await client.call('testWebhook', { params: { webhookId: webhook.id } });

  // Connections that do not.
  const app = storage.app;
  const wrongSecret = keep('wrong client secret', 'abc8Q~wrongwrongwrongwrongwrongwrong0123');
  const wrongSas = keepSas('changed SAS', withOtherSignature(sasToken));
  const stranger = await createAppCertificate();
  keep('private key of another certificate', keyLine(stranger));
  const certificate = identities.credentials['azure-app-certificate'];
  const failing: ConnectionCreate[] = [
    { ...withApp(storage), credential: { ...certificate, certificatePem: stranger.pem } },
    { ...withApp(storage), credential: { kind: 'azure-app', ...app, clientSecret: wrongSecret } },
    withSas(storage, wrongSas),
  ];
  for (const body of failing) {
    const { connection, source } = await connect(client, storage, body);
    expect((await client.runChecks(connection.id)).status).toBe('broken');
    expect((await sync(client, source.id)).status).toBe('failed');
    await client.call('replaceCredential', {
      params: { connectionId: connection.id },
      body: { credential: withApp(storage).credential },
    });
    await client.call('deleteConnection', { params: { connectionId: connection.id } });
  }

  // What is refused at once.
  const expired = keepSas('expired SAS', storage.sas({ expiresOn: new Date(Date.now() - 86_400_000) }));
  const broad = keepSas('broad SAS', storage.sas({ permissions: 'rwdl' }));
  const mixed = `${identities.certificate.certificate}${stranger.key}`;
  const refused: unknown[] = [
    { ...withApp(storage), credential: { ...certificate, certificatePem: stranger.key } },
    { ...withApp(storage), credential: { ...certificate, certificatePem: mixed } },
    { ...withApp(storage), credential: { ...certificate, certificatePem: '', clientId: stranger.pem } },
    { ...withApp(storage), credential: { kind: 'azure-app', ...app, clientSecret: storage.account.key } },
    { ...withApp(storage), location: { url: `AccountName=acme;AccountKey=${storage.account.key}` } },
    withSas(storage, `${storage.endpoint}/other?${containerSas}`),
    withSas(storage, expired),
    withSas(storage, `${storage.endpoint}/media?${expired}`),
    withSas(storage, storage.account.key),
    withSas(storage, `AccountName=acme;AccountKey=${storage.account.key}`),
    { ...withApp(storage), credential: { kind: 'azure-sas', sasToken, deliverySasToken: broad } },
    {
      ...withApp(storage),
      credential: { kind: 'azure-app', tenantId: wrongSecret, clientId: sasToken, clientSecret: broad },
    },
    { ...withApp(storage), credential: { kind: 'azure-app', ...app, clientSecret: `${app.clientSecret} x` } },
    { ...withApp(storage), credential: { kind: 'azure-sas', sasToken, unknownField: app.clientSecret } },
    { ...withApp(storage), location: { url: `https://portal.azure.com/?${expired}` } },
    { ...withApp(storage), location: { account: wrongSecret, container: 'media' } },
  ];
  for (const body of refused)
    await expect(client.call('createConnection', { body: body as ConnectionCreate })).rejects.toMatchObject({
      status: 400,
    });
  await plain.get(`${origin}/v1/me?code=${code}&sig=${encodeURIComponent(signatureOf(expired))}`);
  await plain.get(`${origin}/relay/${'0'.repeat(69)}`);

  // The same from the command line.
  const file = join(home.path, 'sas.txt');
  await writeFile(file, `${sasToken}\n`);
  const cli = createCli(home.path, {}, ran => said.push(ran));
  const another = await client.call('createSignInLink');
  keep('sign-in code for the command line', signInCode(another.url)!);
  expect((await cli.run(['sign-in', '-'], { stdin: another.url })).code).toBe(0);
  const account = await readFile(join(home.path, '.config', 'mooring', 'account.json'), 'utf8');
  keep('token of the command line', (JSON.parse(account) as { token: string }).token);
  const pem = join(home.path, 'app.pem');
  await writeFile(pem, identities.certificate.pem);
  const at = [`--account=${storage.account.name}`, `--endpoint=${storage.endpoint}`, '--container=media'];
  const ids = [`--tenant-id=${app.tenantId}`, `--client-id=${app.clientId}`];
  for (const [exit, args, env] of [
    [0, ['connection', 'add', ...at, '--name=by file', `--sas-token-file=${file}`], {}],
    [
      0,
      ['connection', 'add', ...at, ...ids, '--name=by env', '--json'],
      { MOORING_CLIENT_SECRET: app.clientSecret },
    ],
    [
      0,
      ['connection', 'add', ...at, `--certificate-file=${pem}`, '--name=by certificate', '--json'].concat([
        `--tenant-id=${certificate.tenantId}`,
        `--client-id=${certificate.clientId}`,
      ]),
      {},
    ],
    [1, ['connection', 'add', ...at, `--sas-token=${expired}`], {}],
    [1, ['connection', 'add', ...at, `--sas-token=${expired}`, '--json'], {}],
    [2, ['connection', 'add', `https://portal.azure.com/?${expired}`], {}],
    [2, ['connection', 'add', `--sas-tokne=${expired}`], {}],
    [5, ['connection', 'check', await addFailing(wrongSas)], {}],
    [0, ['connection', 'list'], {}],
    [0, ['connection', 'list', '--json'], {}],
    [0, ['token', 'list'], {}],
    [0, ['sync', 'by file', '--json'], {}],
    [2, ['sign-in', `${origin}/sign-in?code=${code}`], {}],
    [3, ['sign-in', link.url], {}],
    [3, ['connection', 'list'], { MOORING_URL: origin, MOORING_TOKEN: made.secret }],
  ] as [number, string[], Record<string, string>][])
    expect([args[1], (await cli.run(args, { env })).code]).toEqual([args[1], exit]);

  const [password, databaseUrl] = [
    'hunter2hunter2hunter2hunter2',
    'postgres://mooring:hunter2hunter2hunter2hunter2@127.0.0.1:1/mooring',
  ];
  keep('password of a database', password);
  for (const command of ['migrate', 'serve', 'config'])
    await cli.run([command], {
      env: {
        DATABASE_URL: databaseUrl,
        MOORING_SECRET_KEY: secrets.find(({ name }) => name === 'secret key')!.value,
      },
    });
});

/** A line of the key, as it stands in PEM, in JSON and everywhere else. */
const keyLine = ({ key }: { key: string }): string => key.split(/\r?\n/)[5]!;

const addFailing = async (sasToken: string): Promise<string> =>
  (await client.call('createConnection', { body: withSas(storage, sasToken) })).id;

test('what was sent to Microsoft Entra ID, and what came from there, is secret too', () => {
  expect(storage.entra.secrets.length).toBeGreaterThan(8);
  // What tells one from another: the whole would be found by its parts.
  for (const [index, token] of storage.entra.secrets.entries())
    keep(`token or assertion ${index + 1}`, token.split('.')[2]!);
});

test('an export holds none of them', async () => {
  const file = join(home.path, 'export.gz');
  const cli = createCli(home.path, mooring.environment, ran => said.push(ran));
  expect((await cli.run(['export', file])).code).toBe(0);
  const content = gunzipSync(await readFile(file));
  expect(secretsIn(content, [{ name: 'planted', value: PLANTED }])).toEqual(['planted']);
  expect(secretsIn(content, secrets)).toEqual([]);
});

test('the server crashes, and then its database vanishes: both are logged, and neither log holds a secret', async () => {
  process.kill(mooring.pid(), 'SIGUSR2');
  await until('the crash', async () => mooring.logs().includes('uncaught exception'));
  await mooring.halt();
  // A worker that starts while the database is away would make a new one.
  const workers = () => mooring.logs().split('waiting for operations').length;
  const before = workers();
  await mooring.restart();
  await until('its worker', async () => workers() > before);

  const postgres = join(mooring.dataDir, 'postgres');
  const pid = (await embeddedPid(mooring.dataDir))!;
  await rename(postgres, `${postgres}.away`);
  killNow(pid);
  await until('that it is noticed', async () => {
    const health = await plain.get(`${mooring.url}/ready`);
    return health.status === 503 && mooring.logs().includes('cannot start the embedded database again');
  });
  await expect(client.call('listConnections')).rejects.toMatchObject({
    problem: { requestId: expect.any(String) },
  });
  await rename(`${postgres}.away`, postgres);
  await until('that it is well again', async () => (await plain.get(`${mooring.url}/ready`)).status === 200);
});

test('no line of the log has one, nor what the commands printed', async () => {
  const logs = mooring.logs();
  const [before, after, ...more] = logs.split(mooring.firstSignInLink);
  expect(more).toEqual([]); // said once, by the first start
  const connections = await client.call('listConnections');
  expect(logs).toContain(connections.items[0]!.id);
  expect(logs).toContain('"level":"debug"');
  expect(logs).toContain('[redacted]');
  expect(secretsIn(`${before}${after}`, secrets)).toEqual([]);

  const printed = said.map(({ stdout, stderr }) => stdout + stderr).join('\n');
  expect(secretsIn(printed, [{ name: 'planted', value: PLANTED }])).toEqual(['planted']);
  expect(secretsIn(printed, secrets)).toEqual([]);
});

test('no answer has one, but for those that hand it out', async () => {
  const answers = await recorder.answers();
  expect(answers.length).toBeGreaterThan(50);
  const found = answers.flatMap(({ request, text }) =>
    secretsIn(text, secrets).map(name => `${name} in ${request.replace(/\w{2,4}_\w{20}/, ':id')}`),
  );
  expect([...new Set(found)].sort()).toEqual([
    'delivery SAS in GET /v1/assets/:id/content',
    'delivery SAS in POST /v1/assets/sign',
    'relay address in GET /v1/assets/:id/content',
    'relay address in POST /v1/assets/sign',
    'secret of a webhook in POST /v1/webhooks',
    'session cookie in POST /v1/sessions',
    'sign-in code for the command line in POST /v1/sign-in-links',
    'sign-in code in POST /v1/sign-in-links',
    'signed URL in GET /v1/assets/:id/content',
    'signed URL in POST /v1/assets/sign',
    'token made twice in POST /v1/tokens',
    'token of the browser in POST /v1/tokens',
  ]);
  expect(answers.some(({ text }) => secretsIn(text, [{ name: 'planted', value: PLANTED }]).length > 0)).toBe(
    true,
  );
});

test('no row of the database has one, nor any byte of its files', async () => {
  const database = await connectToEmbedded(mooring.dataDir);
  const dump = await dumpTables(database);
  await database.query('checkpoint');
  await database.end();
  expect([...dump.keys()]).toEqual(expect.arrayContaining(['public.connections', 'public.operations']));
  const inTables = [...dump].flatMap(([table, rows]) =>
    secretsIn(rows.join('\n'), [...secrets, { name: 'planted', value: PLANTED }]).map(
      name => `${name} in ${table}`,
    ),
  );
  // It is the name of a connection, which the audit keeps too.
  expect(inTables.toSorted()).toEqual(['planted in public.audit_entries', 'planted in public.connections']);

  const files = (await filesBelow(mooring.dataDir)).filter(({ path }) => !path.endsWith('/secret.key'));
  expect(files.some(({ path }) => path.includes('/pg_wal/'))).toBe(true);
  expect(files.some(({ path }) => path.endsWith('/postgres.log'))).toBe(true);
  const withPlanted = files.filter(({ content }) => content.includes(PLANTED));
  expect(withPlanted.length).toBeGreaterThan(0);
  const inFiles = files.flatMap(({ path, content }) =>
    secretsIn(content, secrets).map(name => `${name} in ${path}`),
  );
  expect(inFiles).toEqual([]);
});

test('the list of processes shows none', async () => {
  const pids = [mooring.pid(), ...mooring.workerPids(), (await embeddedPid(mooring.dataDir))!];
  expect(pids.length).toBeGreaterThanOrEqual(3);
  for (const pid of pids) expect(secretsIn(await readFile(`/proc/${pid}/cmdline`), secrets)).toEqual([]);
});
