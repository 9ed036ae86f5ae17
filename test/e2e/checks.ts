import type { Locator, Page } from 'playwright-core';

const STATES = /^(Waiting|Running|Passed|Warning|Failed|Skipped)(?: in the browser)?$/;

/**
 * The checks that a page shows, each with its state in words, in their order. Where both sides looked and do not
 * agree, the state is that of the side that did not pass.
 */
export async function checksOn(page: Page): Promise<{ title: string; status: string }[]> {
  const rows = await page.locator('ol[aria-label=Checks] > li > button').allInnerTexts();
  return rows.map(row => {
    const lines = row.split('\n').filter(line => line.trim() !== '');
    const states = lines.map(line => STATES.exec(line)?.[1]).filter(state => state !== undefined);
    const status = states.find(state => state !== 'Passed') ?? states[0] ?? '';
    return { status, title: lines.find(line => !STATES.test(line)) ?? '' };
  });
}

/** The row of a check that has come to its end, with what it says below when it is open. */
export const checkRow = (page: Page, title: string): Locator =>
  page.locator('ol[aria-label=Checks] > li').filter({
    has: page.getByRole('button', {
      name: new RegExp(`^(Passed|Warning|Failed)( in the browser)? ?${title}`),
    }),
  });
