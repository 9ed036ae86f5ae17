import type { IncomingMessage } from 'node:http';
import { assetFilter, type ConnectorCreate, connectorCreate, datasetCreate } from '@mooring/contract';
import { createMemoryProvider, createMemoryStorage } from '@mooring/storage/memory';
import { systemClock as clock, createGuard } from '@mooring/storage/server';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLinks } from '../access/links.ts';
import { createDatasets } from '../curation/datasets.ts';
import { createVersionHandler } from '../curation/version-operation.ts';
import type { OperationRun } from '../operations/handler.ts';
import { testServers } from '../platform/database/testing.ts';
import { createSecretBox } from '../platform/secrets.ts';
import { createTestSync, type TestSync } from '../sync/testing.ts';
import { type Connectors, createConnectors } from './connectors.ts';
import { startDuePushes } from './due-pushes.ts';
import { createPushHandler } from './push-operation.ts';
import { LEGACY_TOKEN, PERSONAL_TOKEN, type StandIn, startLabelStudio } from './testing-label-studio.ts';

const PICTURES = 30;

describe('a connector', () => {
  let it: TestSync;
  let sourceId: string;
  let labels: StandIn;
  let connectors: Connectors;
  let names = 0;
  const storage = createMemoryStorage();
  const guard = createGuard({ allowPrivate: true, purpose: 'tools' });
  const secrets = createSecretBox({ keys: [{ id: Buffer.alloc(4, 1), bytes: Buffer.alloc(32, 2) }] });
  const baseUrl = 'https://mooring.example';

  beforeAll(async () => {
    it = await createTestSync(testServers[0]!);
    it.use(createMemoryProvider({ storage }));
    for (let at = 0; at < PICTURES; at++) put(`cats/${at}.jpg`);
    sourceId = (await it.createSource()).id;
    await it.sync(sourceId);
    const { db, operations } = it.process;
    const links = createLinks({ db, clock });
    connectors = createConnectors({ db, clock, catalogue: it.catalogue, operations, links, secrets, guard });
  });
  afterAll(async () => {
    await guard.close();
    await it.drop();
  });
  beforeEach(async () => {
    labels = await startLabelStudio();
  });
  afterEach(() => labels.close());

  const put = (key: string, content = key) => storage.put(key, content, { contentType: 'image/jpeg' });
  const maker = () => ({ workspaceId: it.workspaceId, memberId: null, tokenId: null });
  const signal = AbortSignal.timeout(600_000);
  const create = (change: Partial<Record<keyof ConnectorCreate, unknown>> = {}) =>
    connectors.createConnector(
      maker(),
      connectorCreate.parse({
        ...{
          name: `Cats ${++names}`,
          url: labels.url,
          token: PERSONAL_TOKEN,
          projectId: 7,
          filter: { sourceId },
        },
        ...change,
      }),
      { baseUrl, signal },
    );
  const handler = () => {
    const { db, pool } = it.process;
    const links = createLinks({ db, clock });
    return createPushHandler({ db, pool, clock, links, secrets, guard, publicUrl: null, settledAfterMs: 0 });
  };
  const again = (operationId: string, disturb?: (run: OperationRun) => OperationRun) =>
    it.runOnce(handler(), operationId, disturb);
  const start = async (id: string) => (await connectors.push(maker(), id)).id;
  /** Pushes, and says what it counted. */
  async function push(id: string) {
    const operationId = await start(id);
    await again(operationId).catch(async error => {
      await fail(operationId);
      throw error;
    });
    return (await it.process.operations.get(it.workspaceId, operationId)).counts;
  }
  const fail = (operationId: string) =>
    it.db.updateTable('operations').set({ status: 'failed' }).where('id', '=', operationId).execute();
  const paths = () =>
    [...labels.tasks.values()]
      .map(({ data }) => String(data.path))
      .filter(path => path.startsWith('data/'))
      .sort();
  const taskOf = (key: string) => [...labels.tasks.values()].find(({ data }) => data.path === `data/${key}`)!;
  const expected = () => [...storage.objects('data').keys()].map(key => `data/${key}`).sort();
  const lastUrl = (task: { data: Record<string, unknown> }) => String(task.data.image);

  test('is made after the tool was asked, and keeps its token to itself', async () => {
    const made = await create({ url: `${labels.url}/projects/7/data?tab=1` });
    expect(made).toMatchObject({
      url: labels.url,
      projectTitle: 'Cats',
      linkId: expect.stringMatching(/^lnk_/),
    });
    expect(JSON.stringify(made)).not.toContain(PERSONAL_TOKEN);
    const { rows } = await sql`select * from connectors where id = ${made.id}`.execute(it.db);
    expect(JSON.stringify(rows)).not.toContain(PERSONAL_TOKEN);
    expect(await create({ token: LEGACY_TOKEN })).toMatchObject({ tasks: { present: 0 } });
    await expect(create({ name: made.name })).rejects.toMatchObject({ code: 'conflict' });
    const refused = (change: object) => create(change).catch((error: unknown) => error);
    expect(await refused({ token: 'b'.repeat(40) })).toMatchObject({
      code: 'tool_refused',
      message: expect.stringMatching(
        /^Label Studio at 127\.0\.0\.1:\d+ answered 401 to .*: Given token not valid/,
      ),
      fix: expect.stringContaining('personal access token'),
    });
    expect(await refused({ projectId: 8 })).toMatchObject({
      message: expect.stringContaining('answered 404'),
    });
    expect(await refused({ url: 'http://user:pw@127.0.0.1' })).toMatchObject({ code: 'invalid_request' });
    expect(await refused({ filter: { datasetId: 'ds_00000000000000000000' } })).toMatchObject({
      code: 'not_found',
    });
    labels.before = async (_what, send) => {
      send(200, '<html>');
      return true;
    };
    expect(await refused({})).toMatchObject({
      code: 'tool_refused',
      message: expect.stringContaining('something else'),
    });
    labels.before = async (_what, send) => {
      send(301, null, { location: 'https://elsewhere.example/' });
      return true;
    };
    expect(await refused({})).toMatchObject({
      message: expect.stringContaining('see https://elsewhere.example/'),
    });
    await labels.close();
    expect(await refused({})).toMatchObject({ code: 'tool_unavailable' });
    const { items } = await createLinks({ db: it.db, clock }).listLinks(it.workspaceId, { limit: 100 });
    expect(items).toHaveLength(2);
    const change = (ifRevision: number) =>
      connectors.updateConnector(it.workspaceId, made.id, { whenGone: 'remove' }, { ifRevision, signal });
    expect(await change(1)).toMatchObject({ revision: 2, whenGone: 'remove' });
    await expect(change(1)).rejects.toMatchObject({ code: 'stale_revision' });
    await connectors.deleteConnector(it.workspaceId, made.id);
    const left = await createLinks({ db: it.db, clock }).listLinks(it.workspaceId, { limit: 100 });
    expect(left.items).toHaveLength(1);
  });

  test('makes tasks with links, and follows what is added, changed and gone', async () => {
    const { id } = await create();
    expect(await push(id)).toMatchObject({ looked: PICTURES, added: PICTURES, changed: 0 });
    expect(paths()).toEqual(expected());
    const task = taskOf('cats/1.jpg');
    expect(task.data).toMatchObject({ name: '1.jpg', mooringStatus: 'present' });
    const [, token, assetId] = /^https:\/\/mooring\.example\/link\/(mrl_[\w-]{43})\/(ast_\w+)\/1\.jpg$/.exec(
      lastUrl(task),
    )!;
    const links = createLinks({ db: it.db, clock });
    const link = await links.openLink(token!);
    expect(await links.linkOpens(link, assetId!)).toBe(true);

    expect(await push(id)).toMatchObject({ unchanged: PICTURES, added: 0, changed: 0, marked: 0 });
    put('cats/new.jpg');
    put('cats/1.jpg', 'other content');
    storage.delete('cats/2.jpg');
    await it.sync(sourceId);
    const etag = (task.meta.mooring as { etag: string }).etag;
    expect(await push(id)).toMatchObject({
      added: 1,
      changed: 1,
      marked: 1,
      removed: 0,
      unchanged: PICTURES - 2,
    });
    expect((taskOf('cats/1.jpg').meta.mooring as { etag: string }).etag).not.toBe(etag);
    expect(lastUrl(taskOf('cats/1.jpg'))).toBe(lastUrl(task));
    expect(taskOf('cats/2.jpg').data).toMatchObject({ mooringStatus: 'gone', assetId: expect.any(String) });
    expect(await connectors.getConnector(it.workspaceId, id)).toMatchObject({
      tasks: { present: 30, gone: 1 },
    });
    put('cats/2.jpg');
    storage.delete('cats/new.jpg');
    await it.sync(sourceId);
    expect(await push(id)).toMatchObject({ added: 0, changed: 1, marked: 1 });
    expect(taskOf('cats/2.jpg').data.mooringStatus).toBe('present');
  });

  test('removes tasks of gone assets, but none with work in it', async () => {
    const { id } = await create({ whenGone: 'remove' });
    for (const name of ['a', 'b', 'c']) put(`cats/${name}.jpg`);
    await it.sync(sourceId);
    await push(id);
    const ofAnother = { id: 1, data: { path: 'other' }, meta: {}, total_annotations: 0, draft_exists: false };
    labels.tasks.set(1, ofAnother);
    const [labelled, drafted] = [taskOf('cats/a.jpg'), taskOf('cats/b.jpg')];
    drafted.draft_exists = true;
    for (const name of ['a', 'b', 'c']) storage.delete(`cats/${name}.jpg`);
    await it.sync(sourceId);
    // Someone labels it while the push goes on.
    labels.before = async what => {
      if (what === 'POST /api/dm/actions') labelled.total_annotations = 2;
      return false;
    };
    expect(await push(id)).toMatchObject({ removed: 1, marked: 2 });
    expect(paths()).toEqual(
      [...expected(), 'data/cats/a.jpg', 'data/cats/b.jpg'].sort().concat([]).filter(Boolean),
    );
    expect([labelled, drafted].map(({ data }) => data.mooringStatus)).toEqual(['gone', 'gone']);
    expect(labels.tasks.has(1)).toBe(true);
    expect(await push(id)).toMatchObject({ removed: 0, marked: 0 });
    const { items } = await it.catalogue.listAssets(
      it.workspaceId,
      assetFilter.parse({ annotated: 'yes', status: 'any' }),
      { limit: 10 },
    );
    expect(items.map(({ key }) => key)).toEqual(['cats/a.jpg']);
    labels.before = async () => false;
    labelled.total_annotations = 0;
    await push(id);
    expect(paths()).not.toContain('data/cats/a.jpg');
  });

  test('makes no task twice where a process or an answer is lost', async () => {
    for (const lost of ['answer', 'process before', 'process after'] as const) {
      const { id } = await create();
      const operationId = await start(id);
      let saves = 0;
      const at = { answer: Infinity, 'process before': 2, 'process after': 4 }[lost];
      labels.after = async (what, request: IncomingMessage) => {
        if (lost === 'answer' && what.endsWith('/import')) request.socket.destroy();
      };
      const cut = (run: OperationRun) =>
        ({
          ...run,
          save(...[trx, state]: Parameters<OperationRun['save']>) {
            if (++saves > at) throw new Error('the process ended');
            return run.save(trx, state as never);
          },
        }) as OperationRun;
      await expect(again(operationId, cut)).rejects.toThrow();
      labels.after = async () => {};
      await again(operationId);
      expect(paths(), lost).toEqual(expected());
      expect(await push(id)).toMatchObject({ added: 0, unchanged: expected().length });
      await connectors.deleteConnector(it.workspaceId, id);
      labels.tasks.clear();
    }
  });

  test('pushes the newest version of a dataset, and what its link opens is the same', async () => {
    const { db, operations } = it.process;
    const datasets = createDatasets({ db, clock, catalogue: it.catalogue, operations });
    const dataset = await datasets.createDataset(it.workspaceId, datasetCreate.parse({ name: 'Few' }));
    const version = async (asked: object) => {
      const operation = await datasets.createVersion(it.workspaceId, dataset.id, {
        ...{ keep: true, add: [], remove: [], note: '' },
        ...asked,
      });
      await it.runOnce(createVersionHandler({ db, clock }), operation.id);
    };
    const named = (name: string) => [{ filter: assetFilter.parse({ name }) }];
    await version({ add: named('cats/1') });
    const { id } = await create({ filter: { datasetId: dataset.id } });
    await push(id);
    const before = paths();
    expect(before).toEqual(expected().filter(path => path.startsWith('data/cats/1')));
    const url = lastUrl(taskOf('cats/11.jpg'));
    const [token, assetId] = url.split('/').slice(4) as [string, string];
    const links = createLinks({ db, clock });
    const link = await links.openLink(token);
    expect(await links.linkOpens(link, assetId)).toBe(true);
    await version({ add: named('cats/20.jpg'), remove: named('cats/11.jpg') });
    expect(await links.linkOpens(link, assetId)).toBe(false);
    expect(await push(id)).toMatchObject({ added: 1, marked: 1, unchanged: before.length - 1 });
  });

  test('says what the tool cannot show, and goes on with a new token after minutes', async () => {
    labels.inputs = [{ type: 'Video', value: '$clip' }];
    const { id } = await create();
    const count = expected().length;
    expect(await push(id)).toMatchObject({ looked: count, refused: count, added: 0 });
    labels.inputs = [];
    let ended = false;
    labels.before = async what => {
      if (what.endsWith('/import') && !ended) {
        ended = true;
        labels.endAccess();
      }
      return false;
    };
    expect(await push(id)).toMatchObject({ added: count });
  });

  test('tells a failure in words, without the token of its link', async () => {
    const { id } = await create();
    labels.before = async (what, send) => {
      if (!what.endsWith('/import')) return false;
      send(503, { detail: 'busy' }, { 'retry-after': '7' });
      return true;
    };
    await expect(push(id)).rejects.toMatchObject({ code: 'tool_unavailable', retryAfterSeconds: 7 });
    labels.before = async () => false;
    labels.inputs = [...labels.inputs, { type: 'Text', value: 'words' }];
    await expect(push(id)).rejects.toMatchObject({
      code: 'tool_refused',
      message: expect.stringMatching(/"words\\?" key is expected in task data/),
    });
    await expect(push(id)).rejects.not.toMatchObject({ message: expect.stringContaining('mrl_') });
  });

  test('stops at once while the tool does not answer', async () => {
    const { id } = await create();
    const operationId = await start(id);
    const abort = new AbortController();
    labels.before = async what => {
      if (!what.endsWith('/import')) return false;
      abort.abort(new Error('cancelled'));
      return true; // and never answers
    };
    await expect(again(operationId, run => ({ ...run, signal: abort.signal }))).rejects.toThrow('cancelled');
    await fail(operationId);
    labels.before = async () => false;
    expect(await push(id)).toMatchObject({ added: expected().length });
  });

  test('gets another link where the old one was revoked, and tells it to all tasks', async () => {
    const { id, linkId } = await create({ everySeconds: 60 });
    await push(id);
    await createLinks({ db: it.db, clock }).deleteLink(it.workspaceId, linkId!);
    await sql`update operations set created_at = created_at - interval '2 minutes' where subject_id = ${id}`.execute(
      it.db,
    );
    const { db, operations } = it.process;
    await startDuePushes({ db, operations, clock });
    await startDuePushes({ db, operations, clock });
    const { items } = await operations.list(
      it.workspaceId,
      { subjectId: id, status: 'queued' },
      { limit: 10 },
    );
    expect(items).toHaveLength(1);
    await expect(again(items[0]!.id)).rejects.toMatchObject({ code: 'link_invalid' });
    await fail(items[0]!.id);
    const url = lastUrl(taskOf('cats/1.jpg'));
    expect(await push(id)).toMatchObject({ changed: expected().length });
    expect(lastUrl(taskOf('cats/1.jpg'))).not.toBe(url);
  });
});
