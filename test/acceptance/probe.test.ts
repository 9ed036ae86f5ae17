import { join } from 'node:path';
import type { ConnectionCreate } from '@mooring/contract';
import { type Storage, startStorage } from '@mooring/emulators';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCli } from '../support/cli.ts';
import { withApp, withSas, withTwoSas } from '../support/connect.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';

const KEY = 'a folder/é #1.txt';
const BODY = 'what a browser would load';
let storage: Storage;
let mooring: Mooring;
beforeAll(async () => {
  storage = await startStorage();
  storage.certificates.trust();
  await storage.put({ key: KEY, body: BODY, contentType: 'text/plain' });
  mooring = await startMooring(storage);
});
afterAll(async () => {
  await mooring?.stop();
  await storage?.stop();
});

const connect = async (body: ConnectionCreate) => {
  const { id: connectionId } = await mooring.client.call('createConnection', { body });
  return { connectionId };
};

describe.each<[string, () => ConnectionCreate, 'direct' | 'relay']>([
  ['an app registration', () => withApp(storage), 'direct'],
  ['a SAS token', () => withSas(storage), 'relay'],
  ['a delivery token', () => withTwoSas(storage), 'direct'],
  [
    'a delivery token, client-only',
    () => ({ ...withTwoSas(storage), name: 'Far', accessMode: 'client-only' }),
    'direct',
  ],
])('with %s', (_, body, delivery) => {
  test('a browser gets an object of no source to load, in parts too', async () => {
    const params = await connect(body());
    const probe = await mooring.client.call('getBrowserProbe', { params });
    expect(probe).toMatchObject({ key: KEY, sizeBytes: BODY.length, delivery });
    const whole = await fetch(probe.url, { headers: { origin: mooring.url } });
    expect([whole.status, await whole.text()]).toEqual([200, BODY]);
    const part = await fetch(probe.url, { headers: { origin: mooring.url, range: 'bytes=2-5' } });
    expect([part.status, await part.text()]).toEqual([206, BODY.slice(2, 6)]);
    expect(part.headers.get('access-control-allow-origin')).toMatch(/^\*$|^http:/);
    expect(Date.parse(probe.expiresAt)).toBeGreaterThan(Date.now());
  });

  test('one object is put to the test, and its URL loads', async () => {
    const params = await connect(body());
    const object = await mooring.client.call('testObject', { params, body: { key: KEY } });
    expect(object.checks.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(await (await fetch(object.probe!.url)).text()).toBe(BODY);
  });
});

test('the relay’s address of an object dies with its connection, and is in no log', async () => {
  const params = await connect(withSas(storage));
  const { url } = await mooring.client.call('getBrowserProbe', { params });
  expect((await fetch(url)).status).toBe(200);
  await mooring.client.call('deleteConnection', { params });
  await expect.poll(async () => (await fetch(url)).status).toBe(404);
  expect(mooring.logs()).not.toContain(url.split('/relay/')[1]!.slice(0, 40));
});

describe('on the command line', () => {
  const cli = () =>
    createCli(join(mooring.dataDir, '..', 'home'), {
      MOORING_URL: mooring.url,
      MOORING_TOKEN: mooring.token,
      NODE_EXTRA_CA_CERTS: storage.certificates.caFile,
    });

  test('checks are printed as they end, some alone, and their failure is the exit code', async () => {
    const { connectionId } = await connect({ ...withApp(storage), name: 'By command' });
    const some = await cli().run(['connection', 'check', connectionId, '--only', 'clock']);
    expect(some.code).toBe(0);
    expect(some.stdout.match(/✓/g)).toHaveLength(4);
    storage.front.settings.networkOpen = false;
    const failed = await cli().run(['connection', 'check', connectionId, '--wait', '1']);
    storage.front.settings.networkOpen = true;
    expect(failed.code).toBe(5);
    expect(failed.stdout).toMatch(/✗ Listing.*Seen:.*firewall.*az storage account network-rule/s);
    expect(failed.stdout.match(/✗/g)!.length).toBeLessThanOrEqual(2); // the check, and the connection
  });

  test('an object is tried from the server and from here', async () => {
    const { connectionId } = await connect({ ...withApp(storage), name: 'By URL' });
    const url = `${storage.endpoint}/${storage.container}/${encodeURIComponent(KEY)}`;
    const ran = await cli().run(['connection', 'test-url', connectionId, url]);
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toMatch(/✓ Signed URL.*✓ This machine loads the URL {2}Status 206/s);
    expect(ran.stdout).not.toContain('sig=');
    const absent = await cli().run(['connection', 'test-url', connectionId, 'nothing.txt']);
    expect(absent.code).toBe(5);
    expect(absent.stdout).toMatch(/There is no object “nothing.txt”.*✗ This machine .*Status 404/s);
  });
});
