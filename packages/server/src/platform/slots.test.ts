import { describe, expect, it } from 'vitest';
import { MooringError } from './problem.ts';
import { createSlots } from './slots.ts';

const NEVER = new AbortController().signal;
const HOUR_MS = 3_600_000;
const busy = (index: number | null) =>
  new MooringError(index === null ? 'unavailable' : 'too_many_requests', `full: ${index}`, {
    fix: 'Wait.',
    retryAfterSeconds: 2,
  });

describe('slots', () => {
  it('let a number of things go on and hold the others in line, first come first served', async () => {
    const slots = createSlots({ all: { most: 2, mostWaiting: 10 }, waitMs: HOUR_MS, busy });
    const order: number[] = [];
    let running = 0;
    let most = 0;
    const work = async (number: number) => {
      const release = await slots.take([], NEVER);
      order.push(number);
      most = Math.max(most, ++running);
      await new Promise(resolve => setImmediate(resolve));
      running--;
      release();
      release(); // the second does nothing
    };
    await Promise.all([0, 1, 2, 3, 4, 5].map(work));
    expect(order).toEqual([0, 1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  it('refuse who would wait too long, or come when the line is full', async () => {
    const slots = createSlots({ all: { most: 1, mostWaiting: 1 }, waitMs: 20, busy });
    const release = await slots.take([], NEVER);
    const waiting = slots.take([], NEVER);
    await expect(slots.take([], NEVER)).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 2 });
    await expect(waiting).rejects.toMatchObject({ code: 'unavailable' });
    release();
    await expect(slots.take([], NEVER)).resolves.toBeTypeOf('function');
  });

  it('forget who has left the line', async () => {
    const slots = createSlots({ all: { most: 1, mostWaiting: 1 }, waitMs: HOUR_MS, busy });
    const release = await slots.take([], NEVER);
    const leaving = new AbortController();
    const left = slots.take([], leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    const next = slots.take([], NEVER);
    release();
    (await next)();
    await expect(slots.take([], NEVER)).resolves.toBeTypeOf('function');
  });

  it('keep the share of each owner, in what goes on and in the line', async () => {
    const shares = [{ most: 2, mostWaiting: 1 }];
    const slots = createSlots({ all: { most: 4, mostWaiting: 10 }, shares, waitMs: HOUR_MS, busy });
    const [first] = [await slots.take(['greedy'], NEVER), await slots.take(['greedy'], NEVER)];
    const third = slots.take(['greedy'], NEVER);
    await expect(slots.take(['greedy'], NEVER)).rejects.toMatchObject({ message: 'full: 0' });
    await slots.take(['modest'], NEVER);
    await slots.take(['modest'], NEVER);
    await expect(slots.take(['greedy'], NEVER)).rejects.toMatchObject({ message: 'full: 0' });
    first();
    expect(await third).toBeTypeOf('function');
  });

  it('let in the first of those that have the least going on', async () => {
    const shares = [{ most: 3, mostWaiting: 9 }];
    const slots = createSlots({ all: { most: 3, mostWaiting: 9 }, shares, waitMs: HOUR_MS, busy });
    const releases = await Promise.all([1, 2, 3].map(() => slots.take(['greedy'], NEVER)));
    const order: string[] = [];
    const waits = ['greedy', 'greedy', 'modest'].map(async owner => {
      await slots.take([owner], NEVER);
      order.push(owner);
    });
    for (const release of releases) release();
    await Promise.all(waits);
    expect(order).toEqual(['modest', 'greedy', 'greedy']);
  });
});
