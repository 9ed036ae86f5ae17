import { syncCountsOf } from '@mooring/contract';
import { type Storage, startStorage } from '@mooring/emulators';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startBalancer } from '../support/balancer.ts';
import { createCli } from '../support/cli.ts';
import { connect } from '../support/connect.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { startServe } from '../support/serve.ts';
import { sync } from '../support/sync.ts';
import { until } from '../support/wait.ts';

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

test('servers that are restarted one after the other lose no request', async () => {
  const cli = createCli(mooring.dataDir, { ...mooring.environment, MOORING_DATA_DIR: mooring.dataDir });
  const start = (port: string) =>
    startServe(cli, [`--port=${port}`, '--local-workers=0', '--drain-seconds=2']);
  const servers = [await start('0'), await start('0')];
  const balancer = await startBalancer(servers.map(({ url }) => url));
  const bothReady = () => until('that both servers are ready', async () => balancer.ready() === 2);
  await bothReady();

  const answers: (number | string)[] = [];
  let isLoaded = true;
  const ask = async (path: string, init?: RequestInit) => {
    const headers = { authorization: `Bearer ${mooring.token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${balancer.url}${path}`, { headers, ...init });
    await answer.arrayBuffer(); // which a connection that breaks lets fail
    return answer.status;
  };
  const load = async (request: () => Promise<number>) => {
    while (isLoaded) answers.push(await request().catch(String));
  };
  const loading = [
    load(() => ask('/v1/assets')),
    load(() => ask('/v1/connections')),
    load(() => ask('/v1/sources/preview', { method: 'POST', body: '{}' })),
  ];
  for (const [place, server] of servers.entries()) {
    const before = answers.length;
    await until('that there is load', async () => answers.length > before + 20);
    await server.stop();
    expect(server.ran.code).toBe(0);
    servers[place] = await start(new URL(server.url).port);
    await bothReady();
  }
  isLoaded = false;
  await Promise.all(loading);
  await balancer.stop();
  for (const server of servers) await server.stop();
  expect(Object.keys(Object.groupBy(answers, String)).sort()).toEqual(['200', '400']);
});
