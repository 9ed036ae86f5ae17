import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testServers } from '../platform/database/testing.ts';
import { settleQuota } from './quota.ts';
import { createTestCatalogue, objectOf, recount, type TestCatalogue } from './testing.ts';

describe.each(testServers)('the quota on $name', server => {
  let it: TestCatalogue;
  beforeAll(async () => {
    it = await createTestCatalogue(server);
  });
  afterAll(() => it.drop());

  test('leaves room to the oldest, also where assets go and come one by one', async () => {
    await it.db.updateTable('workspaces').set({ max_assets: 2 }).execute();
    const { id } = await it.catalogue.createSource(it.workspaceId, { connectionId: await it.connect() });
    const marked = async () =>
      (await it.db.selectFrom('assets').select(['key', 'over_quota']).orderBy('key').execute())
        .filter(asset => asset.over_quota)
        .map(asset => asset.key);
    const add = (key: string) => it.write(id, () => ({ added: [objectOf(key)] }));
    for (const key of ['a', 'b', 'c']) await add(key);
    expect(await marked()).toEqual(['c']);
    await it.write(id, assets => ({ gone: assets.filter(({ key }) => key === 'a') }));
    await add('d');
    expect(await marked()).toEqual(['c', 'd']);
    const isSettled = () => it.db.transaction().execute(trx => settleQuota(trx, it.workspaceId, 10));
    expect(await isSettled()).toBe(true);
    expect(await marked()).toEqual(['d']);
    const { kept, counted } = await recount(it.db);
    expect(kept).toEqual(counted);
  });
});
