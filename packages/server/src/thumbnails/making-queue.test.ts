import { expect, test } from 'vitest';
import { createMakingQueue } from './making-queue.ts';

const NEVER = new AbortController().signal;

/** A queue whose things are finished by hand. */
function createBench({ places = 1, mostWaiting = 100 } = {}) {
  const ask = createMakingQueue<string>({ places, mostWaiting });
  const begun: string[] = [];
  const finish = new Map<string, () => void>();
  const signals = new Map<string, AbortSignal>();
  return {
    begun,
    signals,
    ask(key: string, { workspaceId = 'a', signal = NEVER } = {}) {
      const answer = ask(
        { key, workspaceId },
        within => {
          begun.push(key);
          signals.set(key, within);
          const { promise, resolve, reject } = Promise.withResolvers<string>();
          finish.set(key, () => resolve(`${key} made`));
          within.addEventListener('abort', () => reject(within.reason));
          return promise;
        },
        signal,
      );
      answer.catch(() => {}); // looked at later
      return answer;
    },
    /** Finishes one, and waits until what follows it has begun. */
    async finish(key: string): Promise<void> {
      finish.get(key)!();
      await new Promise(resolve => setImmediate(resolve));
    },
  };
}

test('the newest goes first, and what is asked for again is new', async () => {
  const { ask, begun, finish } = createBench();
  for (const key of ['1', '2', '3', '4']) ask(key);
  ask('2');
  for (const key of ['1', '2', '4']) await finish(key);
  expect(begun).toEqual(['1', '2', '4', '3']);
});

test('requests for the same thing share one making', async () => {
  const { ask, begun, finish } = createBench();
  const [first, second] = [ask('x'), ask('x')];
  await finish('x');
  expect(await Promise.all([first, second])).toEqual(['x made', 'x made']);
  expect(begun).toEqual(['x']);
});

test('a making is given up when the last request has left, and its place is free', async () => {
  const { ask, begun, finish, signals } = createBench();
  const [one, other] = [new AbortController(), new AbortController()];
  const [first, second] = [ask('x', { signal: one.signal }), ask('x', { signal: other.signal })];
  const next = ask('y');
  one.abort(new Error('first left'));
  await expect(first).rejects.toThrow('first left');
  expect(signals.get('x')!.aborted).toBe(false);
  other.abort(new Error('second left'));
  await expect(second).rejects.toThrow('second left');
  expect(signals.get('x')!.aborted).toBe(true);
  await new Promise(resolve => setImmediate(resolve));
  expect(begun).toEqual(['x', 'y']);
  await finish('y');
  expect(await next).toBe('y made');
});

test('what no request waits for any more never begins', async () => {
  const { ask, begun, finish } = createBench();
  ask('x');
  const leaving = new AbortController();
  const left = ask('y', { signal: leaving.signal });
  leaving.abort(new Error('left'));
  await expect(left).rejects.toThrow('left');
  await finish('x');
  expect(begun).toEqual(['x']);
});

test('a workspace takes no last place, and waits for those that have less', async () => {
  const { ask, begun, finish } = createBench({ places: 3 });
  for (const key of ['a1', 'a2', 'a3', 'a4']) ask(key, { workspaceId: 'a' });
  expect(begun).toEqual(['a1', 'a2']);
  ask('b1', { workspaceId: 'b' });
  ask('b2', { workspaceId: 'b' });
  expect(begun).toEqual(['a1', 'a2', 'b1']);
  await finish('a1');
  expect(begun.slice(3)).toEqual(['b2']);
  await finish('a2');
  expect(begun.slice(4)).toEqual(['a4']);
});

test('where too many wait, the oldest of the workspace with the most gives way', async () => {
  const { ask, begun, finish } = createBench({ mostWaiting: 2 });
  ask('running', { workspaceId: 'b' });
  const modest = ask('modest', { workspaceId: 'b' });
  const oldest = ask('oldest');
  const newest = ask('newest');
  await expect(oldest).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 2 });
  for (const key of ['running', 'newest', 'modest']) await finish(key);
  expect(begun).toEqual(['running', 'newest', 'modest']);
  expect(await Promise.all([modest, newest])).toEqual(['modest made', 'newest made']);
});

test('a failure reaches each request, and is not kept', async () => {
  const ask = createMakingQueue<string>({ places: 1, mostWaiting: 1 });
  const failing = () => Promise.reject(new Error('broken'));
  const both = [1, 2].map(() => ask({ key: 'x', workspaceId: 'a' }, failing, NEVER));
  for (const outcome of await Promise.allSettled(both))
    expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'broken' } });
  expect(await ask({ key: 'x', workspaceId: 'a' }, async () => 'made', NEVER)).toBe('made');
});
