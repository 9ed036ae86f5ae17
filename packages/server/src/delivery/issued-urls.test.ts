import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestCatalogue, objectOf, type TestCatalogue } from '../catalogue/testing.ts';
import { testServers } from '../platform/database/testing.ts';
import { createIssuedUrls } from './issued-urls.ts';

const NOW = Date.parse('2026-11-22T10:00:00Z');
const at = (minutes: number) => new Date(NOW + minutes * 60_000);

describe.each(testServers)('issued URLs on $name', server => {
  let it: TestCatalogue;
  let connectionId: string;
  let ids: string[];
  let now = at(0);
  beforeAll(async () => {
    it = await createTestCatalogue(server);
    connectionId = await it.connect();
    const source = await it.catalogue.createSource(it.workspaceId, { connectionId });
    await it.write(source.id, () => ({ added: ['a', 'b'].map(key => objectOf(key)) }));
    const { items } = await it.catalogue.listAssets(
      it.workspaceId,
      { status: 'any', recursive: true },
      { limit: 10 },
    );
    ids = items.map(({ id }) => id);
  });
  afterAll(() => it.drop());
  const log = () => createIssuedUrls({ db: it.db, clock: { now: () => now } });
  const url = (index: number, minutes: number, relayed = false) => ({
    connectionId,
    opens: { assetId: ids[index]! },
    endsAt: at(minutes),
    relayed,
  });
  const list = (unlinked = false) => log().list(it.workspaceId, connectionId, { unlinked });

  test('are listed until they end, the last to end first, each once', async () => {
    expect(await list()).toEqual({ count: 0, lastEndsAt: null, items: [] });
    await log().record(it.workspaceId, [url(0, 5), url(1, 15), url(1, 15)]);
    await log().record(it.workspaceId, [url(1, 15), url(0, 10, true)]);
    expect(await list()).toEqual({
      count: 3,
      lastEndsAt: at(15).toISOString(),
      items: [
        { assetId: ids[1], key: 'b', endsAt: at(15).toISOString() },
        { assetId: ids[0], key: 'a', endsAt: at(10).toISOString() },
        { assetId: ids[0], key: 'a', endsAt: at(5).toISOString() },
      ],
    });
    expect(await log().list(it.workspaceId, 'con_other', { unlinked: false })).toMatchObject({ count: 0 });
    expect(await log().list('ws_other', connectionId, { unlinked: false })).toMatchObject({ count: 0 });
    now = at(5);
    expect((await list()).items.map(({ endsAt }) => endsAt)).toEqual([15, 10].map(m => at(m).toISOString()));
  });

  test('of an unlinked connection are those that Mooring cannot refuse', async () => {
    now = at(0);
    expect((await list(true)).items.map(({ key, endsAt }) => [key, endsAt])).toEqual([
      ['b', at(15).toISOString()],
      ['a', at(5).toISOString()],
    ]);
  });

  test('are forgotten once they have ended', async () => {
    now = at(10);
    await log().prune(new AbortController().signal);
    now = at(0);
    expect(await list()).toMatchObject({ count: 1, lastEndsAt: at(15).toISOString() });
  });

  test('of an object that is no asset are listed by its key', async () => {
    now = at(0);
    const key = `tests/${'ü'.repeat(1000)}`;
    await log().record(it.workspaceId, [{ connectionId, opens: { key }, endsAt: at(20), relayed: false }]);
    const { count, items } = await list();
    expect([count, items[0]]).toEqual([2, { assetId: null, key, endsAt: at(20).toISOString() }]);
    now = at(20);
    await log().prune(new AbortController().signal);
    expect(await list()).toMatchObject({ count: 0 });
  });
});
