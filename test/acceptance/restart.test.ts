import { syncCountsOf } from '@mooring/contract';
import { type Storage, startStorage } from '@mooring/emulators';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../support/connect.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { sync } from '../support/sync.ts';

let storage: Storage;
let mooring: Mooring;
beforeAll(async () => {
  storage = await startStorage();
  mooring = await startMooring(storage);
});
afterAll(async () => {
  await mooring.stop();
  await storage.stop();
});

test('an installation that is killed and started again keeps its data, its tokens and its address', async () => {
  await storage.put({ key: 'a.txt', body: 'a' });
  const { source } = await connect(mooring.client, storage);
  expect(syncCountsOf(await sync(mooring.client, source.id))?.added).toBe(1);
  await mooring.kill();
  await mooring.restart();
  await storage.put({ key: 'b.txt', body: 'b' });
  expect((await sync(mooring.client, source.id)).counts).toMatchObject({ listed: 2, added: 1, unchanged: 1 });
});
