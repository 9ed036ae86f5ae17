import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signWindow } from './window.ts';

describe('a signing window', () => {
  const windowEnd = (now: Date, seconds: number) => signWindow(now, seconds).expiresAt;
  const moments = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });

  it('ends at a whole second, at least half a window away and at most a window and a second', () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: 1, max: 604_800 }), (now, seconds) => {
        const leftMs = windowEnd(now, seconds).getTime() - now.getTime();
        expect(windowEnd(now, seconds).getTime() % 1000).toBe(0);
        expect(leftMs).toBeGreaterThanOrEqual(seconds * 500);
        expect(leftMs).toBeLessThanOrEqual(seconds * 1000 + 1000);
      }),
    );
  });

  it('begins at a whole second, a quarter of an hour or more ago', () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: 1, max: 604_800 }), (now, seconds) => {
        const { startsAt } = signWindow(now, seconds);
        const agoMs = now.getTime() - startsAt.getTime();
        expect(startsAt.getTime() % 1000).toBe(0);
        expect(agoMs).toBeGreaterThanOrEqual(900_000);
        expect(agoMs).toBeLessThanOrEqual(900_000 + Math.min(seconds * 500, 1_800_000) + 1000);
      }),
    );
  });

  it('is the same throughout half a window', () => {
    const start = new Date('2026-11-22T10:00:00.000Z').getTime();
    for (const ms of [0, 1, 449_999])
      expect(signWindow(new Date(start + ms), 900)).toEqual({
        startsAt: new Date('2026-11-22T09:45:00.000Z'),
        expiresAt: new Date('2026-11-22T10:15:00.000Z'),
      });
    expect(windowEnd(new Date(start + 450_000), 900).toISOString()).toBe('2026-11-22T10:22:30.000Z');
  });
});
