import axe, { type AxeResults } from 'axe-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareTour, type Sight } from './tour.ts';
import { useStage } from './use-stage.ts';
import { DESKTOP, PHONE, type Visit } from './visit.ts';

const stage = useStage();
let sights: Sight[];
beforeAll(async () => {
  sights = await prepareTour(stage);
});

describe.each([
  ['on a desktop, light', { viewport: DESKTOP }],
  ['on a phone, dark', { viewport: { ...PHONE, width: 360 }, dark: true }],
])('every page %s', (_, options) => {
  let guest: Visit;
  let member: Visit;
  beforeAll(async () => {
    guest = await stage.visit({ ...options, signedIn: false });
    member = await stage.visit(options);
  });
  afterAll(async () => {
    await guest?.close();
    await member?.close();
  });

  test('has nothing that axe finds serious, fits the width, and breaks no policy', async () => {
    for (const { name, signedOut, open } of sights) {
      const { page, complaints } = signedOut ? guest : member;
      await open(page);
      await page.waitForLoadState('networkidle');
      // By the debugger, not by a script element, which the content-security policy would refuse.
      await page.evaluate(axe.source);
      const found: AxeResults = await page.evaluate("axe.run({ exclude: [['iframe']] })");
      const serious = found.violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(node => node.target.join(' ')).join(', ')}`);
      expect.soft(serious, name).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect.soft(overflow, `${name}: wider than the window by so many pixels`).toBe(0);
      expect.soft(complaints.splice(0), name).toEqual([]);
    }
  }, 240_000);
});
