import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Asset } from '@mooring/contract';
import { ProviderError } from '@mooring/storage/server';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReadRequest } from './relay-read.ts';
import { createDeliveryBench, type DeliveryBench } from './testing.ts';

const NEVER = new AbortController().signal;
const BODY = Buffer.from('0123456789');

describe('the relay', () => {
  let bench: DeliveryBench;
  let place: { connectionId: string; sourceId: string };
  let asset: Asset;

  beforeEach(() => {
    bench = createDeliveryBench({ relayMaxConcurrent: 2 });
    place = bench.connect();
    asset = bench.add(place, 'dir/été 1.txt', BODY);
  });

  const tokenOf = async (assetId: string) => {
    const { items } = await bench.delivery.sign(bench.workspaceId, {
      assetIds: [assetId],
      baseUrl: 'https://mooring.example',
      by: bench.by,
    });
    return items[0]!.url.split('/relay/')[1]!;
  };
  const relay = async (request: Partial<ReadRequest> = {}, assetId = asset.id) =>
    bench.delivery.relay(await tokenOf(assetId), { method: 'GET', ...request }, NEVER);
  const read = async (request: Partial<ReadRequest> = {}) => {
    const answer = await relay(request);
    if ('error' in answer) throw answer.error;
    const body = answer.body ? String(await buffer(answer.body)) : null;
    return { status: answer.status, headers: answer.headers, body };
  };

  it('gives the whole object, as something that can do nothing on our origin', async () => {
    const { status, headers, body } = await read();
    expect([status, body]).toEqual([200, '0123456789']);
    expect(headers).toEqual({
      'content-type': 'text/plain',
      'content-length': '10',
      'content-disposition': "inline; filename*=UTF-8''%C3%A9t%C3%A9%201.txt",
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'accept-ranges': 'bytes',
      'cache-control': 'private, max-age=900',
      etag: `"${asset.etag}"`,
    });
  });

  it.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=0-', '0123456789', 'bytes 0-9/10'],
    ['bytes=8-', '89', 'bytes 8-9/10'],
    ['bytes=8-999', '89', 'bytes 8-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
  ])('gives %s', async (range, body, contentRange) => {
    const answer = await read({ range });
    expect(answer).toMatchObject({ status: 206, body });
    expect(answer.headers).toMatchObject({
      'content-range': contentRange,
      'content-length': String(body.length),
    });
  });

  it.each(['bytes=10-', 'bytes=99-100', 'bytes=-0'])(
    'refuses %s, and says how long the object is',
    async range => {
      const answer = await relay({ range });
      expect(answer).toMatchObject({
        status: 416,
        headers: { 'content-range': 'bytes */10' },
        error: { code: 'range_not_satisfiable' },
      });
    },
  );

  it.each(['bytes=0-1,4-5', 'lines=1-2', 'bytes=5-2'])('gives the whole object for %s', async range => {
    expect(await read({ range })).toMatchObject({ status: 200, body: '0123456789' });
  });

  it('gives a range only of the version that If-Range names', async () => {
    const range = 'bytes=0-1';
    expect(await read({ range, ifRange: `"${asset.etag}"` })).toMatchObject({ status: 206, body: '01' });
    for (const ifRange of ['"other"', `W/"${asset.etag}"`, 'Sun, 22 Nov 2026 10:00:00 GMT']) {
      expect(await read({ range, ifRange })).toMatchObject({ status: 200, body: '0123456789' });
    }
  });

  it('answers HEAD and If-None-Match without reading the object', async () => {
    expect(await read({ method: 'HEAD' })).toMatchObject({
      status: 200,
      headers: { 'content-length': '10' },
      body: null,
    });
    for (const ifNoneMatch of [`"${asset.etag}"`, `"x", W/"${asset.etag}"`, '*']) {
      expect(await read({ ifNoneMatch })).toMatchObject({ status: 304, body: null });
    }
    expect(await read({ ifNoneMatch: '"other"' })).toMatchObject({ status: 200, body: '0123456789' });
  });

  it('gives an empty object', async () => {
    asset = bench.add(place, 'empty', '');
    expect(await read()).toMatchObject({ status: 200, body: '', headers: { 'content-length': '0' } });
    expect(await relay({ range: 'bytes=0-' })).toMatchObject({ status: 416 });
  });

  it('lets browsers show a PDF, and copes with names and types that no header can hold', async () => {
    asset = bench.add(place, `${'😀'.repeat(500)}'(*).pdf`, 'x', { contentType: 'application/pdf' });
    const pdf = (await read()).headers;
    expect(pdf['content-security-policy']).toBe('frame-ancestors *');
    expect(pdf['content-disposition']!.length).toBeLessThan(3000);
    asset = bench.add(place, 'odd\n\u202e"name', 'x', { contentType: 'text/plain\r\nset-cookie: a=b' });
    const odd = (await read()).headers;
    expect(odd['content-type']).toBe('application/octet-stream');
    expect(odd['content-disposition']).toBe("inline; filename*=UTF-8''odd%0A%E2%80%AE%22name");
  });

  it('takes the content type from the read where the listing named none', async () => {
    asset = bench.add(place, 'a.png', 'x', { contentType: 'image/png' });
    bench.assets.set(asset.id, { ...asset, contentType: null });
    expect((await read()).headers['content-type']).toBe('image/png');
    expect((await read({ method: 'HEAD' })).headers['content-type']).toBe('image/png');
  });

  it.each([
    'text/javascript',
    'application/ECMAScript; charset=utf-8',
    ' text/jscript',
    'text/x-javascript;a=b',
  ])('gives a script (%s) as text, so that no page runs it', async contentType => {
    asset = bench.add(place, 'a.js', 'alert(1)', { contentType });
    expect((await read()).headers['content-type']).toBe('text/plain');
  });

  it('names what an object is by content or by name where its storage says nothing', async () => {
    const typeOf = async (key: string, facts: Partial<Asset> = {}) => {
      asset = bench.add(place, key, 'x', { contentType: 'application/octet-stream', ...facts });
      return (await read()).headers['content-type'];
    };
    const found = (mediaType: string, kind: Asset['kind']): Partial<Asset> => ({
      media: { facts: { mediaType, kind }, warnings: [], problem: null, probedAt: asset.createdAt },
    });
    expect(await typeOf('mark.svg')).toBe('image/svg+xml');
    expect(await typeOf('sheet.PDF')).toBe('application/pdf');
    expect(await typeOf('scan', found('image/png', 'image'))).toBe('image/png');
    expect(await typeOf('no.svg', found('application/zip', 'other'))).toBe('application/octet-stream');
    for (const key of ['page.html', 'code.js', 'notes.txt', 'unknown'])
      expect(await typeOf(key)).toBe('application/octet-stream');
    expect(await typeOf('page.svg', found('text/html', 'text'))).toBe('application/octet-stream');
    expect(await typeOf('said.svg', { contentType: 'text/plain' })).toBe('text/plain');
  });

  it('learns that an object is archived of which the listing did not tell', async () => {
    asset = bench.add(place, 'cold', 'x', { archiveState: 'unknown' });
    const token = await tokenOf(asset.id);
    bench.storage.put('cold', 'x', { archiveState: 'archived' });
    const archived = { code: 'object_archived' };
    await expect(bench.delivery.relay(token, { method: 'GET' }, NEVER)).rejects.toMatchObject(archived);
    expect(bench.assets.get(asset.id)).toMatchObject({ archiveState: 'archived' });
    await expect(tokenOf(asset.id)).rejects.toThrow();
  });

  it.each(['application/pdf, text/html', 'application/pdf ,text/html', 'application/pdfx', 'text/html'])(
    'keeps what is served as %s in a sandbox',
    async contentType => {
      asset = bench.add(place, 'page', '<script>', { contentType });
      const { headers } = await read();
      expect(headers['content-security-policy']).toBe("default-src 'none'; sandbox");
      if (contentType.includes(',')) expect(headers['content-type']).toBe('application/octet-stream');
    },
  );

  it('stops at its end, and says so with 403, so that clients ask for another', async () => {
    const token = await tokenOf(asset.id);
    bench.later(900_000);
    await expect(bench.delivery.relay(token, { method: 'GET' }, NEVER)).rejects.toMatchObject({
      code: 'forbidden',
      status: 403,
    });
  });

  it('stops at once when the connection is unlinked or the asset has gone', async () => {
    const token = await tokenOf(asset.id);
    bench.assets.set(asset.id, { ...asset, status: 'gone' });
    const read = () => bench.delivery.relay(token, { method: 'GET' }, NEVER);
    await expect(read()).rejects.toMatchObject({ code: 'asset_gone' });
    bench.assets.set(asset.id, asset);
    bench.providers.delete(place.connectionId);
    await expect(read()).rejects.toMatchObject({ code: 'not_found' });
  });

  it('breaks off a stream within a second after the connection was unlinked', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const answer = await relay();
    if (!('body' in answer) || !answer.body) throw new Error('expected a body');
    const ended = new Promise(resolve => answer.body!.once('error', resolve));
    const away = vi.spyOn(bench.providers, 'get').mockImplementationOnce(() => {
      throw new Error('the database is away');
    });
    vi.advanceTimersByTime(1000);
    await nextTurn();
    expect(away).toHaveBeenCalledOnce();
    expect(answer.body.destroyed).toBe(false);
    bench.providers.delete(place.connectionId);
    vi.advanceTimersByTime(1000);
    vi.useRealTimers();
    expect(await ended).toMatchObject({ code: 'not_found' });
  });

  it('says that an object has gone which the catalogue still has', async () => {
    const token = await tokenOf(asset.id);
    bench.storage.delete(asset.key);
    await expect(bench.delivery.relay(token, { method: 'GET' }, NEVER)).rejects.toMatchObject({
      code: 'asset_gone',
      status: 410,
    });
  });

  it('hands on what the storage says', async () => {
    const refusing = bench.connect({
      signer: null,
      reader: {
        head: () => Promise.reject(new Error('not called')),
        readRange: () => Promise.reject(new ProviderError('forbidden', 'No.', { fix: 'Grant it.' })),
      },
    });
    const refused = bench.add(refusing, 'x');
    await expect(relay({}, refused.id)).rejects.toMatchObject({
      code: 'storage_forbidden',
      fix: 'Grant it.',
    });
  });

  it('gives the slot back where the storage breaks off while the read is written into the audit', async () => {
    const bodies: Readable[] = [];
    const { reader } = bench.providers.get(place.connectionId)!;
    const breaking = bench.connect({
      signer: null,
      reader: {
        head: reader!.head,
        async readRange(...asked) {
          const body = new Readable({ read() {} });
          bodies.push(body);
          return { ...(await reader!.readRange(...asked)), body };
        },
      },
    });
    const token = await tokenOf(bench.add(breaking, 'breaks', BODY).id);
    for (let at = 0; at < 3; at++) {
      const written = Promise.withResolvers<void>();
      const noting = Promise.withResolvers<void>();
      vi.spyOn(bench.parts.reads, 'record').mockImplementation(async () => {
        noting.resolve();
        await written.promise;
      });
      const relayed = bench.delivery.relay(token, { method: 'GET', address: `192.0.2.${at}` }, NEVER);
      await noting.promise;
      const closed = new Promise(resolve => bodies[at]!.once('close', resolve));
      bodies[at]!.destroy(new Error('the storage has gone'));
      await closed;
      vi.restoreAllMocks();
      written.resolve();
      expect(await relayed).toMatchObject({ body: { errored: { message: 'the storage has gone' } } });
    }
  });

  it('streams a bounded number at a time and gives slots back, however a stream ends', async () => {
    const [first, second] = [await relay(), await relay()];
    if (!('body' in first) || !('body' in second)) throw new Error('expected bodies');
    let third = 'waiting';
    const waiting = read().then(() => {
      third = 'answered';
    });
    for (let turns = 0; turns < 100; turns++) await nextTurn(); // the bench answers within a few
    expect(third).toBe('waiting');
    first.body!.destroy();
    await waiting;
    await buffer(second.body!);
    for (let i = 0; i < 5; i++)
      await expect(relay({ range: 'bytes=99-' })).resolves.toMatchObject({ status: 416 });
    for (let i = 0; i < 5; i++) await expect(read({ method: 'HEAD' })).resolves.toBeDefined();
    bench.storage.delete(asset.key);
    for (let i = 0; i < 5; i++) await expect(relay()).rejects.toMatchObject({ code: 'asset_gone' });
  });
});
