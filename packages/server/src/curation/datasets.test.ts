import { createHash } from 'node:crypto';
import {
  assetFilter,
  type DatasetVersionCreate,
  datasetCreate,
  datasetVersionCreate,
  type Page,
} from '@mooring/contract';
import { createMemoryProvider, createMemoryStorage } from '@mooring/storage/memory';
import { systemClock as clock } from '@mooring/storage/server';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OperationRun } from '../operations/handler.ts';
import { testServers } from '../platform/database/testing.ts';
import { createTestSync, type TestSync } from '../sync/testing.ts';
import { createDatasets, type Datasets } from './datasets.ts';
import { removeDatasets } from './remove-datasets.ts';
import { createVersionHandler } from './version-operation.ts';

const PATIENTS = 10;

describe.each(testServers)('a dataset on $name', server => {
  let it: TestSync;
  let sourceId: string;
  let datasets: Datasets;
  let names = 0;
  const storage = createMemoryStorage();
  const ids = new Map<string, string>();

  beforeAll(async () => {
    it = await createTestSync(server);
    it.use(createMemoryProvider({ storage }));
    datasets = createDatasets({
      ...{ db: it.process.db, clock, catalogue: it.catalogue },
      operations: it.process.operations,
    });
    for (let at = 0; at < 40; at++)
      storage.put(`${at % 2 ? 'odd' : 'even'}/${at}.jpg`, `picture ${at}`, { contentType: 'image/jpeg' });
    sourceId = (await it.createSource()).id;
    await it.sync(sourceId);
    // As if very many others had been there: in five segments.
    await sql`update assets set number = number * 1000`.execute(it.db);
    await sql`update sources set next_number = 40000`.execute(it.db);
    const { items } = await it.catalogue.listAssets(it.workspaceId, assetFilter.parse({}), { limit: 100 });
    for (const { id, key } of items) ids.set(key, id);
    for (const [at, key] of [...ids.keys()].entries())
      await it.catalogue.editAssets(it.workspaceId, [ids.get(key)!], {
        metadata: at < 38 ? { patient: `p-${at % PATIENTS}` } : {},
      });
  });
  afterAll(() => it.drop());

  const create = (splitRule: object | null = null) =>
    datasets.createDataset(it.workspaceId, datasetCreate.parse({ name: `Set ${++names}`, splitRule }));

  type Asked = Omit<Partial<DatasetVersionCreate>, 'add' | 'remove'> & { add?: object[]; remove?: object[] };
  async function start(datasetId: string, asked: Asked): Promise<string> {
    return (await datasets.createVersion(it.workspaceId, datasetId, datasetVersionCreate.parse(asked))).id;
  }
  const run = (operationId: string, disturb?: (run: OperationRun) => OperationRun) =>
    it.runOnce(createVersionHandler({ db: it.process.db, clock }), operationId, disturb);
  async function make(datasetId: string, asked: Asked) {
    await run(await start(datasetId, asked));
    const { latest } = await datasets.getDataset(it.workspaceId, datasetId);
    return latest!;
  }
  const members = (datasetId: string, version: number, options: object = {}) =>
    all(page => datasets.listMembers(it.workspaceId, datasetId, version, { ...options, ...page }));
  const changes = (datasetId: string, to: number, from?: number) =>
    all(page => datasets.listChanges(it.workspaceId, datasetId, to, { from, ...page }));
  async function all<T>(read: (page: { cursor: string | undefined; limit: number }) => Promise<Page<T>>) {
    const found: T[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await read({ cursor, limit: 7 });
      found.push(...page.items);
      if (page.nextCursor === null) return found;
      cursor = page.nextCursor;
    }
  }
  async function rowsOf(datasetId: string): Promise<number> {
    const { rows } = await sql<{ rows: number }>`
      select count(*) as rows from dataset_members where dataset_id = ${datasetId}`.execute(it.db);
    return rows[0]!.rows;
  }
  /** The process ends at a save. */
  const cut = (at: number) => (run: OperationRun) => {
    let saves = 0;
    return {
      ...run,
      save(...[trx, state]: Parameters<OperationRun['save']>) {
        if (++saves === at) throw new Error('the process ended');
        return run.save(trx, state as never);
      },
    } as OperationRun;
  };
  const keys = async (datasetId: string, version: number) =>
    (await members(datasetId, version)).map(({ key }) => key).sort();
  const difference = (datasetId: string, to: number, from?: number) =>
    datasets.getDifference(it.workspaceId, datasetId, to, from);
  const inFolder = (folder: string) => [...ids.keys()].filter(key => key.startsWith(folder)).sort();
  const byFolder = async (name: string) => {
    const { items: tops } = await it.catalogue.listFolders(it.workspaceId, { limit: 1 });
    const { items } = await it.catalogue.listFolders(it.workspaceId, { parentId: tops[0]!.id, limit: 9 });
    return { filter: { folderId: items.find(folder => folder.name === name)!.id } };
  };

  test('has versions by folder, by filter and by hand, each against the one before', async () => {
    const { id } = await create();
    const first = await make(id, { add: [await byFolder('odd')], note: 'Odd ones' });
    expect(first).toMatchObject({
      version: 1,
      note: 'Odd ones',
      members: 20,
      added: 20,
      changed: 0,
      gone: 0,
    });
    expect(await keys(id, 1)).toEqual(inFolder('odd/'));
    const byHand = ['even/0.jpg', 'even/2.jpg'].map(key => ids.get(key)!);
    const second = await make(id, { add: [{ assetIds: byHand }], remove: [{ filter: { name: '/1' } }] });
    const left = inFolder('odd/').filter(key => !key.startsWith('odd/1'));
    expect(second).toMatchObject({ version: 2, members: left.length + 2, added: 2, changed: 0 });
    expect(await keys(id, 2)).toEqual(['even/0.jpg', 'even/2.jpg', ...left]);
    expect(await keys(id, 1)).toEqual(inFolder('odd/'));
    const third = await make(id, { keep: false, add: [{ filter: { name: 'even' } }] });
    expect(third).toMatchObject({ members: 20, added: 18, changed: 0, gone: left.length });
    expect(await difference(id, 3, 1)).toEqual({ from: 1, to: 3, added: 20, changed: 0, gone: 20, same: 0 });
    expect(await difference(id, 3, 0)).toMatchObject({ added: 20, gone: 0 });
    const changed = await changes(id, 3, 1);
    const keysOf = (wanted: string) =>
      changed.filter(({ change }) => change === wanted).map(({ key }) => key);
    expect([changed.length, keysOf('added').sort(), keysOf('gone').sort()]).toEqual([
      40,
      inFolder('even/'),
      inFolder('odd/'),
    ]);
    const { items } = await datasets.listVersions(it.workspaceId, id, { limit: 2 });
    expect(items.map(({ version }) => version)).toEqual([3, 2]);
  });

  test('shares rows among versions, and writes only what differs', async () => {
    const { id } = await create();
    await make(id, { add: [{ filter: {} }] });
    await make(id, {});
    await make(id, { remove: [{ assetIds: [ids.get('odd/1.jpg')!] }] });
    const back = await make(id, { add: [{ assetIds: [ids.get('odd/1.jpg')!] }] });
    expect(back).toMatchObject({ version: 4, members: 40, added: 1, gone: 0 });
    expect(await rowsOf(id)).toBe(41);
    expect(await difference(id, 4, 1)).toEqual({ from: 1, to: 4, added: 0, changed: 0, gone: 0, same: 40 });
    expect(await changes(id, 4, 1)).toEqual([]);
    expect((await changes(id, 4)).map(({ key, change }) => [key, change])).toEqual([['odd/1.jpg', 'added']]);
  });

  test('a version stays what it was while the storage moves on', async () => {
    const { id } = await create();
    await make(id, { add: [await byFolder('even')] });
    const before = await members(id, 1);
    storage.put('even/4.jpg', 'another picture', { contentType: 'image/jpeg' });
    storage.delete('even/6.jpg');
    await it.catalogue.editAssets(it.workspaceId, [ids.get('even/8.jpg')!], {
      tags: { add: ['checked'], remove: [] },
    });
    await it.sync(sourceId);
    const now = (key: string) => (key === 'even/4.jpg' ? 'changed' : key === 'even/6.jpg' ? 'gone' : 'same');
    expect(await members(id, 1)).toEqual(before.map(member => ({ ...member, now: now(member.key) })));
    expect(await make(id, {})).toMatchObject({ members: 19, added: 0, changed: 2, gone: 1 });
    const found = await changes(id, 2);
    const shown = found.map(({ key, change, what }) => [key, change, what]);
    expect(shown.sort()).toEqual([
      ['even/4.jpg', 'changed', ['content']],
      ['even/6.jpg', 'gone', []],
      ['even/8.jpg', 'changed', ['facts']],
    ]);
    const changed = found.find(({ key }) => key === 'even/4.jpg')!;
    expect([changed.before?.sizeBytes, changed.after?.sizeBytes]).toEqual([9, 15]);
    storage.put('even/6.jpg', 'picture 6', { contentType: 'image/jpeg' });
    await it.sync(sourceId);
  });

  test('says of each change what differs, also where it is the type alone', async () => {
    const { id } = await create();
    await make(id, { add: [{ assetIds: [ids.get('odd/5.jpg')!] }] });
    // A copy onto itself can keep the ETag. What the probe found says the type of the facts.
    const set = (content_type: string) =>
      it.db
        .updateTable('assets')
        .set(({ ref }) => ({
          content_type,
          probed_etag: ref('etag'),
          media_type: 'image/jpeg',
          media_kind: 'image',
        }))
        .where('id', '=', ids.get('odd/5.jpg')!)
        .execute();
    await set('image/jpeg');
    await make(id, {});
    await set('image/x-other');
    expect(await make(id, {})).toMatchObject({ changed: 1 });
    expect((await changes(id, 3)).map(({ what }) => what)).toEqual([['content']]);
    await set('image/jpeg');
  });

  test('splits keep what belongs together together, and stay when assets are added', async () => {
    const rule = { shares: { train: 6, validation: 2, test: 2 }, by: { kind: 'metadata', key: 'patient' } };
    const { id } = await create(rule);
    const { splits } = await make(id, { add: [await byFolder('odd')] });
    expect(splits.train + splits.validation + splits.test + splits.none).toBe(20);
    const before = new Map((await members(id, 1)).map(({ key, split }) => [key, split]));
    const all = await make(id, { add: [{ filter: {} }] });
    expect(all.splits.none).toBe(2);
    const after = await members(id, 2);
    expect(after).toHaveLength(40);
    for (const { key, split, facts } of after) {
      if (before.has(key)) expect([key, split]).toEqual([key, before.get(key)]);
      const { patient } = (facts.clientMetadata ?? {}) as { patient?: string };
      expect([key, split]).toEqual([key, patient === undefined ? null : splitOf(patient)]);
    }
    const trained = await members(id, 2, { split: 'train' });
    expect(trained).toHaveLength(all.splits.train);
    await datasets.updateDataset(it.workspaceId, id, { splitRule: null });
    expect(await make(id, {})).toMatchObject({ added: 0, changed: 38, splits: { none: 40 } });
    expect((await changes(id, 3)).every(({ what }) => what.join() === 'split')).toBe(true);
  });

  /** As the guide says it. */
  function splitOf(text: string): string {
    const place =
      Number.parseInt(createHash('md5').update(`:${text}`).digest('hex').slice(0, 8), 16) / 2 ** 32;
    return place < 0.6 ? 'train' : place < 0.8 ? 'validation' : 'test';
  }

  test('a version that was cut off goes on, and what was given up is taken back', async () => {
    const { id } = await create();
    await make(id, { add: [await byFolder('odd')] });
    const givenUp = await start(id, { keep: false, add: [await byFolder('even')] });
    await expect(run(givenUp, cut(9))).rejects.toThrow('the process ended');
    await it.db.updateTable('operations').set({ status: 'cancelled' }).where('id', '=', givenUp).execute();
    expect(await keys(id, 1)).toEqual(inFolder('odd/'));
    await expect(members(id, 2)).rejects.toMatchObject({ code: 'not_found' });
    const resumed = await start(id, { add: [{ assetIds: [ids.get('even/0.jpg')!] }] });
    await expect(start(id, {})).rejects.toMatchObject({ code: 'conflict', operationId: resumed });
    for (const at of [4, 8, 5]) await expect(run(resumed, cut(at))).rejects.toThrow('the process ended');
    await run(resumed);
    expect(await keys(id, 2)).toEqual(['even/0.jpg', ...inFolder('odd/')]);
    expect(await difference(id, 2)).toEqual({ from: 1, to: 2, added: 1, changed: 0, gone: 0, same: 20 });
  });

  test('a version is made once, also where its operation runs again after it was there', async () => {
    const { id } = await create();
    const operationId = await start(id, { add: [{ filter: {} }] });
    await run(operationId);
    const { latest } = await datasets.getDataset(it.workspaceId, id);
    await it.db.updateTable('operations').set({ status: 'queued' }).where('id', '=', operationId).execute();
    await run(operationId);
    expect(await datasets.getDataset(it.workspaceId, id)).toMatchObject({ latest });
    expect(await it.process.operations.get(it.workspaceId, operationId)).toMatchObject({
      status: 'succeeded',
    });
  });

  test('refuses what is not there, and a name that is taken; what is removed is gone with its rows', async () => {
    const { id, name } = await create();
    const missing = { assetIds: ['ast_00000000000000000000'] };
    await expect(start(id, { add: [missing] })).rejects.toMatchObject({ code: 'not_found' });
    const elsewhere = { filter: { folderId: 'fld_00000000000000000000' } };
    await expect(start(id, { add: [elsewhere] })).rejects.toMatchObject({ code: 'not_found' });
    const again = datasets.createDataset(it.workspaceId, datasetCreate.parse({ name }));
    await expect(again).rejects.toMatchObject({ code: 'conflict' });
    await make(id, { add: [{ filter: {} }] });
    await expect(difference(id, 1, 1)).rejects.toMatchObject({ code: 'invalid_request' });
    const begun = await start(id, { remove: [{ filter: { name: 'odd' } }] });
    await expect(run(begun, cut(6))).rejects.toThrow('the process ended');
    await datasets.deleteDataset(it.workspaceId, id);
    await expect(datasets.getDataset(it.workspaceId, id)).rejects.toMatchObject({ code: 'not_found' });
    await datasets.createDataset(it.workspaceId, datasetCreate.parse({ name }));
    const remove = () => removeDatasets(it.db, AbortSignal.timeout(60_000));
    await remove();
    expect(await rowsOf(id)).toBe(40);
    await expect(run(begun)).rejects.toMatchObject({ code: 'not_found' });
    await it.db.updateTable('operations').set({ status: 'failed' }).where('id', '=', begun).execute();
    await remove();
    expect(await rowsOf(id)).toBe(0);
  });
});
