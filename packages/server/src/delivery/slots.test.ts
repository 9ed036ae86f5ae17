import { describe, expect, it } from 'vitest';
import { createSlots } from './slots.ts';

const NEVER = new AbortController().signal;

describe('slots', () => {
  it('let a number of things go on and hold the others in line, first come first served', async () => {
    const slots = createSlots({ most: 2, mostWaiting: 10, waitMs: 3_600_000 });
    const order: number[] = [];
    let running = 0;
    let most = 0;
    const work = async (number: number) => {
      const release = await slots.take(NEVER);
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
    const slots = createSlots({ most: 1, mostWaiting: 1, waitMs: 20 });
    const release = await slots.take(NEVER);
    const waiting = slots.take(NEVER);
    await expect(slots.take(NEVER)).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 2 });
    await expect(waiting).rejects.toMatchObject({ code: 'unavailable' });
    release();
    await expect(slots.take(NEVER)).resolves.toBeTypeOf('function');
  });

  it('forget who has left the line', async () => {
    const slots = createSlots({ most: 1, mostWaiting: 1, waitMs: 3_600_000 });
    const release = await slots.take(NEVER);
    const leaving = new AbortController();
    const left = slots.take(leaving.signal);
    leaving.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    const next = slots.take(NEVER);
    release();
    (await next)();
    await expect(slots.take(NEVER)).resolves.toBeTypeOf('function');
  });
});
