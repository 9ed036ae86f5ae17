import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  CheckRun,
  Connection,
  ConnectionCreate,
  CredentialInput,
  Feed,
  FeedCreated,
  Operation,
  Source,
  UnlinkResult,
} from '@mooring/contract';
import { createClient, type MooringApiError } from '@mooring/sdk';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type House, startHouse } from '../second-kind/house.ts';
import { type Cli, createCli } from '../support/cli.ts';
import { connect, withApp } from '../support/connect.ts';
import { startServe } from '../support/serve.ts';
import { assetsOf, counts, sync } from '../support/sync.ts';
import { temporaryDirectory } from '../support/temporary.ts';
import { until } from '../support/wait.ts';
import { seriousFindings, tooWide } from './appearance.ts';
import { allPicturesShown } from './pictures.ts';
import { useStage } from './use-stage.ts';
import type { Visit } from './visit.ts';
import { beginWizard, syncNow, verify } from './wizard.ts';

// The proof that a storage kind needs nothing but itself and its registration: one that stands in ../second-kind alone
// does everything that Mooring does, beside Azure and in one installation with it.

/** Words of the other kind, which pages about this one must not say. */
const FOREIGN = /azure|entra|\bsas\b|blob|tenant|storage account|event grid/i;

let house: House;
let home: Awaited<ReturnType<typeof temporaryDirectory>>;
let cli: Cli;
const stage = useStage(async () => {
  house = await startHouse();
  await house.put('attic/1234.key');
  await house.put('attic/photos/notes/one.txt', 'one');
  await house.put('attic/photos/notes/two & three?.txt', 'two');
  await house.put('attic/spare/only.txt', 'only');
  return house.settings;
});
beforeAll(async () => {
  const picture = stage.objects.find(({ key }) => key.endsWith('chart.png'))!;
  await house.put('attic/photos/chart.png', Buffer.from(picture.body));
  home = await temporaryDirectory('home');
  const { environment, url, token } = stage.mooring;
  cli = createCli(home.path, { ...environment, MOORING_URL: url, MOORING_TOKEN: token });
});
afterAll(async () => {
  await house?.remove();
  await home?.remove();
});

const SHELF = { name: 'Shelf', provider: 'shelf', location: { room: 'attic', container: 'photos' } };
const KEY = { kind: 'shelf-key', key: '1234' };

test('the kind has at most 200 lines', async () => {
  const folder = fileURLToPath(new URL('../second-kind/shelf', import.meta.url));
  const files = await Promise.all((await readdir(folder)).map(name => readFile(join(folder, name), 'utf8')));
  expect(files.join('').trimEnd().split('\n').length).toBeLessThanOrEqual(200);
});

test('Azure is connected in the same installation, also where no kind is named', async () => {
  const { client } = stage.mooring;
  const { connection, source } = await connect(client, stage.storage);
  expect(connection.provider).toBe('azure');
  expect((await client.runChecks(connection.id)).status).toBe('healthy');
  expect(await sync(client, source.id)).toMatchObject({ status: 'succeeded' });
});

describe('the API', () => {
  /** The code of a refusal, the fields that it names, and what to do. */
  const refusalOf = (call: Promise<unknown>) =>
    call.then(
      () => null,
      ({ code, problem }: MooringApiError) => ({
        ...{ code, fix: problem.fix },
        fields: problem.errors?.map(({ path }) => path).toSorted(),
      }),
    );
  const create = (body: object) =>
    refusalOf(
      stage.mooring.client.call('createConnection', {
        body: { ...SHELF, credential: KEY, ...body } as ConnectionCreate,
      }),
    );

  test('names the wrong field of each kind, in a location and in a credential', async () => {
    const location = { room: 'attic', box: 'photos' };
    expect(await create({ location, credential: { ...KEY, colour: 'red' } })).toMatchObject({
      code: 'invalid_request',
      fields: ['credential.colour', 'location.box'],
    });
    expect(await create({ ...withApp(stage.storage), provider: 'azure', location })).toMatchObject({
      fields: ['location.box', 'location.room'],
    });
    expect(await create({ location: { room: 'attic', container: 'A-1' } })).toMatchObject({
      code: 'shelf_name',
      fields: ['location.container'],
    });
    expect(await create({ provider: undefined })).toMatchObject({
      fields: expect.arrayContaining(['location.room', 'credential.kind']),
      fix: expect.stringContaining('provider: azure, shelf'),
    });
  });

  test('judges a new credential by the kind of the connection', async () => {
    const { client } = stage.mooring;
    const { connection } = await connect(client, stage.storage);
    const replace = (connectionId: string, credential: CredentialInput) =>
      refusalOf(client.call('replaceCredential', { params: { connectionId }, body: { credential } }));
    expect(await replace(connection.id, KEY)).toMatchObject({ fields: ['credential.kind'] });
    const app = { kind: 'azure-app', ...stage.storage.app, tenant: 'x' };
    expect(await replace(connection.id, app)).toMatchObject({ fields: ['credential.tenant'] });
    const { id } = await client.call('createConnection', { body: { ...SHELF, credential: KEY } });
    expect(await replace(id, { ...KEY, pin: '1' })).toMatchObject({ fields: ['credential.pin'] });
    await client.call('deleteConnection', { params: { connectionId: id } });
  });

  test('asks each kind for its set-up, and describes both', async () => {
    const { client, url, token } = stage.mooring;
    const setup = { provider: 'shelf', location: { room: 'attic', container: 'photos', prefix: '' } };
    expect(await refusalOf(client.call('generateSetup', { body: setup }))).toMatchObject({
      fields: ['token'],
    });
    const document = await client.call('generateSetup', { body: { ...setup, token: 'mooring-1' } });
    expect(document.sections[0]!.texts['shelf-cli']!.text).toBe('shelf label photos mooring-1');
    const headers = { authorization: `Bearer ${token}` };
    const api = await (await fetch(`${url}/v1/openapi.json`, { headers })).json();
    expect(Object.keys(api.components.schemas)).toEqual(
      expect.arrayContaining(['AzureLocation', 'ShelfLocation']),
    );
  });
});

describe('in the wizard', () => {
  let visit: Visit;
  let page: Page;
  beforeAll(async () => {
    visit = await stage.visit({ still: true });
    page = visit.page;
  });
  afterAll(() => visit?.close());

  const service = (name: string) => page.getByRole('radio', { name });
  /** Says nothing of the other kind, is accessible, and fits. */
  const examine = async (name: string) => {
    expect.soft(await page.locator('main').textContent(), name).not.toMatch(FOREIGN);
    expect.soft(await seriousFindings(page), name).toEqual([]);
    expect.soft(await tooWide(page), name).toEqual([]);
  };

  test('an address chooses the kind, there and back', async () => {
    await beginWizard(page);
    await expect(service('Azure Blob Storage').isChecked()).resolves.toBe(true);
    await page.getByLabel('Address, or the account’s name').fill('shelf://attic/photos');
    await expect.poll(() => service('Acme Shelf').isChecked()).toBe(true);
    await expect.poll(() => page.getByLabel('Room', { exact: true }).inputValue()).toBe('attic');
    await page.getByLabel('Address of the box').fill(`${stage.storage.endpoint}/media`);
    await service('Azure Blob Storage').check();
    await page.getByLabel('Address, or the account’s name').fill('shelf://attic/photos');
    await page.getByLabel('Box', { exact: true }).fill('Photos!');
    await page.getByText('“Photos!” is no name of a box.').waitFor();
    await page.getByLabel('Box', { exact: true }).fill('photos');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Authorise' }).waitFor();
  });

  test('five steps lead to its assets', async () => {
    await page.getByRole('radio', { name: 'A key of the room' }).waitFor();
    await page.getByLabel('Key', { exact: true }).fill('12345');
    await page.getByText('A key has four digits.').waitFor();
    await page.getByLabel('Key', { exact: true }).fill('1234');
    await examine('authorise');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Browser access' }).waitFor();
    await examine('browser access');
    await verify(page);
    await page.getByText('Everything works.').waitFor();
    await examine('verify');
    await syncNow(page);
    await page.getByText('Done', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Browse the assets' }).click();
    await page.getByRole('grid').waitFor();
    await page.getByRole('button', { name: /^Images/ }).click();
    await allPicturesShown(page);
    expect(visit.complaints).toEqual([]);
  });

  test('the owner’s word is waited for, and found', async () => {
    await house.put('cellar/cheese/brie.txt', 'brie');
    await beginWizard(page);
    await page.getByLabel('Address, or the account’s name').fill('shelf://cellar/cheese');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('radio', { name: 'The key of the house' }).check();
    await page.getByRole('button', { name: 'Save and continue' }).click();
    await page.getByText('Does the owner of the cellar want this?').waitFor();
    await examine('ownership');
    const command = await page.getByText('shelf label cheese').first().textContent();
    await house.put(`cellar/cheese/.mooring/${command!.trim().split(' ').at(-1)}`);
    await page.getByText('The owner wants this workspace').waitFor();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('Nothing needs to be done here.').waitFor();
  });

  test('its pages say what it is, and how it ends', async () => {
    const { items } = await stage.mooring.client.call('listConnections');
    const { id, name } = items.find(({ location }) => location.container === 'photos')!;
    await page.goto(`/connections/${id}`);
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await page.getByText('A key of the room').or(page.getByText('a key of the room')).first().waitFor();
    await examine('connection');
    await page.getByRole('link', { name: 'photos', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'photos' }).waitFor();
    await page.getByRole('button', { name: 'Follow changes' }).click();
    await page.getByRole('dialog').getByText('It rings at a URL.').waitFor();
    await examine('source');
    await page.goto(`/connections/${id}`);
    await page.getByRole('button', { name: 'More actions', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Unlink' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Unlink' }).click();
    await page.getByText('What remains in the house').first().waitFor();
    await page.getByText('shelf lock attic').first().waitFor();
    await expect.poll(() => page.getByRole('dialog').textContent()).not.toMatch(FOREIGN);
  });
});

describe('on the command line', () => {
  let source: Source;

  test('the address chooses the kind, and everything is done for it', async () => {
    const add = ['connection', 'add', 'shelf://attic/spare', '--name', 'spare', '--key-file', '-'];
    const wrong = await cli.run(add, { stdin: '12' });
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('A key has four digits.') });
    const connection = await cli.json<Connection>(add, { stdin: '1234' });
    expect(connection).toMatchObject({ provider: 'shelf', location: { room: 'attic', container: 'spare' } });
    expect(await cli.json<CheckRun>(['connection', 'check', 'spare'])).toMatchObject({ status: 'healthy' });
    source = await cli.json<Source>(['source', 'add', 'spare']);
    const [synced] = await cli.json<Operation[]>(['sync', source.id]);
    expect(synced!.counts).toEqual(counts({ listed: 1, added: 1 }));
    const shown = await cli.run(['connection', 'show', 'spare']);
    expect(shown.stdout).toMatch(/^room +attic$/m);
    expect(shown.stdout).not.toMatch(FOREIGN);
    const [asset] = await assetsOf(stage.mooring.client, source.id);
    const { stdout } = await cli.run(['asset', 'url', asset!.id]);
    expect(await (await fetch(stdout.trim())).text()).toBe('only');
  });

  test('what belongs to the other kind is refused, and named', async () => {
    const refused = async (...args: string[]) => {
      const { code, stderr } = await cli.run(args);
      expect(code, stderr).toBe(2);
      return stderr;
    };
    const setup = ['connection', 'setup', '--connection', 'spare'];
    expect(await refused(...setup, '--format', 'terraform')).toContain(
      'terraform is not a choice of Acme Shelf',
    );
    expect(await refused(...setup, '--narrowing', 'abac')).toContain('abac is not a choice of Acme Shelf');
    expect(await refused('feed', 'add', source.id, '--queue', 'https://x')).toContain(
      '--queue is not an option of Acme Shelf',
    );
    const inventory = ['source', 'inventory', source.id, 'x-manifest.json', '--container', 'spare'];
    const { code, stderr } = await cli.run(inventory);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('Acme Shelf') });
  });

  test('an event of the service brings an object', async () => {
    const { id, webhookUrl } = await cli.json<FeedCreated>(['feed', 'add', source.id]);
    await house.put('attic/spare/new.txt', 'new');
    const ring = (body: unknown) =>
      fetch(webhookUrl!, {
        method: 'POST',
        headers: { 'content-type': 'application/vnd.shelf+json' },
        body: JSON.stringify(body),
      });
    expect((await ring({ box: 'spare', key: 'new.txt' })).status).toBe(200);
    expect((await ring([{ id: '1', eventType: 'Microsoft.Storage.BlobCreated' }])).status).toBe(200);
    const { client } = stage.mooring;
    await until('the asset', async () =>
      (await assetsOf(client, source.id)).some(({ key }) => key === 'new.txt'),
    );
    const feeds = await cli.json<Feed[]>(['feed', 'list', source.id]);
    expect(feeds).toMatchObject([
      { id, kind: 'shelf-bell', address: null, receivedCount: 2, lastError: null },
    ]);
  });
});

describe('an identity that others use too', () => {
  test('reaches nothing before the owner has labelled the box', async () => {
    await house.put('cellar/wine/red.txt', 'red');
    const add = ['connection', 'add', 'shelf://cellar/wine', '--name', 'wine', '--house'];
    const { ownership } = await cli.json<Connection>(add);
    expect(ownership).toMatchObject({ provenAt: null });
    const { stdout } = await cli.run(['connection', 'setup', '--connection', 'wine']);
    expect(stdout).toBe(`# Label the box\nshelf label wine ${ownership!.token}\n`);
    const early = await cli.run(['connection', 'prove', 'wine']);
    expect(early).toMatchObject({ code: 5, stdout: expect.stringContaining('shelf label wine') });
    await house.put(`cellar/wine/${ownership!.markerKey}`);
    const proven = await cli.json<Connection>(['connection', 'prove', 'wine']);
    expect(proven.ownership).toMatchObject({ provenBy: 'label' });
    expect(await cli.json<CheckRun>(['connection', 'check', 'wine'])).toMatchObject({ status: 'healthy' });
  });

  test('the label is no asset', async () => {
    const source = await cli.json<Source>(['source', 'add', 'wine']);
    const [synced] = await cli.json<Operation[]>(['sync', source.id]);
    expect(synced!.counts).toMatchObject({ added: 1 });
  });
});

test('unlinking says what remains to be done at the service itself', async () => {
  const { revoke } = await cli.json<UnlinkResult>(['connection', 'unlink', 'wine', '--yes']);
  expect(revoke.snippets.map(({ text }) => text)).toEqual(['shelf lock cellar']);
  expect(JSON.stringify(revoke)).not.toMatch(FOREIGN);
});

test('an export holds both kinds, and an installation that knows them goes on with it', async () => {
  const { client, dataDir } = stage.mooring;
  const connections = (await client.call('listConnections')).items;
  expect(new Set(connections.map(({ provider }) => provider))).toEqual(new Set(['azure', 'shelf']));
  const file = join(home.path, 'mooring.export');
  await cli.json(['export', file]);
  const secretKey = (await readFile(join(dataDir, 'secret.key'), 'utf8')).trim();
  const env = { MOORING_DATA_DIR: join(home.path, 'second'), MOORING_SECRET_KEY: secretKey };
  await cli.json(['import', file], { env });
  await using cleanup = new AsyncDisposableStack();
  const second = await startServe(cli, ['--port=0'], env);
  cleanup.defer(() => second.stop());
  await stage.storage.allowOrigins([stage.mooring.url, second.url]);
  const moved = createClient({ baseUrl: second.url, token: stage.mooring.token });
  expect((await moved.call('listConnections')).items).toEqual(connections);
  for (const { id, status } of connections)
    if (status !== 'unlinked') expect((await moved.runChecks(id)).status).toBe('healthy');
  const { id } = connections.find(({ name }) => name === 'spare')!;
  const { items } = await moved.call('listSources');
  const source = items.find(({ connectionId }) => connectionId === id)!;
  expect((await sync(moved, source.id)).counts).toEqual(counts({ listed: 2, unchanged: 2 }));
});
