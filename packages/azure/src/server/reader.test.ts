import type { RequestListener } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProviderError } from '@mooring/storage/server';
import { afterEach, describe, expect, test } from 'vitest';
import { startAnswering } from './testing-answers.ts';

const BODY = Buffer.from('0123456789'.repeat(100));

/** Headers of an answer as Azure sends them. */
const headers = (lengthBytes: number, contentRange?: string) => ({
  etag: '"0x1"',
  'content-type': 'text/plain',
  'content-length': lengthBytes,
  'last-modified': 'Sun, 22 Nov 2026 01:10:00 GMT',
  ...(contentRange && { 'content-range': contentRange }),
});

describe('a storage that answers amiss', () => {
  let storage: Awaited<ReturnType<typeof startAnswering>>;
  afterEach(() => storage.stop());
  const read = async (listener: RequestListener, signal?: AbortSignal) => {
    storage = await startAnswering(listener);
    return storage.reader.readRange('media', 'a.txt', { range: { start: 100, end: 199 }, signal });
  };

  test.each<[string, RequestListener, RegExp]>([
    ['ignores Range', (_, r) => r.writeHead(200, headers(1000)).end(BODY), /ignores Range/],
    [
      'sends another part',
      (_, r) => r.writeHead(206, headers(100, 'bytes 0-99/1000')).end(BODY.subarray(0, 100)),
      /asked the storage for bytes 100–199, .* 100 bytes and “bytes 0-99\/1000”/,
    ],
    [
      'sends less than it could',
      (_, r) => r.writeHead(206, headers(50, 'bytes 100-149/1000')).end(BODY.subarray(100, 150)),
      /50 bytes/,
    ],
    [
      'announces another length than its range has',
      (_, r) => r.writeHead(206, headers(101, 'bytes 100-199/1000')).end(BODY.subarray(100, 201)),
      /101 bytes/,
    ],
    [
      'does not say which part',
      (_, r) => r.writeHead(206, headers(100)).end(BODY.subarray(0, 100)),
      /no Content-Range/,
    ],
  ])('and %s is not believed', async (_, listener, says) => {
    const error = await read(listener).catch(reason => reason);
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ kind: 'unexpected', message: expect.stringMatching(says) });
  });

  test('and breaks off in the middle fails the body, not silently', async () => {
    const { body } = await read((_, response) => {
      response.writeHead(206, headers(100, 'bytes 100-199/1000')).write(BODY.subarray(100, 150));
      setTimeout(() => response.destroy(), 20);
    });
    await expect(buffer(body)).rejects.toMatchObject({ name: 'ProviderError', kind: 'unreachable' });
  });

  test('and never ends can be left', async () => {
    const controller = new AbortController();
    const reason = new Error('the reader is gone');
    let closed = false;
    const { body } = await read((_, response) => {
      response.writeHead(206, headers(100, 'bytes 100-199/1000')).write('some');
      response.once('close', () => {
        closed = true;
      });
    }, controller.signal);
    const reading = buffer(body);
    controller.abort(reason);
    await expect(reading).rejects.toBe(reason);
    await expect.poll(() => closed).toBe(true);
  });
});

describe('a body that is not read', () => {
  const SIZE = 256 * 1024 * 1024;

  test('makes the storage wait, and lets go of the connection when destroyed', async () => {
    let sent = 0;
    let closed = false;
    const chunk = Buffer.alloc(1024 * 1024);
    const storage = await startAnswering((_, response) => {
      response.writeHead(200, headers(SIZE));
      response.once('close', () => {
        closed = true;
      });
      const send = (): void => {
        while (sent < SIZE && !response.destroyed) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', send);
        }
      };
      send();
    });
    const { body } = await storage.reader.readRange('media', 'big.bin');
    await sleep(300);
    // What lies in the buffers of two sockets and a few streams.
    expect(sent).toBeLessThan(SIZE / 8);
    body.destroy();
    await expect.poll(() => closed).toBe(true);
    await storage.stop();
  });
});
