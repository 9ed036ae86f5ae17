import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createGuard, type Provider, systemClock } from '@mooring/storage/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDirectProvider } from './provider.ts';

const FILE = Buffer.from('0123456789'.repeat(20_000)); // more than is read of an answer that is not needed
const ANSWERS: Record<string, (request: IncomingMessage, response: ServerResponse) => unknown> = {
  '/f/whole': (_, response) => response.writeHead(200, { 'content-length': FILE.length }).end(FILE),
  '/f/empty': (_, response) => response.writeHead(416, { 'content-range': 'bytes */0' }).end(),
  '/f/moved': (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
  '/f/none': (_, response) => response.writeHead(404).end('x'.repeat(300_000)),
  '/f/refused': (_, response) => response.writeHead(403).end(),
  '/f/endless': (_, response) =>
    response.writeHead(200, { 'transfer-encoding': 'chunked' }).end('x'.repeat(9)),
};

let server: Server;
let container: string;
let open: Provider;
const guard = createGuard({ allowPrivate: true });
const kept = new Map<string, string>();

beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://host');
    const answer = ANSWERS[pathname];
    if (answer) return void answer(request, response);
    if (request.method !== 'GET') return void response.writeHead(405).end();
    const [, from = 0, to = FILE.length - 1] =
      /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '')?.map(Number) ?? [];
    const part = FILE.subarray(from, to + 1);
    if (from >= FILE.length)
      return void response.writeHead(416, { 'content-range': `bytes */${FILE.length}` }).end();
    const headers = {
      'content-type': 'image/jpeg',
      etag: '"e1"',
      'last-modified': 'Mon, 30 Nov 2026 10:00:00 GMT',
    };
    const range = { 'content-range': `bytes ${from}-${from + part.length - 1}/${FILE.length}` };
    const isPart = request.headers.range !== undefined;
    response
      .writeHead(isPart ? 206 : 200, { ...headers, ...(isPart && range), 'content-length': part.length })
      .end(part);
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  container = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  open = provider('server');
});
afterAll(async () => {
  server.close();
  await guard.close();
});

const provider = (accessMode: 'server' | 'client-only') =>
  createDirectProvider(
    {
      ...{ location: { container, prefix: 'f/' }, credential: { kind: 'direct-urls' }, accessMode },
      ...{ renditionPrefix: null, ownershipTokens: ['token'], fresh: false, takeTurn: async () => () => {} },
      addresses: { find: async () => kept },
    },
    { guard, clock: systemClock },
  );

test('properties come with the first byte', async () => {
  expect(await open.reader!.head(container, 'f/a b.jpg')).toMatchObject({
    ...{ key: 'f/a b.jpg', etag: 'e1', sizeBytes: FILE.length, contentType: 'image/jpeg' },
    lastModified: new Date('2026-11-30T10:00:00Z'),
  });
  expect(await open.reader!.head(container, 'f/whole')).toMatchObject({
    sizeBytes: FILE.length,
    contentType: null,
  });
  expect(await open.reader!.head(container, 'f/empty')).toMatchObject({ sizeBytes: 0 });
});

test('parts are read, and what has changed is not', async () => {
  const read = await open.reader!.readRange(container, 'f/a', {
    range: { start: 5, end: 14 },
    ifMatch: 'e1',
  });
  expect(read).toMatchObject({ start: 5, lengthBytes: 10, totalBytes: FILE.length });
  expect((await buffer(read.body)).toString()).toBe('5678901234');
  const whole = await open.reader!.readRange(container, 'f/a');
  expect((await buffer(whole.body)).equals(FILE)).toBe(true);
  const range = { start: 0, end: 9 };
  for (const [key, options, kind] of [
    ['f/a', { range, ifMatch: 'e2' }, 'changed'],
    ['f/a', { range: { start: FILE.length, end: FILE.length + 9 } }, 'range'],
    ['f/whole', { range }, 'unexpected'],
  ] as const)
    await expect(open.reader!.readRange(container, key, options)).rejects.toMatchObject({ kind });
});

test.each([
  ['f/none', 'not-found'],
  ['f/refused', 'forbidden'],
  ['f/moved', 'invalid'],
  ['f/endless', 'unexpected'],
])('%s is %s', async (key, kind) => {
  await expect(open.reader!.head(container, key)).rejects.toMatchObject({ kind });
});

test('a URL is handed out until its end, and a client-only connection has no reader', async () => {
  const options = {
    method: 'GET' as const,
    startsAt: new Date(),
    expiresAt: new Date('2030-01-01T00:00:00Z'),
  };
  const url = (day: string) =>
    `${container}/f/s?X-Amz-Date=${day}T000000Z&X-Amz-Expires=60&X-Amz-Signature=x`;
  kept.set('f/s', url('20991130')).set('f/old', url('20001130'));
  const { reader, signer } = provider('client-only');
  expect(reader).toBeNull();
  expect(await signer!.sign(container, ['f/s', 'f/p q', 'f/old'], options)).toEqual([
    { url: url('20991130'), expiresAt: new Date('2099-11-30T00:01:00Z') },
    { url: `${container}/f/p%20q`, expiresAt: options.expiresAt },
    expect.objectContaining({
      kind: 'invalid',
      message: 'The URL of this file ended at 2000-11-30T00:01:00.000Z.',
    }),
  ]);
  await expect(open.reader!.head(container, 'f/old')).rejects.toMatchObject({ kind: 'invalid' });
});
