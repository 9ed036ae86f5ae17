import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { AnswerBody, take } from './answer-body.ts';

const pieces = (byte: number, count: number): Buffer[] =>
  Array.from({ length: count }, (_, at) => Buffer.alloc(60_000, (byte + at) % 256));

async function received(stream: Readable): Promise<AnswerBody> {
  const body = new AnswerBody();
  await pipeline(stream, body);
  return body;
}

test('bodies are as they came, large and small, several at once, again and again', async () => {
  for (let round = 0; round < 3; round++) {
    const all = [pieces(1, 3), pieces(7, 90), pieces(40, 300), []];
    const bodies = await Promise.all(all.map(each => received(Readable.from(each))));
    for (const [at, body] of bodies.entries()) expect(take(body).equals(Buffer.concat(all[at]!))).toBe(true);
  }
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
