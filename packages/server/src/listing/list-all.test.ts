import { setImmediate as turn } from 'node:timers/promises';
import { createMemoryProvider, createMemoryStorage } from '@mooring/storage/memory';
import type { Clock, ListPage, Provider } from '@mooring/storage/server';
import { type ErrorKind, ObjectList, ProviderError } from '@mooring/storage/server';
import { describe, expect, test } from 'vitest';
import { type ListAllOptions, type ListedPage, listAll } from './list-all.ts';
import { type RetryOptions, retrying } from './retry.ts';

/** Waits by moving its own time. */
function createTestRetry(options: Partial<RetryOptions> = {}): RetryOptions & { waits: number[] } {
  let time = 0;
  const waits: number[] = [];
  return {
    waits,
    attempts: 5,
    withinMs: 60_000,
    firstWaitMs: 1000,
    longestWaitMs: 4000,
    now: () => time,
    random: () => 0.5,
    async sleep(ms, signal) {
      signal.throwIfAborted();
      waits.push(ms);
      time += ms;
    },
    ...options,
  };
}

const failure = (kind: ErrorKind, retryAfterSeconds?: number) =>
  new ProviderError(kind, `It is ${kind}.`, { fix: 'Wait.', retryAfterSeconds });

describe('retrying', () => {
  const never = new AbortController().signal;
  /** Fails as often as there are errors, then succeeds. */
  const failing = (...errors: Error[]) => {
    const left = [...errors];
    return async () => {
      const error = left.shift();
      if (error) throw error;
      return errors.length;
    };
  };

  test('waits longer each time, up to a longest wait', async () => {
    const retry = createTestRetry();
    const errors = Array.from({ length: 4 }, () => failure('unreachable'));
    expect(await retrying(failing(...errors), never, retry)).toBe(4);
    expect(retry.waits).toEqual([500, 1000, 2000, 2000]);
  });

  test('waits at least as long as the storage asks', async () => {
    const retry = createTestRetry();
    await retrying(failing(failure('throttled', 7), failure('throttled')), never, retry);
    expect(retry.waits).toEqual([7000, 1000]);
  });

  test('gives up after so many tries', async () => {
    const retry = createTestRetry({ attempts: 3 });
    const errors = Array.from({ length: 3 }, () => failure('throttled'));
    await expect(retrying(failing(...errors), never, retry)).rejects.toBe(errors[2]);
    expect(retry.waits).toHaveLength(2);
  });

  test('gives up rather than wait past the end', async () => {
    const retry = createTestRetry({ withinMs: 10_000 });
    const errors = [failure('throttled', 6), failure('throttled', 6)];
    await expect(retrying(failing(...errors), never, retry)).rejects.toBe(errors[1]);
    expect(retry.waits).toEqual([6000]);
  });

  test.each([failure('forbidden'), failure('invalid'), new TypeError('a defect')])(
    'does not try again after %s',
    async error => {
      const retry = createTestRetry();
      await expect(retrying(failing(error), never, retry)).rejects.toBe(error);
      expect(retry.waits).toEqual([]);
    },
  );

  test('ends with the reason of an abort, also while it waits', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const retry = createTestRetry({
      sleep: async (_ms, signal) => {
        controller.abort(reason);
        signal.throwIfAborted();
      },
    });
    await expect(retrying(failing(failure('throttled')), controller.signal, retry)).rejects.toBe(reason);
    await expect(retrying(failing(), controller.signal, retry)).rejects.toBe(reason);
  });
});

describe('listAll', () => {
  const clock: Clock = { now: () => new Date('2026-01-01T00:00:00Z') };

  function fill(keys: string[]) {
    const storage = createMemoryStorage({ clock });
    for (const key of keys) storage.put(key, 'x');
    return { storage, provider: createMemoryProvider({ storage }) };
  }

  const options = (more: Partial<ListAllOptions> = {}): ListAllOptions => ({
    container: 'data',
    prefix: '',
    cursor: null,
    before: '',
    pageSize: 2,
    signal: new AbortController().signal,
    retry: createTestRetry(),
    ...more,
  });

  const keysOf = (pages: ListedPage[]) => pages.map(page => Array.from(page.objects, object => object.key));

  /** A provider that answers with these pages, in turn. */
  const answering = (pages: (Partial<ListPage> & { keys?: string[] })[]): Provider => {
    const { storage, provider } = fill(pages.flatMap(page => page.keys ?? []));
    return {
      ...provider,
      async list(_container, { cursor } = {}) {
        const { keys = [], ...page } = pages[Number(cursor ?? 0)]!;
        const objects = keys.map(key => storage.objects().get(key)!);
        const next = Number(cursor ?? 0) + 1;
        return { objects, prefixes: [], cursor: next < pages.length ? String(next) : null, ...page };
      },
    };
  };

  test('gives every page once, each with the cursor it was asked for with', async () => {
    const { provider } = fill(['a', 'b', 'c', 'd', 'e']);
    const pages = await Array.fromAsync(listAll(provider, options()));
    expect(keysOf(pages)).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
    expect(pages.map(page => page.last)).toEqual([false, false, true]);
    expect(pages.map(page => page.from)).toEqual([null, pages[0]!.cursor, pages[1]!.cursor]);
    expect(pages.every(page => page.inOrder)).toBe(true);
    expect(keysOf(await Array.fromAsync(listAll(provider, options({ cursor: pages[1]!.from }))))).toEqual([
      ['c', 'd'],
      ['e'],
    ]);
  });

  test('gives one empty page of an empty container', async () => {
    const { provider } = fill([]);
    const pages = await Array.fromAsync(listAll(provider, options()));
    expect(pages).toEqual([
      { objects: ObjectList.of([]), from: null, before: '', cursor: null, inOrder: true, last: true },
    ]);
  });

  test('goes on after a page that is empty but not the last', async () => {
    const pages = await Array.fromAsync(
      listAll(answering([{ keys: ['a'] }, {}, { keys: ['b'] }]), options()),
    );
    expect(keysOf(pages)).toEqual([['a'], [], ['b']]);
  });

  test('only what begins with the prefix, in pages as large as the provider has them', async () => {
    const { provider } = fill(['a/1', 'b/1', 'b/2', 'b/3', 'c']);
    const { pageSize: _, ...rest } = options({ prefix: 'b/' });
    expect(keysOf(await Array.fromAsync(listAll(provider, rest)))).toEqual([['b/1', 'b/2', 'b/3']]);
  });

  test.each([
    ['within a page', [{ keys: ['b', 'a'] }], '', [false]],
    ['across pages', [{ keys: ['b'] }, { keys: ['a'] }], '', [true, false]],
    ['across an empty page', [{ keys: ['b'] }, {}, { keys: ['a'] }], '', [true, true, false]],
    ['after where it goes on', [{ keys: ['a'] }], 'b', [false]],
    ['only by UTF-16', [{ keys: ['\u{10000}', '\uffee'] }], '', [false]],
  ])('says when the keys are out of order %s', async (_where, pages, before, inOrder) => {
    const listed = await Array.fromAsync(listAll(answering(pages), options({ before })));
    expect(listed.map(page => page.inOrder)).toEqual(inOrder);
  });

  test('the order of bytes, and a key listed twice in a row, are in order', async () => {
    const pages = [{ keys: ['A', 'a', '\uffee'] }, { keys: ['\uffee', '\u{10000}'] }];
    const listed = await Array.fromAsync(listAll(answering(pages), options()));
    expect(listed.map(page => page.inOrder)).toEqual([true, true]);
  });

  test('asks for the next page while the consumer works on one, and for no more', async () => {
    const { storage, provider } = fill(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    const asked: number[] = [];
    for await (const _page of listAll(provider, options())) {
      await new Promise(resolve => setImmediate(resolve));
      asked.push(storage.listCalls);
    }
    expect(asked).toEqual([2, 3, 4, 4]);
  });

  test('tries a page again, and fails with what the storage failed at in the end', async () => {
    const { storage, provider } = fill(['a', 'b', 'c']);
    storage.failList(2, 'throttled');
    expect(keysOf(await Array.fromAsync(listAll(provider, options())))).toEqual([['a', 'b'], ['c']]);
    storage.failList(2, 'forbidden');
    await expect(Array.fromAsync(listAll(provider, options()))).rejects.toMatchObject({ kind: 'forbidden' });
  });

  test('a page that fails after the consumer has left is no error', async () => {
    const { storage, provider } = fill(['a', 'b', 'c']);
    storage.failList(2, 'forbidden');
    for await (const _page of listAll(provider, options())) break;
    await turn(); // an unhandled rejection would be reported by now
    await turn();
  });

  test('ends the request under way when the consumer leaves or the signal aborts', async () => {
    const { storage, provider } = fill(['a', 'b', 'c']);
    const signals: AbortSignal[] = [];
    const watched: Provider = {
      ...provider,
      list: (container, given) => {
        signals.push(given!.signal!);
        return provider.list(container, given);
      },
    };
    for await (const _page of listAll(watched, options())) {
      storage.delayLists(60_000);
      break;
    }
    expect(signals.at(-1)!.aborted).toBe(true);

    storage.delayLists(60_000);
    const controller = new AbortController();
    const listing = Array.fromAsync(listAll(watched, options({ signal: controller.signal })));
    const reason = new Error('cancelled');
    controller.abort(reason);
    await expect(listing).rejects.toBe(reason);
  });

  test('refuses a listing that would never end', async () => {
    const pages = [{ keys: ['a'] }, { keys: ['b'], cursor: '1' }];
    await expect(Array.fromAsync(listAll(answering(pages), options()))).rejects.toMatchObject({
      kind: 'unexpected',
    });
  });
});
