import type { Page } from 'playwright-core';

/** Waits until the list that is shown begins with an asset. */
export const beginsWith = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('grid').locator('[id$="-0"]').getByText(name).first().waitFor();

/** Opens an asset of the list that is shown, by keyboard, once the list begins with it. */
export async function openFirst(page: Page, name: string | RegExp): Promise<void> {
  await beginsWith(page, name);
  await page.getByRole('grid').press('Enter');
  await page.getByRole('heading', { name, exact: typeof name === 'string' }).waitFor();
}

/** Opens the asset whose key has this in it, and no other's has. */
export async function openAsset(
  page: Page,
  partOfKey: string,
  name: string | RegExp = partOfKey,
): Promise<void> {
  await page.goto(`/assets?name=${encodeURIComponent(partOfKey)}`);
  await openFirst(page, name);
}
