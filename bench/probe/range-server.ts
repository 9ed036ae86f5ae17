// Serves a folder with Range in a process of its own. Each answer begins after a delay. Prints its port.
// PUT /-/delay?ms=30 sets the delay. DELETE /-/counts answers with what was asked since the last time, by path.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Asked {
  requests: number;
  /** What was sent; a client that hangs up gets no more than it has taken. */
  bytes: number;
}

const folder = process.argv[2]!;
let delayMs = 0;
let counts: Record<string, Asked> = {};

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
  if (pathname === '/-/delay') {
    delayMs = Number(searchParams.get('ms'));
    response.end();
  } else if (pathname === '/-/counts') {
    response.end(JSON.stringify(counts));
    counts = {};
  } else await answer(request, response, normalize(decodeURIComponent(pathname)));
});
server.keepAliveTimeout = 0; // A reader that computes for long keeps its connections.
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));

async function answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
  counts[path] ??= { requests: 0, bytes: 0 };
  const asked = counts[path];
  asked.requests++;
  if (delayMs) await sleep(delayMs);
  const { size } = await stat(join(folder, path));
  const [, from = '0', to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
  const start = Number(from);
  const end = Math.min(to ? Number(to) + 1 : size, size);
  const headers = { 'accept-ranges': 'bytes', 'content-length': Math.max(end - start, 0) };
  if (start >= size) response.writeHead(416, { 'content-range': `bytes */${size}`, 'content-length': 0 });
  else if (request.headers.range)
    response.writeHead(206, { ...headers, 'content-range': `bytes ${start}-${end - 1}/${size}` });
  else response.writeHead(200, headers);
  if (request.method === 'HEAD' || start >= size) response.end();
  else await send(response, path, start, end, asked);
}

/** Sends no faster than the client takes it. A client may hang up: it has what it wanted. */
async function send(response: ServerResponse, path: string, start: number, end: number, asked: Asked) {
  const file = createReadStream(join(folder, path), { start, end: end - 1 });
  const counted = async function* () {
    for await (const piece of file as AsyncIterable<Buffer>) {
      asked.bytes += piece.length;
      yield piece;
    }
  };
  await pipeline(counted, response).catch(error => {
    if (!['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'].includes(error.code)) throw error;
  });
}
