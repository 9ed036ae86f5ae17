import type { Asset } from '@mooring/contract';
import { demoObjects, type Storage, startProxy, startStorage } from '@mooring/emulators';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBrowser } from '../e2e/browser.ts';
import { connect } from '../support/connect.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { sync } from '../support/sync.ts';
import { type LabelStudio, startLabelStudio } from './label-studio.ts';

// Label Studio itself, as people install it, with its own sync of the same objects beside.

const OBJECTS = Number(process.env.MOORING_FOREIGN_OBJECTS ?? 1000);
const GONE = OBJECTS / 10;
const LABELLED = 5;
const AT_ONCE = 8;
const LABELS =
  '<View><Image name="picture" value="$image"/><Choices name="what" toName="picture"><Choice value="cat"/></Choices></View>';

interface Task {
  id: number;
  data: { image: string; path: string; mooringStatus?: string };
  annotations: object[];
}

let storage: Storage;
let proxy: Awaited<ReturnType<typeof startProxy>>;
let mooring: Mooring;
let studio: LabelStudio;
let sourceId: string;
let connectorId: string;
let projectId: number;
const keyOf = (index: number): string => `photos/${index % 100}/${index}.jpg`;

beforeAll(async () => {
  storage = await startStorage();
  const host = `${storage.account.name}.blob.core.windows.net`;
  // It signs with the account key for that name, which only the emulator itself can check.
  proxy = await startProxy(asked => (asked === host ? storage.azurite.origin : undefined));
  const { body } = (await demoObjects()).find(({ contentType }) => contentType === 'image/jpeg')!;
  await eachOf(OBJECTS, index => storage.put({ key: keyOf(index), body, contentType: 'image/jpeg' }));
  [mooring, studio] = await Promise.all([
    startMooring(storage, { MOORING_TOOL_NETWORKS: '127.0.0.0/8' }),
    startLabelStudio({ proxy: proxy.url, caFile: storage.certificates.caFile }),
  ]);
  const { source } = await connect(mooring.client, storage);
  sourceId = source.id;
  await sync(mooring.client, sourceId);
}, 1_800_000);
afterAll(async () => {
  await studio?.stop();
  await mooring?.stop();
  await proxy?.stop();
  await storage?.stop();
});

const makeProject = async (title: string): Promise<number> =>
  (await studio.call<{ id: number }>('POST', '/api/projects', { title, label_config: LABELS })).id;
const listTasks = (project: number, page = 1, size = 100) =>
  studio.call<{ total: number; total_annotations: number; tasks: Task[] }>(
    'GET',
    `/api/tasks?project=${project}&page=${page}&page_size=${size}`,
  );

async function push() {
  const { id } = await mooring.client.call('pushConnector', { params: { connectorId } });
  const operation = await mooring.client.watchOperation(id);
  expect(operation).toMatchObject({ status: 'succeeded', problem: null });
  return operation;
}

test('a push makes the tasks that its own sync makes', { timeout: 1_800_000 }, async () => {
  const own = await makeProject('By its own sync');
  const from = performance.now();
  const { id } = await studio.call<{ id: number }>('POST', '/api/storages/azure/', {
    ...{ project: own, container: storage.container, prefix: 'photos/', recursive_scan: true },
    ...{ account_name: storage.account.name, account_key: storage.account.key, use_blob_urls: true },
  });
  await studio.call('POST', `/api/storages/azure/${id}/sync`);
  const statusOf = async () =>
    (await studio.call<{ status: string }>('GET', `/api/storages/azure/${id}`)).status;
  await expect.poll(statusOf, { timeout: 1_800_000, interval: 250 }).toMatch(/^(completed|failed)/);
  const ownMs = performance.now() - from;
  expect((await listTasks(own)).total).toBe(OBJECTS);

  projectId = await makeProject('By Mooring');
  const connector = await mooring.client.call('createConnector', {
    body: {
      ...{ name: 'Cats', url: studio.url, projectId, token: studio.token },
      ...{ filter: { sourceId }, whenGone: 'remove' },
    },
  });
  connectorId = connector.id;
  const begun = performance.now();
  expect((await push()).counts).toMatchObject({ added: OBJECTS });
  const pushMs = performance.now() - begun;
  expect((await listTasks(projectId)).total).toBe(OBJECTS);
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  console.log(
    `${OBJECTS} tasks: its own sync ${seconds(ownMs)} s, pushed in ${seconds(pushMs)} s: 1/${(ownMs / pushMs).toFixed(1)}`,
  );
  expect((await push()).counts).toMatchObject({ added: 0, changed: 0, unchanged: OBJECTS });
});

test('pictures load in its pages, by links', async () => {
  const browser = await startBrowser(storage.certificates);
  try {
    const page = await browser.newPage();
    await page.goto(`${studio.url}/user/login`);
    await page.locator('input[name=email]').fill(studio.person.email);
    await page.locator('input[name=password]').fill(studio.person.password);
    await page.locator('button[type=submit]').click();
    await page.waitForURL(url => !url.pathname.startsWith('/user/login'));
    await page.goto(`${studio.url}/projects/${projectId}/data`);
    // The list has a small picture of each task, by the address in its data.
    const shown = () =>
      page
        .locator('img')
        .evaluateAll((all: HTMLImageElement[]) =>
          all.filter(({ naturalWidth }) => naturalWidth > 0).map(({ src }) => src),
        );
    const { tasks } = await listTasks(projectId);
    const links = new Set(tasks.map(({ data }) => data.image));
    await expect
      .poll(async () => (await shown()).filter(src => links.has(src)).length, { timeout: 180_000 })
      .toBeGreaterThanOrEqual(10);
    expect([...links].filter(link => !link.startsWith(`${mooring.url}/link/`))).toEqual([]);
  } finally {
    await browser.close();
  }
});

test('tasks of objects that are deleted go, but for those with labels', { timeout: 1_800_000 }, async () => {
  const gone = new Set(Array.from({ length: GONE }, (_, index) => `${storage.container}/${keyOf(index)}`));
  const doomed: Task[] = [];
  for (let page = 1; doomed.length < GONE; page++) {
    const { tasks } = await listTasks(projectId, page, 1000);
    expect(tasks).not.toEqual([]);
    doomed.push(...tasks.filter(({ data }) => gone.has(data.path)));
  }
  const result = [{ from_name: 'what', to_name: 'picture', type: 'choices', value: { choices: ['cat'] } }];
  const labelled = doomed.slice(0, LABELLED);
  for (const { id } of labelled) await studio.call('POST', `/api/tasks/${id}/annotations`, { result });
  await eachOf(GONE, index => storage.remove(keyOf(index)));
  await sync(mooring.client, sourceId);
  expect((await push()).counts).toMatchObject({ removed: GONE - LABELLED, marked: LABELLED });

  expect(await listTasks(projectId)).toMatchObject({
    total: OBJECTS - GONE + LABELLED,
    total_annotations: LABELLED,
  });
  for (const { id } of labelled)
    expect(await studio.call('GET', `/api/tasks/${id}`)).toMatchObject({
      data: { mooringStatus: 'gone' },
      annotations: [{ result: [{ value: { choices: ['cat'] } }] }],
    });
  const annotated = await mooring.cli.json<Asset[]>([
    ...['asset', 'list', '--annotated', 'yes', '--status', 'any'],
  ]);
  expect(annotated.map(({ key }) => `${storage.container}/${key}`).sort()).toEqual(
    labelled.map(({ data }) => data.path).sort(),
  );
});

async function eachOf(count: number, act: (index: number) => Promise<unknown>): Promise<void> {
  const indices = Array.from({ length: count }, (_, index) => index).values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const index of indices) await act(index);
    }),
  );
}
