// Formats that harm those who read them, for tests of the threads. A file's first word is the id of its format.
import type { Format } from '../format.ts';
import type { RangeReader } from '../range-reader.ts';

const format = (id: string, read: Format['read'], canSpin = true): Format => ({
  id,
  mediaType: `image/${id}`,
  kind: 'image',
  extensions: [id],
  recognises: head => new TextDecoder().decode(head.subarray(0, id.length)) === id,
  read,
  canSpin,
});

const kept: unknown[] = [];

export const FORMATS: readonly Format[] = [
  format('quick', async () => ({ facts: { width: 1 } }), false),
  format('calm', async (reader: RangeReader) => ({
    facts: { pages: (await reader.read(reader.sizeBytes - 1, 1))[0]!, width: 2 },
  })),
  format('spins', async () => {
    for (;;);
  }),
  format('waits', () => new Promise(() => undefined)),
  format('objects', async () => {
    for (;;) kept.push(new Array(1_000_000).fill(kept.length));
  }),
  format('buffers', async () => {
    for (;;) kept.push(new Uint8Array(8 << 20).fill(1));
  }),
  format('exits', async () => process.exit(3)),
  format('throws-nothing', () => Promise.reject(undefined)),
  format('throws-a-symbol', () => Promise.reject(Symbol('odd'))),
  format('throws-at-once', () => {
    throw new RangeError('at once');
  }),
  format('throws-later', async () => {
    setTimeout(() => {
      throw new Error('later');
    });
    return new Promise(() => undefined);
  }),
  format('gives-what-cannot-cross', async () => ({ facts: { codec: (() => 1) as unknown as string } })),
];
