import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGuard } from '@mooring/storage/server';
import { afterEach, expect, test } from 'vitest';
import { startAnswering } from './testing-answers.ts';

const EMPTY_PAGE =
  '<?xml version="1.0" encoding="utf-8"?><EnumerationResults><Blobs></Blobs><NextMarker /></EnumerationResults>';
const XML = { 'content-type': 'application/xml' };
let storage: Awaited<ReturnType<typeof startAnswering>>;
afterEach(() => storage.stop());

test('requests go through the guard', async () => {
  const strict = createGuard({ allowPrivate: false });
  let requests = 0;
  storage = await startAnswering(
    (_, response) => {
      requests += 1;
      response.end();
    },
    { guard: strict },
  );
  const refused = { kind: 'invalid', message: expect.stringMatching(/only to public addresses/) };
  await expect(storage.provider.list('media')).rejects.toMatchObject(refused);
  await expect(storage.reader.head('media', 'a.jpg')).rejects.toMatchObject(refused);
  await expect(storage.reader.readRange('media', 'a.jpg')).rejects.toMatchObject(refused);
  await strict.close();
  expect(requests).toBe(0);
});

test('a connection that went stale is opened anew', async () => {
  let requests = 0;
  storage = await startAnswering((request, response) => {
    requests += 1;
    if (requests === 1) request.socket.resetAndDestroy();
    else response.writeHead(200, XML).end(EMPTY_PAGE);
  });
  expect([...(await storage.provider.list('media')).objects]).toEqual([]);
  expect(requests).toBe(2);
});

test('a redirect is not followed, because its address has not been judged', async () => {
  const asked: string[] = [];
  storage = await startAnswering((request, response) => {
    const path = request.url!.split('?')[0]!;
    asked.push(path);
    if (path.endsWith('/elsewhere')) response.writeHead(200, XML).end(EMPTY_PAGE);
    else response.writeHead(302, { location: '/acme/elsewhere' }).end();
  });
  await expect(storage.provider.list('media')).rejects.toMatchObject({ kind: 'unexpected' });
  expect(asked).toEqual(['/acme/media']);
});

test('of an error that never ends little is read', async () => {
  storage = await startAnswering((_, response) => {
    const send = (): void => {
      while (response.write('x'.repeat(60_000)));
    };
    response.writeHead(500, XML).on('drain', send);
    send();
  });
  await expect(storage.provider.list('media')).rejects.toMatchObject({
    kind: 'unexpected',
    message: expect.stringContaining('it is longer than 1048576 bytes'),
  });
});

test('of a page that never ends no more is read than the entries that were asked for can have', async () => {
  storage = await startAnswering((_, response) => {
    const send = (): void => {
      while (response.write(' '.repeat(60_000)));
    };
    response.writeHead(200, XML).on('drain', send);
    send();
  });
  await expect(storage.provider.list('media', { pageSize: 500 })).rejects.toMatchObject({
    kind: 'unexpected',
    message: expect.stringContaining('it is longer than 10066330 bytes'),
  });
});

test('a storage that refuses is reported at once', async () => {
  storage = await startAnswering(() => {});
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  const other = await startAnswering(() => {}, {
    location: { account: 'acme', endpoint: `http://127.0.0.1:${port}/acme` },
  });
  const dialled: unknown[] = [];
  const dial = () => dialled.push(1);
  subscribe('net.client.socket', dial);
  await expect(other.provider.list('media')).rejects.toMatchObject({
    kind: 'unreachable',
    message: `127.0.0.1:${port} refused the connection.`,
  });
  unsubscribe('net.client.socket', dial);
  expect(dialled).toHaveLength(1); // it is not tried again
  await other.stop();
});
