import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seriousFindings, tooWide } from './appearance.ts';
import { createTour, emptySights, type Sight } from './tour.ts';
import { useStage } from './use-stage.ts';
import { DESKTOP, PHONE, type Visit } from './visit.ts';

const stage = useStage();
const tour = createTour(stage);
let guest: Visit;
let member: Visit;
beforeAll(async () => {
  guest = await stage.visit({ signedIn: false, still: true });
  member = await stage.visit({ still: true });
});
afterAll(() => Promise.all([guest?.close(), member?.close()]));

/** axe has nothing to say, in light and dark, wide and narrow; nothing is too wide; the browser does not complain. */
async function examine({ name, guest: isGuest, refusal, open, leave }: Sight): Promise<void> {
  const { page, complaints } = isGuest ? guest : member;
  await page.setViewportSize(DESKTOP);
  await open(page);
  for (const viewport of [DESKTOP, PHONE]) {
    await page.setViewportSize(viewport);
    for (const theme of ['light', 'dark']) {
      await page.evaluate(chosen => document.documentElement.setAttribute('data-theme', chosen), theme);
      const findings = await seriousFindings(page, { coloursOnly: theme === 'dark' });
      expect.soft(findings, `${name}, ${viewport.width} px, ${theme}`).toEqual([]);
    }
    expect.soft(await tooWide(page), `${name}, ${viewport.width} px`).toEqual([]);
  }
  await page.setViewportSize({ ...PHONE, width: 360 });
  expect.soft(await tooWide(page), `${name}, 360 px`).toEqual([]);
  await leave?.(page);
  // Browsers write every refused request on the console, also one that is part of the sight.
  const unexpected = complaints.splice(0).filter(line => !refusal || !line.includes(`status of ${refusal}`));
  expect.soft(unexpected, name).toEqual([]);
}

describe('before anything is connected', () => {
  test.each(emptySights)('$name', examine);
});

describe('with connections and assets', () => {
  beforeAll(() => tour.prepare());
  test.each(tour.sights)('$name', examine);
});
