import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Operation } from '@mooring/contract';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createClient, MooringApiError, type MooringClient, MooringUnreachableError } from './index.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A client of a real HTTP server that answers as `handler` does. */
async function clientOf(handler: Handler) {
  const server = createServer(handler);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return createClient({ baseUrl: `http://127.0.0.1:${port}/`, token: 'mrg_test' });
}

const json = (response: ServerResponse, status: number, body: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

const operation = (status: Operation['status'], done: number): Partial<Operation> => ({
  id: 'op_01k9zq3v8w2m4n6p8r0t',
  status,
  done,
});

const NOT_FOUND = {
  type: 'x',
  title: 'Not found',
  status: 404,
  detail: 'There is no asset.',
  code: 'not_found',
  requestId: 'req-1',
  fix: 'List them.',
};

describe('call', () => {
  test('writes parameters and query into the address and sends the token', async () => {
    const seen: string[] = [];
    const client = await clientOf((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      json(response, 200, { items: [], nextCursor: null });
    });
    await client.call('listOperationErrors', { params: { operationId: 'a/b' }, query: { limit: 5 } });
    await client.call('listAssets', { query: { recursive: false, name: undefined } });
    expect(seen).toEqual([
      'GET /v1/operations/a%2Fb/errors?limit=5 Bearer mrg_test',
      'GET /v1/assets?recursive=false Bearer mrg_test',
    ]);
  });

  test('turns a problem into an error with its code and fix', async () => {
    const client = await clientOf((_, response) => json(response, 404, NOT_FOUND));
    const error = await client.call('getIdentity').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(MooringApiError);
    expect(error).toMatchObject({ code: 'not_found', fix: 'List them.', requestId: 'req-1', status: 404 });
  });

  test('says so when something else answers', async () => {
    const client = await clientOf((_, response) => response.writeHead(502).end('<html>bad gateway</html>'));
    await expect(client.call('getIdentity')).rejects.toThrow(/502 with an answer that is not from Mooring/);
  });

  test('says so when nothing answers', async () => {
    const client = createClient({ baseUrl: 'http://127.0.0.1:1' });
    await expect(client.call('health')).rejects.toBeInstanceOf(MooringUnreachableError);
  });
});

describe('a request that did not get through', () => {
  /** Answers 503 as often as this, then with success. */
  const away = (times: number, status = 503, headers: Record<string, string> = {}) => {
    const seen = { requests: 0 };
    const handler: Handler = (_, response) => {
      if (++seen.requests > times) return json(response, 200, { id: 'x', items: [], nextCursor: null });
      response.writeHead(status, { 'content-type': 'text/html', ...headers }).end();
    };
    return { seen, handler };
  };
  const withKey = { headers: { 'Idempotency-Key': 'k' } };
  const token = { name: 'x', role: 'viewer' } as const;

  test.each([429, 502, 503, 504])('%i: what is safe is sent again, twice', async status => {
    const calls = [
      (client: MooringClient) => client.call('getIdentity'),
      (client: MooringClient) => client.call('createToken', { body: token, ...withKey }),
    ].flatMap(call => [
      async () => {
        const twice = away(2, status);
        await call(await clientOf(twice.handler));
        expect(twice.seen.requests).toBe(3);
      },
      async () => {
        const more = away(3, status);
        await expect(call(await clientOf(more.handler))).rejects.toBeInstanceOf(MooringUnreachableError);
        expect(more.seen.requests).toBe(3);
      },
    ]);
    await Promise.all(calls.map(run => run())); // each waits as a client does
  });

  test('one that may have done something is not sent again', async () => {
    const { seen, handler } = away(1);
    const client = await clientOf(handler);
    await expect(client.call('createToken', { body: token })).rejects.toBeInstanceOf(MooringUnreachableError);
    expect(seen.requests).toBe(1);
  });

  test('a connection that breaks is made again', async () => {
    let requests = 0;
    const client = await clientOf((request, response) => {
      if (++requests < 3) request.destroy();
      else json(response, 200, { status: 'ok', version: '1' });
    });
    expect(await client.call('health')).toMatchObject({ version: '1' });
  });

  test('a wait that is too long is left to the caller, and so is a problem of the storage', async () => {
    const long = away(1, 503, { 'retry-after': '3600' });
    await expect((await clientOf(long.handler)).call('health')).rejects.toThrow();
    const storage = away(1, 502, { 'content-type': 'application/problem+json' });
    await expect((await clientOf(storage.handler)).call('health')).rejects.toThrow();
    const conflict = away(1, 409);
    await expect(
      (await clientOf(conflict.handler)).call('createToken', { body: token, ...withKey }),
    ).rejects.toThrow();
    expect([long, storage, conflict].map(({ seen }) => seen.requests)).toEqual([1, 1, 1]);
  });

  test('the first request with its key is waited for', async () => {
    const { seen, handler } = away(1, 409, { 'retry-after': '0' });
    await (await clientOf(handler)).call('createToken', { body: token, ...withKey });
    expect(seen.requests).toBe(2);
  });

  test('without an answer in time it ends, with any signal of the caller', async () => {
    const client = await clientOf(() => {});
    const { signal } = new AbortController();
    for (const options of [{ timeoutSeconds: 0.05 }, { timeoutSeconds: 0.05, signal }]) {
      const end = client.call('createToken', { body: token, ...options });
      await expect(end).rejects.toThrow(/nothing within 0.05 seconds/);
    }
  });

  test('an answer that has begun may take longer', async () => {
    vi.useFakeTimers();
    stops.push(() => vi.useRealTimers());
    const body = new TransformStream<Uint8Array, Uint8Array>();
    let signal: AbortSignal | null | undefined;
    const client = createClient({
      baseUrl: 'http://127.0.0.1',
      fetch: async (_url, init) => {
        signal = init?.signal;
        return new Response(body.readable, { headers: { 'content-type': 'application/json' } });
      },
    });
    const answer = client.call('health', { timeoutSeconds: 1 });
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(signal!.aborted).toBe(false);
    const writer = body.writable.getWriter();
    void writer.write(new TextEncoder().encode('{"status":"ok","version":"1"}'));
    void writer.close();
    expect(await answer).toEqual({ status: 'ok', version: '1' });
  });
});

test('signAssets asks for a thousand at a time', async () => {
  const sizes: number[] = [];
  const client = createClient({
    fetch: async (_address, init) => {
      const { assetIds } = JSON.parse(String(init?.body)) as { assetIds: string[] };
      sizes.push(assetIds.length);
      const items = assetIds.map(assetId => ({ assetId, url: 'u', expiresAt: 'e' }));
      return Response.json({
        items: items.slice(1),
        problems: [{ assetId: assetIds[0], problem: NOT_FOUND }],
      });
    },
  });
  const ids = Array.from({ length: 2500 }, (_, index) => `ast_${index}`);
  const { items, problems } = await client.signAssets(ids);
  expect(sizes).toEqual([1000, 1000, 500]);
  expect(items).toHaveLength(2497);
  expect(problems.map(({ assetId }) => assetId)).toEqual(['ast_0', 'ast_1000', 'ast_2000']);
  expect(await client.signAssets([])).toEqual({ items: [], problems: [] });
});

test('pages goes on until there is no next cursor', async () => {
  const client = await clientOf((request, response) => {
    const cursor = new URL(request.url ?? '', 'http://x').searchParams.get('cursor');
    json(response, 200, cursor ? { items: [3], nextCursor: null } : { items: [1, 2], nextCursor: 'n&x' });
  });
  const items: unknown[] = [];
  for await (const item of client.pages('listConnections')) items.push(item);
  expect(items).toEqual([1, 2, 3]);
});

describe('watchOperation', () => {
  const event = (data: unknown) => `event: operation\ndata: ${JSON.stringify(data)}\n\n`;

  test('follows the stream to the end', async () => {
    const client = await clientOf((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': heartbeat\n\n');
      response.write(event(operation('running', 1)));
      response.end(event(operation('succeeded', 2)));
    });
    const done: number[] = [];
    const end = await client.watchOperation('op_1', { onProgress: o => done.push(o.done) });
    expect(end.status).toBe('succeeded');
    expect(done).toEqual([1, 2]);
  });

  test('goes on by asking when the stream breaks off', async () => {
    let requests = 0;
    const client = await clientOf((request, response) => {
      requests++;
      if (request.headers.accept === 'text/event-stream') {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(event(operation('running', 1)), () => response.destroy());
      } else json(response, 200, operation('succeeded', 2));
    });
    const end = await client.watchOperation('op_1').catch((e: unknown) => e);
    // The first stream breaks; the next attempt breaks as well, so that only plain requests can tell the end.
    expect(end).toMatchObject({ status: 'succeeded' });
    expect(requests).toBeGreaterThan(1);
  });

  test('goes on by asking for as long as it takes where no stream comes through', async () => {
    vi.useFakeTimers();
    stops.push(() => vi.useRealTimers());
    let asked = 0;
    const client = createClient({
      fetch: async (_address, init) =>
        new Headers(init?.headers).get('accept') === 'text/event-stream'
          ? new Response('<html>a proxy</html>', { headers: { 'content-type': 'text/html' } })
          : Response.json(operation(++asked < 200 ? 'running' : 'succeeded', asked)),
    });
    const end = client.watchOperation('op_1').catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(200_000);
    expect(await end).toMatchObject({ status: 'succeeded', done: 200 });
  });

  test('goes on while the server says that it is not available right now', async () => {
    let requests = 0;
    const client = await clientOf((_, response) => {
      if (++requests < 3) return json(response, 503, { ...NOT_FOUND, status: 503, code: 'unavailable' });
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(event(operation('succeeded', 2)));
    });
    expect(await client.watchOperation('op_1')).toMatchObject({ status: 'succeeded' });
  });

  test('ends with the problem that the server ends the stream with', async () => {
    const client = await clientOf((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`event: problem\ndata: ${JSON.stringify(NOT_FOUND)}\n\n`);
    });
    const seen: unknown[] = [];
    const ends = await Promise.allSettled([
      client.watchOperation('op_1', { onProgress: operation => seen.push(operation) }),
      client.runChecks('con_1', { onCheck: event => seen.push(event) }),
    ]);
    for (const end of ends)
      expect(end).toMatchObject({
        reason: { name: 'MooringApiError', code: 'not_found', fix: 'List them.' },
      });
    expect(seen).toEqual([]);
  });

  test('rejects an operation that did not succeed, where asked to', async () => {
    const problem = { ...NOT_FOUND, detail: 'It is away.', code: 'storage_unreachable', fix: 'Wait.' };
    for (const [status, expected] of [
      ['failed', { message: 'It is away.', code: 'storage_unreachable', fix: 'Wait.' }],
      [
        'cancelled',
        { message: 'The operation op_01k9zq3v8w2m4n6p8r0t was cancelled.', code: 'cancelled', fix: null },
      ],
      ['succeeded', null],
    ] as const) {
      const last = { ...operation(status, 2), problem: status === 'failed' ? problem : null };
      const client = await clientOf((_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.end(event(last));
      });
      expect(await client.watchOperation('op_1')).toMatchObject({ status });
      const end = client.watchOperation('op_1', { rejectUnsuccessful: true });
      if (expected) await expect(end).rejects.toMatchObject({ name: 'MooringOperationError', ...expected });
      else expect(await end).toMatchObject({ status });
    }
  });

  test('stops when asked to', async () => {
    const client = await clientOf((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(event(operation('running', 1)));
    });
    const abort = new AbortController();
    const end = client.watchOperation('op_1', { signal: abort.signal, onProgress: () => abort.abort() });
    await expect(end).rejects.toThrow(/abort/i);
  });
});
