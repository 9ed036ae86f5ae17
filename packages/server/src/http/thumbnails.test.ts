import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { preferredFormat } from './preferred-format.ts';
import { sessionCookieName } from './session-cookie.ts';
import { startTestServer, type TestHttpServer } from './testing.ts';

let server: TestHttpServer;
let path: string;
let broken: string;
let etag: string;
beforeAll(async () => {
  server = await startTestServer();
  const place = await server.connect();
  const picture = sharp({ create: { width: 600, height: 400, channels: 3, background: 'red' } });
  const id = await server.add(place, 'a.png', await picture.png().toBuffer(), 'image/png');
  path = `/v1/assets/${id}/thumbnail`;
  etag = (await (await server.send(`/v1/assets/${id}`)).json()).etag;
  const other = await server.add(place, 'b.png', 'no picture at all', 'image/png');
  broken = `/v1/assets/${other}/thumbnail`;
});
afterAll(() => server.stop());

test('a browser gets it by its cookie, and may ask whether it has changed', async () => {
  const cookie = `${sessionCookieName(server.url)}=${server.session}`;
  const answer = await server.send(path, { token: null, headers: { cookie } });
  const headers = Object.fromEntries(answer.headers);
  expect(answer.status).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'image/webp',
    'cache-control': 'private, no-cache',
    vary: 'accept',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  });
  const { width, height } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
  expect([width, height]).toEqual([256, 171]);
  const again = await server.send(path, { headers: { 'if-none-match': headers.etag! } });
  expect([again.status, await again.text()]).toEqual([304, '']);
});

test('under an address that names the version of the object, browsers may keep it', async () => {
  const cacheOf = async (tag: string) =>
    (await server.send(`${path}?etag=${encodeURIComponent(tag)}`)).headers.get('cache-control');
  expect(await cacheOf(etag)).toBe('private, max-age=31536000, immutable');
  expect(await cacheOf('another')).toBe('private, no-cache');
});

test('in the size that is asked for; other sizes are refused', async () => {
  const answer = await server.send(`${path}?size=512`);
  const { width } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
  expect(width).toBe(512);
  for (const size of ['0', '257', '100000', 'x'])
    expect((await server.send(`${path}?size=${size}`)).status).toBe(400);
});

test('where there is none, a problem says why', async () => {
  const answer = await server.send(broken);
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({
    code: 'thumbnail_unavailable',
    title: 'No picture',
    detail: expect.stringContaining('text/plain'),
  });
});

test('only for those who may read', async () => {
  expect((await server.send(path, { token: null })).status).toBe(401);
  expect((await server.send('/v1/assets/ast_00000000000000000000/thumbnail')).status).toBe(404);
});

describe('the format follows Accept', () => {
  test.each([
    [undefined, 'webp'],
    ['*/*', 'webp'],
    ['image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8', 'webp'],
    ['image/avif', 'avif'],
    ['image/avif;q=0.9, image/webp;q=0.8', 'avif'],
    ['image/avif;q=0, image/*', 'webp'],
    ['application/json', 'webp'],
  ])('%s', (accept, format) => expect(preferredFormat(accept)).toBe(format));

  test('in the answer', async () => {
    const answer = await server.send(path, { headers: { accept: 'image/avif' } });
    expect(answer.headers.get('content-type')).toBe('image/avif');
    expect((await sharp(Buffer.from(await answer.arrayBuffer())).metadata()).format).toBe('heif');
  });
});
