import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startStorage } from '@mooring/emulators';
import { createGuard, signOne } from '@mooring/storage/server';
import { expect, test } from 'vitest';
import { mayCarryToken } from './identity/tokens.ts';
import { openAzure } from './testing.ts';

test.each([
  ['https://acme.blob.core.windows.net', true],
  ['https://10.0.0.1/acme', true],
  ['http://127.0.0.1:10000/acme', true],
  ['http://127.1.2.3/acme', true],
  ['http://[::1]:10000/acme', true],
  // What `new URL` writes as an address is one.
  ['http://0x7f000001/acme', true],
  ['http://localhost:10000/acme', false],
  ['http://127.0.0.1.attacker.example/acme', false],
  ['http://127.0.0.1@attacker.example/acme', false],
  ['http://10.0.0.1/acme', false],
  ['http://0.0.0.0/acme', false],
  ['http://[::ffff:10.0.0.1]/acme', false],
  ['http://acme.blob.core.windows.net', false],
])('an access token may go to %s: %s', (url, may) => {
  expect(mayCarryToken(url)).toBe(may);
});

test('an app registration lists, reads and signs at an emulator over plain HTTP on this machine', async () => {
  const storage = await startStorage({ secure: false });
  storage.certificates.trust();
  await storage.put({ key: 'a.txt', body: 'hello' });
  const guard = createGuard({ allowPrivate: true });
  const provider = openAzure(storage, guard, { credential: { kind: 'azure-app', ...storage.app } });
  const page = await provider.list(storage.container);
  expect([...page.objects]).toHaveLength(1);
  expect(await provider.reader!.head(storage.container, 'a.txt')).toMatchObject({ sizeBytes: 5 });
  const { url } = await signOne(provider.signer!, {
    container: storage.container,
    key: 'a.txt',
    now: new Date(),
    seconds: 600,
  });
  expect(url).toMatch(/^http:/);
  expect(await (await fetch(url)).text()).toBe('hello');
  await guard.close();
  await storage.stop();
});

test('no access token goes over plain HTTP to a name, though it leads to this machine', async () => {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const storage = await startStorage();
  storage.certificates.trust();
  const guard = createGuard({ allowPrivate: true });
  const endpoint = `http://localhost:${(server.address() as AddressInfo).port}/acme`;
  const provider = openAzure({ ...storage, endpoint }, guard, {
    credential: { kind: 'azure-app', ...storage.app },
  });
  const refused = { kind: 'invalid', message: 'Access tokens may not travel over http://.' };
  await expect(provider.list('media')).rejects.toMatchObject(refused);
  await expect(provider.reader!.head('media', 'a.txt')).rejects.toMatchObject(refused);
  const place = { container: 'media', key: 'a.txt', now: new Date(), seconds: 600 };
  await expect(signOne(provider.signer!, place)).rejects.toMatchObject(refused);
  expect(asked).toEqual([]);
  await guard.close();
  server.close();
  await storage.stop();
});
