import { expect, it } from 'vitest';
import { createAttempts } from './attempts.ts';

it('forgets the address whose failure is longest ago, so that memory is bounded', () => {
  const attempts = createAttempts({ now: () => new Date(0) }, 'failed sign-ins');
  for (let i = 0; i < 10; i++) attempts.failed('first');
  expect(() => attempts.check('first')).toThrow(/10 failed sign-ins/);
  for (let i = 0; i < 10_000; i++) attempts.failed(`address ${i}`);
  expect(() => attempts.check('first')).not.toThrow();
});
