import { buffer } from 'node:stream/consumers';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ByteRange } from '../server/provider.ts';
import type { ProviderUnderTest } from './provider-under-test.ts';

const KEY = 'read/numbers.bin';
const BODY = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 251));
const BIG = Buffer.alloc(8 * 1024 * 1024, 'mooring ');

export function describeRead(get: () => ProviderUnderTest): void {
  const readRange = (key: string, options?: { range?: ByteRange; ifMatch?: string; signal?: AbortSignal }) =>
    get().provider.reader!.readRange(get().container, key, options);

  describe('read', () => {
    beforeAll(async () => {
      await get().put(KEY, BODY, 'application/x-numbers');
      await get().put('read/empty', '');
      await get().put('read/big.bin', BIG);
    });

    test.each<[string, ByteRange | undefined, number, number]>([
      ['the whole object', undefined, 0, 1000],
      ['the first byte', { start: 0, end: 0 }, 0, 1],
      ['a part in the middle', { start: 100, end: 299 }, 100, 200],
      ['the last byte', { start: 999, end: 999 }, 999, 1],
      ['everything by range', { start: 0, end: 999 }, 0, 1000],
      ['up to the end where more is asked', { start: 990, end: 5000 }, 990, 10],
    ])('reads %s', async (_, range, start, lengthBytes) => {
      const read = await readRange(KEY, range && { range });
      const { etag } = await get().provider.reader!.head(get().container, KEY);
      expect(read).toMatchObject({
        start,
        lengthBytes,
        totalBytes: 1000,
        contentType: 'application/x-numbers',
        etag,
      });
      expect((await buffer(read.body)).equals(BODY.subarray(start, start + lengthBytes))).toBe(true);
    });

    test('reads an empty object', async () => {
      const read = await readRange('read/empty');
      expect(read).toMatchObject({ start: 0, lengthBytes: 0, totalBytes: 0 });
      expect((await buffer(read.body)).length).toBe(0);
    });

    test.each<[string, string, ByteRange]>([
      ['at the end', KEY, { start: 1000, end: 1000 }],
      ['far beyond the end', KEY, { start: 1_000_000, end: 2_000_000 }],
      ['of an empty object', 'read/empty', { start: 0, end: 0 }],
      ['that ends before it begins', KEY, { start: 5, end: 4 }],
    ])('refuses a range %s', async (_, key, range) => {
      await expect(readRange(key, { range })).rejects.toMatchObject({ name: 'ProviderError', kind: 'range' });
    });

    test('reads only the version that was asked for', async () => {
      const { put, provider, container } = get();
      await put('read/versioned', 'first');
      const { etag } = await provider.reader!.head(container, 'read/versioned');
      const same = await readRange('read/versioned', { ifMatch: etag, range: { start: 0, end: 1 } });
      expect((await buffer(same.body)).toString()).toBe('fi');
      await put('read/versioned', 'second');
      await expect(readRange('read/versioned', { ifMatch: etag })).rejects.toMatchObject({ kind: 'changed' });
    });

    test('says that an object is not there', async () => {
      const { provider, container } = get();
      const missing = {
        name: 'ProviderError',
        kind: 'not-found',
        message: expect.stringContaining('missing'),
      };
      await expect(provider.reader!.head(container, 'read/missing')).rejects.toMatchObject(missing);
      await expect(readRange('read/missing')).rejects.toMatchObject(missing);
    });

    test('streams a big object, and closes it when the reader stops', async () => {
      const { body, lengthBytes } = await readRange('read/big.bin');
      expect(lengthBytes).toBe(BIG.length);
      for await (const chunk of body) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      expect(body.destroyed).toBe(true);
      const whole = await readRange('read/big.bin');
      expect((await buffer(whole.body)).equals(BIG)).toBe(true);
    });

    test('rejects with the reason of an abort, before and while reading', async () => {
      const reason = new Error('the reader is gone');
      await expect(readRange(KEY, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      const controller = new AbortController();
      const { body } = await readRange('read/big.bin', { signal: controller.signal });
      const reading = buffer(body);
      controller.abort(reason);
      await expect(reading).rejects.toBe(reason);
    });
  });
}
