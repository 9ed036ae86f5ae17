import { PassThrough, Readable } from 'node:stream';
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

test('only two large bodies grow at once; the others wait, and go on when one ends', async () => {
  const sources = Array.from({ length: 4 }, () => new PassThrough());
  const bodies = sources.map(source => {
    const body = new AnswerBody();
    source.pipe(body);
    return body;
  });
  const large = Buffer.alloc(5 * 1024 * 1024, 7);
  for (const source of sources) source.write(large);
  const grown = () => bodies.filter(body => body.bytes === large.length).length;
  await expect.poll(grown).toBe(2);
  bodies.find(body => body.bytes === large.length)!.destroy();
  await expect.poll(grown).toBe(3);
  for (const source of sources) source.end();
  await expect.poll(grown).toBe(4);
  expect(take(bodies[3]!).equals(large)).toBe(true);
});
