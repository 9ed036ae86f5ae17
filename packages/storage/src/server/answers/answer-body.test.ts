import { PassThrough, Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import type { TakeTurn } from '../server-kind.ts';
import { AnswerBody, mostPageBytes, readBytes } from './answer-body.ts';

const pieces = (byte: number, count: number): Buffer[] =>
  Array.from({ length: count }, (_, at) => Buffer.alloc(60_000, (byte + at) % 256));

const atOnce: TakeTurn = async () => () => {};

async function received(stream: Readable): Promise<AnswerBody> {
  const body = new AnswerBody(atOnce, mostPageBytes(5000));
  await pipeline(stream, body);
  return body;
}

test('bodies are as they came, large and small, several at once, again and again', async () => {
  for (let round = 0; round < 3; round++) {
    const all = [pieces(1, 3), pieces(7, 90), pieces(40, 300), []];
    const bodies = await Promise.all(all.map(each => received(Readable.from(each))));
    for (const [at, body] of bodies.entries())
      expect(readBytes(body, bytes => bytes.equals(Buffer.concat(all[at]!)))).toBe(true);
  }
});

test('the memory of a large body is freed once it has been read, has grown, or is not wanted any more', async () => {
  const memory = new Set<ArrayBufferLike>();
  for (const isWanted of [true, false]) {
    const body = new AnswerBody(atOnce, mostPageBytes(5000));
    body.on('error', () => {});
    for (const piece of pieces(1, 300)) {
      await new Promise(resolve => body.write(piece, resolve));
      memory.add(body.buffer.buffer);
    }
    if (isWanted) readBytes(body, bytes => expect(bytes).toHaveLength(300 * 60_000));
    else body.destroy(new Error('gone'));
    await expect.poll(() => body.buffer.length).toBe(0);
  }
  expect(memory.size).toBeGreaterThan(4);
  for (const { byteLength } of memory) expect([0, 4 * 1024 * 1024]).toContain(byteLength);
});

test('a body that never ends is refused', async () => {
  const piece = Buffer.alloc(8 * 1024 * 1024);
  const endless = Readable.from(
    (function* () {
      for (;;) yield piece;
    })(),
  );
  await expect(received(endless)).rejects.toMatchObject({ name: 'ProviderError', kind: 'unexpected' });
});

test('a large body waits for its turn, and keeps it until it is released', async () => {
  const turn = Promise.withResolvers<() => void>();
  let givenBack = 0;
  const source = new PassThrough();
  const body = new AnswerBody(() => turn.promise, mostPageBytes(5000));
  const whole = pipeline(source, body);
  const small = Buffer.alloc(4 * 1024 * 1024, 7);
  source.write(small);
  await expect.poll(() => body.bytes).toBe(small.length);
  source.end('more');
  turn.resolve(() => givenBack++);
  await whole;
  expect(body.bytes).toBe(small.length + 4);
  expect(givenBack).toBe(0);
  body.release();
  await expect.poll(() => givenBack).toBe(1);
});

test('a large body is as it came, although the memory that it was read to is used again while it waits', async () => {
  const turn = Promise.withResolvers<() => void>();
  const body = new AnswerBody(() => turn.promise, mostPageBytes(5000));
  const memory = Buffer.alloc(60_000);
  const came = pieces(1, 90);
  for (const piece of came) {
    piece.copy(memory);
    body.write(memory);
  }
  memory.fill(0);
  turn.resolve(() => {});
  body.end();
  await finished(body);
  expect(readBytes(body, bytes => bytes.equals(Buffer.concat(came)))).toBe(true);
});

test('a body that is not wanted any more waits no longer', async () => {
  const waiting = Promise.withResolvers<AbortSignal>();
  const takeTurn: TakeTurn = signal => {
    waiting.resolve(signal);
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  const source = Readable.from(pieces(1, 90));
  const whole = pipeline(source, new AnswerBody(takeTurn, mostPageBytes(5000)));
  const signal = await waiting.promise;
  source.destroy(new Error('the client has gone'));
  await expect(whole).rejects.toThrow('the client has gone');
  expect(signal.aborted).toBe(true);
});
