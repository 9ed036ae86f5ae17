import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import tls from 'node:tls';
import { type Certificates, createCertificates } from '@mooring/emulators';
import fc from 'fast-check';
import type { Dispatcher } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGuard } from './network.ts';

const guard = createGuard({ allowPrivate: true });
/** What the server answers to each path: its pieces, one after the other. */
const answers = new Map<string, readonly Buffer[]>();
const listener = (socket: Socket): void => {
  socket.on('error', () => {});
  socket.on('data', request => void answer(socket, answers.get(/^GET (\S+)/.exec(request.toString())![1]!)!));
};
const origins: string[] = [];
const servers: Server[] = [];
let certificates: Certificates;

async function answer(socket: Socket, pieces: readonly Buffer[]): Promise<void> {
  socket.setNoDelay(true);
  for (const piece of pieces) {
    socket.write(piece);
    await pause(0); // so that it is read by itself, mostly
  }
}

beforeAll(async () => {
  certificates = await createCertificates();
  certificates.trust();
  servers.push(createServer(listener), tls.createServer(certificates, listener));
  for (const [at, server] of servers.entries()) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origins.push(`http${at === 1 ? 's' : ''}://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }
});

afterAll(async () => {
  await guard.close();
  for (const server of servers) server.close();
  await certificates.remove();
});

/** Copies what comes as it comes; now and then lets the rest wait. */
function receive(origin: string, path: string, pauses: boolean): Promise<{ body: Buffer; echo: unknown }> {
  const chunks: Buffer[] = [];
  let echo: unknown;
  const { promise, resolve, reject } = Promise.withResolvers<{ body: Buffer; echo: unknown }>();
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart() {},
    onResponseStart(_, __, headers) {
      echo = headers['x-echo'];
    },
    onResponseData(controller, chunk) {
      chunks.push(Buffer.from(chunk));
      if (!pauses || chunks.length % 3 > 0) return;
      controller.pause();
      setTimeout(() => controller.resume(), 5);
    },
    onResponseEnd: () => resolve({ body: Buffer.concat(chunks), echo }),
    onResponseError: (_, error) => reject(error),
  };
  guard.bulkDispatcher.dispatch({ origin, path, method: 'GET' }, handler);
  return promise;
}

/** An answer whose head and body are cut where it may be. */
const anAnswer = fc
  .record({
    bytes: fc.integer({ min: 0, max: 700_000 }),
    echo: fc.integer({ min: 0, max: 12_000 }),
    headPieces: fc.integer({ min: 1, max: 40 }),
    pieceBytes: fc.integer({ min: 3000, max: 300_000 }),
    seed: fc.nat(),
    pauses: fc.boolean(),
    isSecure: fc.boolean(),
  })
  .map(({ bytes, echo, headPieces, pieceBytes, seed, ...how }) => {
    const body = Buffer.allocUnsafe(bytes);
    for (let at = 0, state = seed; at < bytes; at++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      body[at] = state >>> 24;
    }
    const value = Array.from({ length: echo }, (_, at) => ((at * 7 + seed) % 10).toString()).join('');
    const head = Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes}\r\nX-Echo: ${value}\r\n\r\n`);
    const pieces = [...cut(head, Math.ceil(head.length / headPieces)), ...cut(body, pieceBytes)];
    return { pieces, body, echo: value, ...how };
  });

const cut = (whole: Buffer, length: number): Buffer[] =>
  Array.from({ length: Math.ceil(whole.length / length) }, (_, at) =>
    whole.subarray(at * length, (at + 1) * length),
  );

test('answers are as they were sent, however they come, one after another on the same connections', async () => {
  let name = 0;
  const property = fc.asyncProperty(fc.array(anAnswer, { minLength: 1, maxLength: 5 }), async sent => {
    const received = sent.map(({ pieces, pauses, isSecure }) => {
      answers.set(`/${++name}`, pieces);
      return receive(origins[isSecure ? 1 : 0]!, `/${name}`, pauses);
    });
    for (const [at, { body, echo }] of (await Promise.all(received)).entries()) {
      expect(echo ?? '').toBe(sent[at]!.echo);
      expect(body.equals(sent[at]!.body)).toBe(true);
    }
  });
  await fc.assert(property, { numRuns: 60 });
});
