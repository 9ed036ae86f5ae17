import type { Locator, Page } from 'playwright-core';

const WORDS = ['Failed', 'Warning', 'Running', 'Waiting', 'Skipped', 'Passed'];
const MARK = new RegExp(`^(${WORDS.join('|')})( in the browser)?$`);

/** The checks that a page shows, in their order, each with its state in words: the worse one where both sides looked. */
export async function checksOn(page: Page): Promise<{ title: string; status: string }[]> {
  const rows = await page.locator('ol[aria-label=Checks] > li > button').allInnerTexts();
  return rows.map(row => {
    const lines = row.split('\n').filter(line => line.trim() !== '');
    const marks = lines.filter(line => MARK.test(line));
    const status = WORDS.find(word => marks.some(mark => mark.startsWith(word))) ?? '';
    return { status, title: lines.find(line => !MARK.test(line)) ?? '' };
  });
}

/** The row of a check that has come to its end, with what it says below when it is open. */
export const checkRow = (page: Page, title: string): Locator =>
  page.locator('ol[aria-label=Checks] > li').filter({
    has: page.getByRole('button', {
      name: new RegExp(`^((Passed|Warning|Failed|Skipped)( in the browser)? ?)+${title}`),
    }),
  });
