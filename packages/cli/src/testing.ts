import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable, Writable } from 'node:stream';
import { json } from 'node:stream/consumers';
import type { CliKind } from '@mooring/storage/cli';
import { onTestFinished } from 'vitest';
import type { Io } from './io.ts';
import { run } from './run.ts';

export const NOW = new Date('2026-11-22T12:00:00.000Z');

/** Surroundings that remember what was written. `interrupt` is Ctrl-C. */
export function createTestIo({
  env = {},
  stdin = '',
  terminal = false,
}: {
  env?: Record<string, string>;
  stdin?: string;
  terminal?: boolean;
} = {}) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') =>
    Object.assign(
      new Writable({
        write(chunk, _encoding, done) {
          written[name] += chunk;
          done();
        },
      }),
      { isTTY: terminal, columns: 100 },
    );
  const interrupts = new Set<() => void>();
  const io: Io = {
    env,
    stdin: Readable.from(stdin === '' ? [] : [stdin]),
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    now: () => NOW,
    onInterrupt: callback => {
      interrupts.add(callback);
      return () => interrupts.delete(callback);
    },
  };
  return {
    io,
    written,
    interrupt(): void {
      for (const callback of interrupts) callback();
    },
  };
}

export interface SeenRequest {
  method: string;
  path: string;
  body: unknown;
  headers: IncomingMessage['headers'];
}
export type Answer = (response: ServerResponse, request: SeenRequest) => void;

/** A server that gives each `METHOD /path` its answer, and everything else 404. It stops with the test. */
export async function startApi(answers: Record<string, Answer>) {
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url: path = '', headers } = request;
    const body = headers['content-type'] ? await json(request) : undefined;
    seen.push({ method, path, body, headers });
    const answer = answers[`${method} ${path.split('?')[0]}`];
    if (answer) answer(response, { method, path, body, headers });
    else problem(404, 'not_found', `There is no ${path}.`)(response, { method, path, body, headers });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

export const answer =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Answer =>
  response =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

export const page = (...items: unknown[]): Answer => answer({ items, nextCursor: null });

export const problem = (status: number, code: string, detail: string): Answer =>
  answer({ type: 'x', title: 'x', status, detail, code, requestId: 'req_1', fix: 'Do this.' }, status);

export const events =
  (...all: [event: string, data: unknown][]): Answer =>
  response => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const [event, data] of all) response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (all.at(-1)?.[0] !== 'open') response.end();
  };

/** Runs a command line against a server. */
export async function mooring(
  url: string,
  args: string[],
  options: Parameters<typeof createTestIo>[0] = {},
  kinds?: readonly CliKind[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = {
    MOORING_URL: url,
    MOORING_TOKEN: 'mrg_test',
    XDG_CONFIG_HOME: '/nonexistent',
    ...options.env,
  };
  const { io, written } = createTestIo({ ...options, env });
  return { code: await run(args, io, '1.2.3', kinds), ...written };
}

/** Texts that the fields of a credential accept. */
export const TENANT_ID = '72f988bf-86f1-41af-91ab-2d7cd011db47';
export const CLIENT_ID = '11111111-2222-4333-8444-555555555555';
export const SAS =
  'sv=2025-11-05&ss=b&srt=co&sp=rl&se=2027-01-01T00%3A00%3A00Z&spr=https&sig=aHVzaGh1c2hodXNoaHVzaGh1c2hodXNoaHVzaGh1c2g%3D';
export const PEM =
  '-----BEGIN CERTIFICATE-----\nhush\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\nhush\n-----END PRIVATE KEY-----';

const ID = (prefix: string) => `${prefix}_00000000000000000000`;

export const CONNECTION = {
  id: ID('con'),
  name: 'photos',
  provider: 'azure',
  accessMode: 'server',
  location: {
    account: 'acme',
    endpoint: 'https://acme.blob.core.windows.net',
    container: 'photos',
    prefix: '',
  },
  credential: { kind: 'azure-app', tenantId: 't', clientId: 'c' },
  renditionPrefix: null,
  ownership: null,
  delivery: 'direct',
  warnings: [],
  overlaps: [],
  status: 'healthy',
  statusReason: null,
  lastCheckedAt: '2026-11-22T11:00:00.000Z',
  nextCheckAt: null,
  assetCount: 12345,
  revision: 1,
  createdAt: '2026-11-20T12:00:00.000Z',
  updatedAt: '2026-11-20T12:00:00.000Z',
};

export const SOURCE = {
  id: ID('src'),
  connectionId: CONNECTION.id,
  folderId: ID('fld'),
  container: 'photos',
  prefix: '',
  assetCount: 0,
  goneCount: 0,
  lastSyncedAt: null,
  lastOperationId: null,
  filters: { include: [], exclude: [] },
  maxRemovedShare: 0.5,
  schedule: null,
  syncHeld: null,
  createdAt: '2026-11-20T12:00:00.000Z',
};

export const OPERATION = {
  id: ID('op'),
  kind: 'sync',
  status: 'succeeded',
  subject: { type: 'source', id: SOURCE.id },
  done: 1204,
  total: 1204,
  unit: 'objects',
  counts: { listed: 1204, added: 3, changed: 1, removed: 0, restored: 0, unchanged: 1200, skipped: 0 },
  errorCount: 0,
  problem: null,
  attempts: 1,
  createdAt: '2026-11-22T11:59:00.000Z',
  startedAt: '2026-11-22T11:59:01.000Z',
  finishedAt: '2026-11-22T11:59:03.000Z',
  durationMs: 2000,
};
