import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attacks } from '../../hostile/attacks/all.ts';
import { type Figures, runAttacks } from '../../hostile/run.ts';
import { startTarget, type Target } from '../../hostile/target.ts';

// The attacks of `npm run hostile` that are over quickly. Times depend on the machine, so only what comes of each
// attack is looked at, and the memory.
const quick = attacks.filter(attack => attack.quick);

let target: Target;
let figures: Figures;
beforeAll(async () => {
  target = await startTarget();
  figures = await runAttacks(target, quick);
}, 600_000);
afterAll(() => target?.stop());

test.each(quick)('$name comes to what it must', ({ name }) => {
  expect(figures.outcomes.find(outcome => outcome.name === name)).toMatchObject({ wrong: null });
});

describe('while they go on', () => {
  test('a second workspace is answered, and so is /health', () => {
    expect(figures.failures).toEqual([]);
  });

  test('all processes of the installation together keep within a gigabyte', () => {
    expect(figures.peakMegabytes).toBeGreaterThan(100);
    expect(figures.peakMegabytes).toBeLessThan(1024);
  });
});

test('there are more than 200 cases in all, as SECURITY.md says, of which some are made here', () => {
  const cases = (chosen: typeof attacks) => chosen.reduce((sum, { cases = 1 }) => sum + cases, 0);
  expect(cases(attacks)).toBeGreaterThan(200);
  expect(quick.length).toBeGreaterThanOrEqual(20);
});
