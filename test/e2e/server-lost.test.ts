import { afterAll, beforeAll, expect, test } from 'vitest';
import { seriousFindings } from './appearance.ts';
import { useStage } from './use-stage.ts';
import type { Visit } from './visit.ts';

const stage = useStage();
let visit: Visit;
beforeAll(async () => {
  visit = await stage.visit({ still: true });
});
afterAll(() => visit?.close());

test('a page that lost the server says so within 4 seconds, and stops when it is back', async () => {
  const { page, context } = visit;
  await page.clock.install();
  await page.goto('/settings');
  await page.getByRole('heading', { name: 'Settings' }).waitFor();
  const notice = page.getByText('Mooring’s server does not answer.');
  await expect.poll(() => notice.count()).toBe(0);

  await context.setOffline(true);
  await page.clock.runFor(4000);
  await notice.waitFor();
  expect(await seriousFindings(page)).toEqual([]);

  await context.setOffline(false);
  await page.clock.runFor(4000);
  await notice.waitFor({ state: 'hidden' });
});
