import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildBitmaps } from '../catalogue/build-bitmaps.ts';
import { objectOf } from '../catalogue/testing.ts';
import { testServers } from '../platform/database/testing.ts';
import { createTestSync, type TestSync } from './testing.ts';

const TABLES = [
  'assets',
  'asset_segments',
  'asset_bitmaps',
  'folders',
  'folder_counters',
  'sources',
  'checks',
  'connections',
  'sync_marks',
] as const;

describe.each(testServers)('removing a connection on $name', server => {
  let it: TestSync;
  beforeAll(async () => {
    it = await createTestSync(server);
  });
  afterAll(() => it.drop());

  async function rows(): Promise<Record<string, number>> {
    const counted: Record<string, number> = {};
    for (const table of TABLES) {
      const { count } = await it.db
        .selectFrom(table)
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      counted[table] = count;
    }
    return counted;
  }

  async function fill(keys: string[]) {
    const source = await it.createSource();
    await it.write(source.id, () => ({ added: keys.map(key => objectOf(key)) }));
    await it.write(source.id, assets => ({ gone: assets.slice(0, 1) }));
    await buildBitmaps(it.db, AbortSignal.timeout(60_000));
    await it.db
      .insertInto('checks')
      .values({
        workspace_id: it.workspaceId,
        connection_id: source.connectionId,
        id: 'dns',
        side: 'server',
        position: 0,
        status: 'passed',
      })
      .execute();
    const sync = await it.begin('sync', { type: 'source', id: source.id });
    await it.db
      .insertInto('sync_marks')
      .values({ workspace_id: it.workspaceId, operation_id: sync, key_hash: 'x' })
      .execute();
    return source;
  }

  const remove = (connectionId: string) =>
    it.begin('remove-connection', { type: 'connection', id: connectionId });
  const get = (operationId: string) => it.process.operations.get(it.workspaceId, operationId);

  test('deletes all that is known of it, and nothing of another', async () => {
    await fill(['a', 'b/c']);
    const before = await rows();
    const deep = `${'/'.repeat(700)}x`;
    const { connectionId } = await fill(['a', 'a/b/c/d', 'a//b', deep]);
    await it.catalogue.createSource(it.workspaceId, { connectionId, container: 'empty' });
    await it.unlink(connectionId);
    const operationId = await remove(connectionId);
    await it.runOnce(it.removeHandler, operationId);
    expect(await rows()).toEqual(before);
    expect(await get(operationId)).toMatchObject({ status: 'succeeded', done: 4, total: 4 });
  });

  test('goes on where it was interrupted, in pieces of bounded size', async () => {
    const before = await rows();
    const keys = Array.from({ length: 11_000 }, (_, index) => `${index % 6000}/${index}`);
    const { connectionId } = await fill(keys);
    await it.unlink(connectionId);
    const operationId = await remove(connectionId);
    const crash = new Error('crash');
    const seen: number[] = [];
    for (let ended = false, most = 1; !ended; most++) {
      let saves = 0;
      ended = await it
        .runOnce(it.removeHandler, operationId, run => ({
          ...run,
          async save(trx, state) {
            if (++saves > most) throw crash;
            await run.save(trx, state);
          },
        }))
        .then(
          () => true,
          error => {
            if (error !== crash) throw error;
            return false;
          },
        );
      const { done, total } = await get(operationId);
      expect(total).toBe(11_000);
      seen.push(done);
    }
    expect(seen).toEqual([5000, ...Array.from({ length: 9 }, () => 11_000)]);
    expect(await rows()).toEqual(before);
    expect((await get(operationId)).status).toBe('succeeded');
  });

  test('of one that is gone already succeeds', async () => {
    const operationId = await remove('con_00000000000000000000');
    await it.runOnce(it.removeHandler, operationId);
    expect(await get(operationId)).toMatchObject({ status: 'succeeded', done: 0, total: 0 });
  });
});
