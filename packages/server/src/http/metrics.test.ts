import { connect } from 'node:net';
import { text as allOf } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installationFigures } from '../installation/figures.ts';
import { createLogger } from '../platform/log.ts';
import { createMetrics } from '../platform/metrics.ts';
import { startMetricsServer } from './metrics-server.ts';
import { startTestServer } from './testing.ts';

const log = createLogger({ level: 'silent' });
let server: Awaited<ReturnType<typeof startTestServer>>;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

test('a port of its own tells requests by route, operations and connections', async () => {
  const { pool, db } = server.process;
  const metrics = createMetrics({ version: '1.2.3', pool });
  for (const figure of installationFigures(db)) metrics.add(figure);
  metrics.countRequest({ method: 'GET', route: '/v1/assets/:assetId', status: 200 }, 30);
  const { sourceId } = await server.connect();
  await server.send(`/v1/sources/${sourceId}/sync`, { method: 'POST' });
  const { sourceId: other } = await server.connect();
  const { id } = await (await server.send(`/v1/sources/${other}/sync`, { method: 'POST' })).json();
  expect((await server.send(`/v1/operations/${id}/pause`, { method: 'POST' })).status).toBe(202);
  const own = await startMetricsServer(metrics, { host: '127.0.0.1', port: 0, log });
  const text = await (await fetch(`${own.url}/metrics`)).text();
  expect((await fetch(own.url)).status).toBe(404);
  await own.stop();
  const lines = text.split('\n');
  expect(lines).toContain('mooring_info{version="1.2.3"} 1');
  const request = 'method="GET",route="/v1/assets/:assetId",status="200"';
  expect(lines).toContain(`mooring_http_request_duration_seconds_bucket{le="0.05",${request}} 1`);
  expect(lines).toContain(`mooring_http_request_duration_seconds_sum{${request}} 0.03`);
  expect(lines).toContain('mooring_operations{kind="sync",status="queued"} 1');
  expect(lines).toContain('mooring_operations{kind="sync",status="paused"} 1');
  expect(lines).toContain('mooring_connections{status="draft"} 2');
  expect(text).toMatch(/^mooring_operation_longest_wait_seconds \d/m);
  expect(text).toMatch(/^mooring_database_connections\{state="idle"\} \d/m);
  expect(text).toMatch(/^process_cpu_seconds_total \d/m);
});

test('asking many times at once reads the database once, and the next time again', async () => {
  const readings: ((text: string) => void)[] = [];
  const text = () => new Promise<string>(resolve => readings.push(resolve));
  const slow = { ...createMetrics({ version: '1.2.3', pool: server.process.pool }), text };
  const own = await startMetricsServer(slow, { host: '127.0.0.1', port: 0, log });
  const socket = connect(Number(new URL(own.url).port), '127.0.0.1');
  const ask = 'GET /metrics HTTP/1.1\r\nHost: mooring\r\n';
  socket.write(`${ask}\r\n${ask}\r\n${ask}Connection: close\r\n\r\n`);
  await expect.poll(() => readings.length).toBe(1);
  readings[0]!('figures');
  expect((await allOf(socket)).match(/figures/g)).toHaveLength(3);
  const next = fetch(`${own.url}/metrics`);
  await expect.poll(() => readings.length).toBe(2);
  readings[1]!('other figures');
  expect(await (await next).text()).toBe('other figures');
  await own.stop();
});

test('the public address has no metrics', async () => {
  expect((await server.send('/metrics')).status).toBe(404);
});

test('a server that drains says so, and closes each connection after its answer', async () => {
  expect((await server.send('/ready')).headers.get('connection')).toBe('keep-alive');
  server.drain();
  const ready = await server.send('/ready');
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({ detail: 'This server is about to stop.' });
  for (const path of ['/health', '/v1/connections']) {
    const answer = await server.send(path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('connection')).toBe('close');
  }
});
