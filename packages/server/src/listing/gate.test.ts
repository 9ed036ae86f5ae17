import { ProviderError } from '@mooring/storage/server';
import { describe, expect, test } from 'vitest';
import { createGate, type Gate } from './gate.ts';

const never = new AbortController().signal;
const throttled = (retryAfterSeconds?: number) =>
  new ProviderError('throttled', 'Too much.', { fix: 'Wait.', retryAfterSeconds });

/** Requests that end when the test ends them. */
function createRequests(gate: Gate) {
  const underWay: PromiseWithResolvers<void>[] = [];
  return {
    underWay,
    begin: (signal = never) =>
      gate.through(() => {
        const request = Promise.withResolvers<void>();
        underWay.push(request);
        return request.promise;
      }, signal),
    /** Ends all that are under way; those that come after them have begun then. */
    async end(error?: Error): Promise<void> {
      for (const request of underWay.splice(0)) error ? request.reject(error) : request.resolve();
      await new Promise(resolve => setImmediate(resolve));
    },
  };
}

describe('a gate', () => {
  test('lets twice as many through with each round trip, up to a most', async () => {
    const requests = createRequests(createGate({ most: 20 }));
    const all = Array.from({ length: 60 }, () => requests.begin());
    await new Promise(resolve => setImmediate(resolve));
    const seen: number[] = [];
    while (requests.underWay.length > 0) {
      seen.push(requests.underWay.length);
      await requests.end();
    }
    expect(seen).toEqual([8, 16, 20, 16]);
    await Promise.all(all);
  });

  test('lets half as many through when the storage throttles, once for one overload, and slowly more again', async () => {
    let time = 0;
    const gate = createGate({ now: () => time, most: 16 });
    const fail = () => gate.through(() => Promise.reject(throttled()), never).catch(() => {});
    const succeed = () => gate.through(async () => {}, never);
    for (let count = 0; count < 8; count++) await succeed();
    expect(gate.limit).toBe(16);
    await Promise.all([fail(), fail(), fail()]);
    expect(gate.limit).toBe(8);
    for (let count = 0; count < 8; count++) await succeed();
    expect(gate.limit).toBe(8);
    await succeed();
    expect(gate.limit).toBe(9);
    time += 1000;
    for (let count = 0; count < 5; count++, time += 1000) await fail();
    expect(gate.limit).toBe(1);
  });

  test('does not take other errors for throttling', async () => {
    const gate = createGate();
    const error = new ProviderError('unreachable', 'It is away.', { fix: 'Wait.' });
    await expect(gate.through(() => Promise.reject(error), never)).rejects.toBe(error);
    expect(gate.limit).toBe(8);
  });

  test('waits as long as the storage asks', async () => {
    const gate = createGate();
    await expect(gate.through(() => Promise.reject(throttled(0.1)), never)).rejects.toThrow('Too much.');
    const begun = performance.now();
    await Promise.all([gate.through(async () => {}, never), gate.through(async () => {}, never)]);
    expect(performance.now() - begun).toBeGreaterThan(90);
  });

  test('gives the turn of one that gave up to the next', async () => {
    const requests = createRequests(createGate({ most: 1 }));
    const first = requests.begin();
    const abort = new AbortController();
    const reason = new Error('enough');
    const second = expect(requests.begin(abort.signal)).rejects.toBe(reason);
    const third = requests.begin();
    abort.abort(reason);
    await second;
    await requests.end();
    await first;
    expect(requests.underWay).toHaveLength(1);
    await requests.end();
    await third;
    await expect(requests.begin(abort.signal)).rejects.toBe(reason);
  });
});
