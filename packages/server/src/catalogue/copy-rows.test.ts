import fc from 'fast-check';
import { expect, test } from 'vitest';
import { copyTime } from './copy-rows.ts';

test('moments are written as ISO 8601 says, whichever came before', () => {
  fc.assert(
    fc.property(fc.array(fc.date({ noInvalidDate: true }), { minLength: 1, maxLength: 5 }), dates => {
      for (const date of dates) expect(copyTime(date)).toBe(date.toISOString());
      const later = new Date(Math.min(dates[0]!.getTime() + 1, 8.64e15));
      expect(copyTime(later)).toBe(later.toISOString());
    }),
    { numRuns: 2000 },
  );
});
