import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { Reader } from '@mooring/storage/server';
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { startTestServer, type TestHttpServer } from './testing.ts';

describe('relay addresses', () => {
  let server: TestHttpServer;
  let place: { connectionId: string; sourceId: string };
  beforeAll(async () => {
    server = await startTestServer();
    place = await server.connect();
  });
  afterAll(() => server.stop());

  const relay = async (body: string, headers: Record<string, string> = {}, method = 'GET') => {
    const url = await server.sign(await server.add(place, `object ${Math.random()}`, body));
    return fetch(url, { method, headers });
  };

  it('give any page a range of an object, without a credential', async () => {
    const response = await relay('0123456789', { range: 'bytes=2-5', origin: 'https://app.example' });
    expect([response.status, await response.text()]).toEqual([206, '2345']);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-range': 'bytes 2-5/10',
      'content-length': '4',
      'content-type': 'text/plain',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': expect.stringContaining('Content-Range'),
      'content-security-policy': "default-src 'none'; sandbox",
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.stringMatching(/^req_/),
    });
    expect(response.headers.get('cache-control')).toMatch(/^private, max-age=\d+$/);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('let pages show a PDF in a frame', async () => {
    const url = await server.sign(await server.add(place, 'notes.pdf', '%PDF', 'application/pdf'));
    expect((await fetch(url)).headers.get('content-security-policy')).toBe('frame-ancestors *');
  });

  it('answer a preflight', async () => {
    const response = await relay('x', { origin: 'https://app.example' }, 'OPTIONS');
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-headers')).toContain('If-None-Match');
  });

  it('answer HEAD and conditions without a body', async () => {
    const head = await relay('0123456789', {}, 'HEAD');
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '10', '']);
    const etag = head.headers.get('etag')!;
    const known = await fetch(head.url, { headers: { 'if-none-match': etag } });
    expect([known.status, known.headers.get('etag'), await known.text()]).toEqual([304, etag, '']);
  });

  it('say what is outside an object as a problem that pages can read', async () => {
    const response = await relay('0123456789', { range: 'bytes=10-' });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */10');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(await response.json()).toMatchObject({ code: 'range_not_satisfiable' });
  });

  it('do not work when they are not ours, and take no other method', async () => {
    const forged = await fetch(`${server.url}/relay/${'A'.repeat(69)}`);
    expect([forged.status, forged.headers.get('access-control-allow-origin')]).toEqual([403, '*']);
    expect(await forged.json()).toMatchObject({ code: 'forbidden' });
    expect((await relay('x', {}, 'POST')).status).toBe(405);
  });

  it('stop working at once when the connection is unlinked', async () => {
    const own = await server.connect();
    const url = await server.sign(await server.add(own, 'mine', 'x'));
    expect((await fetch(url)).status).toBe(200);
    await server.send(`/v1/connections/${own.connectionId}`, { method: 'DELETE' });
    const response = await fetch(url);
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.text()).not.toBe('x');
  });

  it('are what signing and stable links lead to', async () => {
    const assetId = await server.add(place, 'stable', 'hello');
    const signed = await server.send('/v1/assets/sign', {
      method: 'POST',
      body: { assetIds: [assetId, 'ast_00000000000000000000'] },
    });
    const { items, problems } = (await signed.json()) as { items: { url: string }[]; problems: object[] };
    expect(problems).toMatchObject([
      {
        assetId: 'ast_00000000000000000000',
        problem: { code: 'not_found', status: 404, requestId: signed.headers.get('x-request-id') },
      },
    ]);
    const stable = await server.send(`/v1/assets/${assetId}/content`);
    expect([stable.status, stable.headers.get('location')]).toEqual([302, items[0]!.url]);
    expect(await (await fetch(items[0]!.url)).text()).toBe('hello');
    const gone = await server.send('/v1/assets/ast_00000000000000000000/content');
    expect(await gone.json()).toMatchObject({ code: 'not_found' });
  });
});

test('HEAD of an asset’s content leads to a URL for HEAD: a signature can cover the method', async () => {
  const server = await startTestServer({ signs: true });
  const assetId = await server.add(await server.connect(), 'stable', 'hello');
  for (const method of ['GET', 'HEAD'] as const) {
    const { headers } = await server.send(`/v1/assets/${assetId}/content`, { method });
    const answer = await fetch(headers.get('location')!, { method });
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, '5']);
  }
  await server.stop();
});

describe('a relay of a large object', () => {
  // A process of its own, so that the memory measured is the server's. It stalls, then takes 8 MiB at a time.
  const SLOW_CLIENT = `
    import { get } from 'node:http';
    import { text } from 'node:stream/consumers';
    import { setTimeout as pause } from 'node:timers/promises';
    get(process.argv[1], async response => {
      await pause(500);
      console.log('reading');
      let received = 0;
      for await (const chunk of response) {
        const before = received;
        received += chunk.length;
        if (received >> 23 !== before >> 23) await pause(20);
      }
      console.log(received);
    });
  `;
  const CHUNK = Buffer.alloc(64 * 1024, 1);
  const NO_TYPE = { contentType: null, contentEncoding: null, contentLanguage: null };
  const SIZE_BYTES = 200 * 1024 * 1024;
  let produced = 0;
  let open = 0;
  const reader: Reader = {
    head: () => Promise.reject(new Error('not asked')),
    readRange: async (_container, _key, { signal } = {}) => {
      function* chunks() {
        for (let at = 0; at < SIZE_BYTES; at += CHUNK.length) {
          produced += CHUNK.length;
          yield CHUNK;
        }
      }
      const body = Readable.from(chunks(), { objectMode: false, ...(signal ? { signal } : {}) });
      open++;
      body.once('close', () => open--);
      const facts = { totalBytes: SIZE_BYTES, etag: 'e', ...NO_TYPE };
      return { body, start: 0, lengthBytes: SIZE_BYTES, ...facts };
    },
  };
  let server: TestHttpServer;
  let url: string;
  const clients: IncomingMessage[] = [];
  beforeAll(async () => {
    server = await startTestServer({ reader, limits: { relayMaxConcurrent: 2 } });
    url = await server.sign(await server.add(await server.connect(), 'large', 'x'));
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await expect.poll(() => open).toBe(0);
    produced = 0;
  });
  afterAll(() => server.stop());

  /** The answer of a client that reads nothing until it is asked to. */
  async function startReading(): Promise<IncomingMessage> {
    const [response] = (await once(get(url, { agent: false }), 'response')) as [IncomingMessage];
    clients.push(response);
    return response;
  }

  it('reads from the storage as fast as the client reads, and holds next to nothing', async () => {
    const before = process.memoryUsage.rss();
    let peak = before;
    let producedWhileStalled = 0;
    const client = spawn(process.execPath, ['--input-type=module', '--eval', SLOW_CLIENT, url]);
    const measuring = setInterval(() => {
      peak = Math.max(peak, process.memoryUsage.rss());
    }, 10);
    client.stdout.once('data', () => {
      producedWhileStalled = produced;
    });
    const said = await text(client.stdout);
    clearInterval(measuring);
    expect(said).toBe(`reading\n${SIZE_BYTES}\n`);
    expect(producedWhileStalled).toBeLessThan(16 * 1024 * 1024);
    expect(peak - before).toBeLessThan(50 * 1024 * 1024);
  });

  it('ends the read from the storage when the client goes', async () => {
    const response = await startReading();
    expect(open).toBe(1);
    response.destroy();
    await expect.poll(() => open).toBe(0);
    expect(produced).toBeLessThan(16 * 1024 * 1024);
  });

  it('keeps others waiting when all slots are taken, turns away the rest, and goes on when one is free', async () => {
    const [first] = [await startReading(), await startReading()];
    let answered = 0;
    const leave = new AbortController();
    const waiting = Array.from({ length: 9 }, async () => {
      const response = await fetch(url, { signal: leave.signal });
      answered++;
      return response;
    });
    const refused = await Promise.race(waiting);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await refused.json()).toMatchObject({ code: 'unavailable' });
    expect(answered).toBe(1);
    first.destroy();
    await expect.poll(() => answered).toBe(2);
    leave.abort();
    await Promise.allSettled(waiting);
  });

  it('is broken off, not cut short, when the storage fails on the way', async () => {
    const failing: Reader = {
      ...reader,
      readRange: async () => {
        async function* chunks() {
          yield CHUNK;
          await pause(20);
          throw new Error('connection reset');
        }
        const facts = { totalBytes: SIZE_BYTES, etag: 'e', ...NO_TYPE };
        return { body: Readable.from(chunks()), start: 0, lengthBytes: SIZE_BYTES, ...facts };
      },
    };
    const other = await startTestServer({ reader: failing });
    const address = await other.sign(await other.add(await other.connect(), 'large', 'x'));
    const response = await fetch(address);
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow();
    await other.stop();
  });
});
