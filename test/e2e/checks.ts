import type { Locator, Page } from 'playwright-core';

/** The checks that a page shows, each with its state in words, in their order. */
export async function checksOn(page: Page): Promise<{ title: string; status: string }[]> {
  const rows = await page.locator('ol[aria-label=Checks] > li > button').allInnerTexts();
  return rows.map(row => {
    const [status = '', title = ''] = row.split('\n').filter(line => line.trim() !== '');
    return { status, title };
  });
}

/** The row of a check that has come to its end, with what it says below when it is open. */
export const checkRow = (page: Page, title: string): Locator =>
  page
    .locator('ol[aria-label=Checks] > li')
    .filter({ has: page.getByRole('button', { name: new RegExp(`^(Passed|Warning|Failed) ?${title}`) }) });
