import { promisify } from 'node:util';
import type { Check } from '@mooring/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestHttpServer } from './testing.ts';

const CHECK: Check = {
  id: 'list',
  side: 'server',
  title: 'Listing',
  status: 'running',
  observed: null,
  expected: null,
  fix: null,
  dependsOn: [],
  waitingUntil: null,
  durationMs: null,
  checkedAt: null,
};

let server: TestHttpServer;
/** What the checks of the next run do. */
let work: (onCheck: (check: Check) => void, signal: AbortSignal) => Promise<void>;
let ended: string[] = [];

beforeAll(async () => {
  server = await startTestServer({
    replace: ({ connections }) => ({
      connections: {
        ...connections,
        runChecks: async (_workspace, _id, { onCheck, signal }) => {
          signal.addEventListener('abort', () => ended.push('aborted'));
          await work(onCheck, signal);
          ended.push('done');
          return { status: 'healthy', statusReason: null, checks: [{ ...CHECK, status: 'passed' }] };
        },
      },
    }),
  });
});
afterAll(() => server.stop());

const EVENTS = { accept: 'text/event-stream' };
const runChecks = async (headers: Record<string, string> = {}, signal?: AbortSignal) => {
  const { connectionId } = await server.connect();
  const path = `/v1/connections/${connectionId}/checks`;
  return server.send(path, { method: 'POST', headers, ...(signal ? { signal } : {}) });
};
/** Each event as its lines say, and comments. */
const eventsOf = (text: string) => text.split('\n\n').filter(Boolean);

describe('checks', () => {
  it('are answered whole when no stream is asked for', async () => {
    work = async onCheck => onCheck(CHECK);
    const response = await runChecks();
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toMatchObject({ status: 'healthy', checks: [{ status: 'passed' }] });
  });

  it('stream each change as it happens, and the whole at the end', async () => {
    const next = Promise.withResolvers<void>();
    work = async onCheck => {
      onCheck(CHECK);
      await next.promise;
      onCheck({ ...CHECK, status: 'passed' });
    };
    const response = await runChecks(EVENTS);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    const first = (await reader.read()).value!;
    expect(first).toBe(`event: check\ndata: ${JSON.stringify(CHECK)}\n\n`);
    next.resolve();
    let rest = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) rest += part.value;
    expect(eventsOf(rest).map(event => event.split('\n')[0])).toEqual(['event: check', 'event: done']);
    expect(rest).toContain('"status":"healthy"');
  });

  it('end with a problem when they fail on the way', async () => {
    const next = Promise.withResolvers<void>();
    work = async onCheck => {
      onCheck(CHECK);
      await next.promise;
      throw new Error('secret detail');
    };
    const response = await runChecks(EVENTS);
    next.resolve(); // the stream has begun
    const text = await response.text();
    const last = eventsOf(text).at(-1)!;
    expect(last).toMatch(/^event: problem\n/);
    expect(JSON.parse(last.split('\ndata: ')[1]!)).toMatchObject({
      code: 'internal',
      requestId: response.headers.get('x-request-id'),
    });
    expect(text).not.toContain('secret detail');
  });

  it('are a problem from the start where there is nothing to check', async () => {
    const path = '/v1/connections/con_00000000000000000000/checks';
    const response = await server.send(path, { method: 'POST', headers: EVENTS });
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });

  it('do no harm when the client is gone before they begin', async () => {
    const gone = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const found = Promise.withResolvers<void>();
    const other = await startTestServer({
      replace: ({ connections }) => ({
        connections: {
          ...connections,
          get: async (workspaceId, id) => {
            asked.resolve();
            await gone.promise;
            return connections.get(workspaceId, id).finally(() => found.resolve());
          },
        },
      }),
    });
    const { connectionId } = await other.connect();
    const leave = new AbortController();
    const path = `/v1/connections/${connectionId}/checks`;
    const request = other.send(path, { method: 'POST', headers: EVENTS, signal: leave.signal });
    await asked.promise;
    leave.abort();
    await expect(request).rejects.toThrow();
    const connections = promisify(other.app.server.getConnections.bind(other.app.server));
    await expect.poll(() => connections()).toBe(0);
    gone.resolve();
    await found.promise; // an unhandled error after this ends the process, and with it this test
    expect((await other.send('/health')).status).toBe(200);
    await other.stop();
  });

  it.each([
    ['a stream', EVENTS],
    ['an answer', {}],
  ])('stop when the client no longer waits for %s', async (_, headers) => {
    ended = [];
    const started = Promise.withResolvers<void>();
    work = async (_onCheck, signal) => {
      started.resolve();
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    const leave = new AbortController();
    const asked = runChecks(headers, leave.signal).catch(() => undefined);
    await started.promise;
    leave.abort();
    await asked;
    await expect.poll(() => ended).toEqual(['aborted']);
  });
});

describe('operations', () => {
  it('stream as they move, until they have finished', async () => {
    const { sourceId } = await server.connect();
    const started = await server.send(`/v1/sources/${sourceId}/sync`, { method: 'POST' });
    const location = started.headers.get('operation-location')!;
    const response = await server.send(location, { headers: EVENTS });
    await server.send(`${location}/cancel`, { method: 'POST' });
    const statuses = eventsOf(await response.text()).map(event => {
      const [name, data] = event.split('\ndata: ');
      return [name, JSON.parse(data!).status];
    });
    expect(statuses.at(-1)).toEqual(['event: operation', 'cancelled']);
    expect(statuses.length).toBeGreaterThan(0);
  });

  it('go on when no client watches any more', async () => {
    const { sourceId } = await server.connect();
    const started = await server.send(`/v1/sources/${sourceId}/sync`, { method: 'POST' });
    const location = started.headers.get('operation-location')!;
    const leave = new AbortController();
    const response = await server.send(location, { headers: EVENTS, signal: leave.signal });
    await response.body!.getReader().read();
    const connections = promisify(server.app.server.getConnections.bind(server.app.server));
    const before = await connections();
    leave.abort();
    await expect.poll(() => connections()).toBeLessThan(before);
    expect(await (await server.send(location)).json()).toMatchObject({ status: 'queued' });
  });
});

it('closing the server ends streams, and with them itself', async () => {
  const other = await startTestServer();
  const { sourceId } = await other.connect();
  const started = await other.send(`/v1/sources/${sourceId}/sync`, { method: 'POST' });
  const response = await other.send(started.headers.get('operation-location')!, { headers: EVENTS });
  const read = response.text().catch(() => 'broken off');
  await other.stop();
  await read;
  expect(other.lines.join('')).not.toContain('closed while answers were being made');
});
