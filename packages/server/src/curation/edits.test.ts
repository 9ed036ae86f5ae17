import { setTimeout as pause } from 'node:timers/promises';
import { assetFilter, MOST_TAGS, type OperationOf } from '@mooring/contract';
import { createMemoryProvider, createMemoryStorage } from '@mooring/storage/memory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lockSource } from '../catalogue/source-lock.ts';
import { testServers } from '../platform/database/testing.ts';
import { createTestSync, type TestSync } from '../sync/testing.ts';
import { createEditHandler } from './edit-operation.ts';

describe.each(testServers)('tags and client metadata on $name', server => {
  let it: TestSync;
  let sourceId: string;
  const storage = createMemoryStorage();
  const list = async (filter: object = {}) =>
    (
      await it.catalogue.listAssets(it.workspaceId, assetFilter.parse({ status: 'any', ...filter }), {
        limit: 1000,
      })
    ).items;
  const keys = async (filter: object) => (await list(filter)).map(({ key }) => key);

  beforeAll(async () => {
    it = await createTestSync(server);
    it.use(createMemoryProvider({ storage }));
    for (let at = 0; at < 20; at++) storage.put(`${at % 2 ? 'odd' : 'even'}/${at}.jpg`, `picture ${at}`);
    sourceId = (await it.createSource()).id;
    await it.sync(sourceId);
  });
  afterAll(() => it.drop());

  const edit = async (filter: object, change: object, disturb?: Parameters<TestSync['runOnce']>[2]) => {
    const options = { filter: assetFilter.parse(filter), ...change };
    const id = await it.begin('edit-assets', { type: 'edit', id: `edt_${Math.random()}` }, options);
    const run = (how?: typeof disturb) => it.runOnce(createEditHandler({ db: it.process.db }), id, how);
    if (disturb) await expect(run(disturb)).rejects.toThrow('the process ended');
    await run();
    return (await it.process.operations.get(it.workspaceId, id)) as OperationOf<'edit-assets'>;
  };
  const add = (...tags: string[]) => ({ tags: { add: tags, remove: [] } });

  test('are set on assets by their ids, and say what was changed', async () => {
    const [first, second] = await list();
    const ids = [first!.id, second!.id, 'ast_00000000000000000000'];
    const tagged = await it.catalogue.editAssets(it.workspaceId, ids, add('b', 'a', 'b'));
    expect(tagged).toEqual({ changed: 2, unchanged: 0, refused: [], missing: [ids[2]] });
    expect((await list({ tag: 'a' })).map(({ tags }) => tags)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    const again = await it.catalogue.editAssets(it.workspaceId, ids.slice(0, 1), {
      tags: { add: ['a'], remove: ['c'] },
    });
    expect(again).toMatchObject({ changed: 0, unchanged: 1 });
    const change = (metadata: Record<string, unknown>) =>
      it.catalogue.editAssets(it.workspaceId, ids.slice(0, 1), { metadata });
    await change({ patient: 'p-1', scan: { site: 'Berlin' } });
    await change({ scan: null, age: 4 });
    expect((await it.catalogue.getAsset(it.workspaceId, first!.id)).clientMetadata).toEqual({
      patient: 'p-1',
      age: 4,
    });
    await change({ patient: null, age: null });
    expect((await it.catalogue.getAsset(it.workspaceId, first!.id)).clientMetadata).toBeNull();
  });

  test('are refused where they would be too many or too large, and the others are set', async () => {
    const [first, second] = await list();
    const many = Array.from({ length: MOST_TAGS - 3 }, (_, at) => `many-${at}`);
    await it.catalogue.editAssets(it.workspaceId, [first!.id], add(...many));
    const { counts, errorCount } = await edit({ name: '.jpg' }, add('one', 'two'));
    expect({ counts, errorCount }).toEqual({
      counts: { looked: 20, changed: 19, unchanged: 0, refused: 1 },
      errorCount: 1,
    });
    const half = { text: 'x'.repeat(40_000) };
    const large = async (metadata: object) =>
      it.catalogue.editAssets(it.workspaceId, [second!.id], {
        metadata: metadata as Record<string, unknown>,
      });
    expect(await large(half)).toMatchObject({ changed: 1 });
    expect(await large({ other: half.text })).toMatchObject({
      refused: [{ assetId: second!.id, message: 'Its client metadata would have more than 64 KB.' }],
    });
    await it.catalogue.editAssets(it.workspaceId, [first!.id], { tags: { add: [], remove: many } });
  });

  test('a filter is edited to its end after a crash, also where the edit changes what it asks for', async () => {
    await it.db
      .updateTable('sources')
      .set({ next_number: 3 * 8192 })
      .where('id', '=', sourceId)
      .execute();
    const spread = (factor: number) =>
      it.db
        .updateTable('assets')
        .set(({ eb }) => ({ number: eb('number', '*', factor) }))
        .execute();
    await spread(1200);
    let saves = 0;
    const { counts } = await edit(
      { name: 'odd' },
      { tags: { add: ['kept'], remove: ['two'] }, metadata: { group: 'odd' } },
      run => ({
        ...run,
        save(trx, state) {
          if (++saves === 4) throw new Error('the process ended');
          return run.save(trx, state);
        },
      }),
    );
    expect(counts).toEqual({ looked: 10, changed: 10, unchanged: 0, refused: 0 });
    const odd = (await keys({})).filter(key => key.startsWith('odd/'));
    expect(await keys({ tag: 'kept' })).toEqual(odd);
    expect(await keys({ metadata: 'group=odd' })).toEqual(odd);
    const without = await edit({ tag: 'kept' }, { tags: { add: ['was-kept'], remove: ['kept'] } });
    expect(without.counts).toEqual({ looked: 10, changed: 10, unchanged: 0, refused: 0 });
    expect(await keys({ tag: 'was-kept' })).toEqual(odd);
    expect(await keys({ tag: 'kept' })).toEqual([]);
  });

  test('no sync undoes them, tombstones keep them, and a change is taken after an edit', async () => {
    storage.put('odd/1.jpg', 'another picture');
    storage.delete('odd/3.jpg');
    await edit({ name: 'odd' }, { metadata: { seen: true } });
    expect(await it.sync(sourceId)).toMatchObject({ changed: 1, removed: 1 });
    const [changed, gone] = [await list({ name: 'odd/1.jpg' }), await list({ name: 'odd/3.jpg' })].flat();
    for (const asset of [changed, gone])
      expect(asset).toMatchObject({
        tags: ['one', 'was-kept'],
        clientMetadata: { group: 'odd', seen: true },
      });
    expect([changed!.sizeBytes, gone!.status]).toEqual([15, 'gone']);
    await it.catalogue.editAssets(it.workspaceId, [gone!.id], add('lost'));
    storage.put('odd/3.jpg', 'picture 3');
    await it.sync(sourceId);
    expect(await list({ tag: 'lost' })).toMatchObject([{ id: gone!.id, status: 'present' }]);
  });

  test('what a client says of an asset is written after what another transaction writes of its source', async () => {
    const { id } = (await list())[0]!;
    let isWritten = false;
    let described: Promise<void> | undefined;
    await it.db.transaction().execute(async trx => {
      await lockSource(trx, it.workspaceId, sourceId);
      described = it.catalogue
        .describeAssets(it.workspaceId, [{ assetId: id, title: 'A title' }])
        .then(() => {
          isWritten = true;
        });
      await pause(300);
      expect(isWritten).toBe(false);
    });
    await described;
    expect((await list()).find(asset => asset.id === id)?.title).toBe('A title');
    const missing = it.catalogue.describeAssets(it.workspaceId, [{ assetId: 'ast_00000000000000000000' }]);
    await expect(missing).rejects.toMatchObject({ code: 'not_found' });
  });

  test('a folder has a description and client metadata, which a sync leaves', async () => {
    const { items } = await it.catalogue.listFolders(it.workspaceId, { limit: 1 });
    const folder = items[0]!;
    const update = (change: object) => it.catalogue.updateFolder(it.workspaceId, folder.id, change);
    await update({ description: 'Two cameras', metadata: { site: 'Berlin', room: 3 } });
    await it.sync(sourceId);
    expect(await it.catalogue.getFolder(it.workspaceId, folder.id)).toMatchObject({
      description: 'Two cameras',
      clientMetadata: { site: 'Berlin', room: 3 },
    });
    expect(await update({ metadata: { room: null } })).toMatchObject({
      description: 'Two cameras',
      clientMetadata: { site: 'Berlin' },
    });
    await update({ metadata: { text: 'x'.repeat(40_000) } });
    await expect(update({ metadata: { more: 'x'.repeat(40_000) } })).rejects.toMatchObject({
      code: 'invalid_request',
    });
    expect(await update({ description: '', metadata: { site: null, text: null } })).toMatchObject({
      description: null,
      clientMetadata: null,
    });
  });
});
