import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { urlSource } from './url-source.ts';

const BYTES = Buffer.from('0123456789');
let url: string;
const server = createServer((request, response) => {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range!)!.map(Number);
  if (request.url === '/refuses') return response.writeHead(403).end('no');
  if (request.url === '/ignores') return response.writeHead(200).end(BYTES);
  response.writeHead(206, { etag: '"e1"' });
  if (request.url !== '/endless') return response.end(BYTES.subarray(from, to! + 1));
  const more = () => {
    while (response.write(BYTES));
  };
  response.on('drain', more);
  more();
});
beforeAll(async () => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.closeAllConnections());

const read = (path: string, offset: number, length: number, etag: string | null = 'e1') =>
  urlSource(`${url}${path}`, BYTES.length, etag).read(offset, length, new AbortController().signal);

test('a range is read, and the whole where it is all that was asked for', async () => {
  expect(Buffer.from(await read('/', 2, 3)).toString()).toBe('234');
  expect(Buffer.from(await read('/ignores', 0, 10)).toString()).toBe('0123456789');
});

test.each([
  ['/refuses', 'unreadable', 'The storage answered with status 403. It should be 206.'],
  ['/ignores', 'unreadable', 'The storage answered with status 200. It should be 206.'],
  ['/endless', 'unreadable', 'The storage sent more than the 3 bytes that were asked for.'],
])('%s is refused', async (path, code, message) => {
  await expect(read(path, 2, 3)).rejects.toMatchObject({ code, message });
});

test('a changed object is no unreadable one', async () => {
  await expect(read('/', 2, 3, 'e2')).rejects.toMatchObject({ code: 'changed' });
});
