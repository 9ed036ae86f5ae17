import type { Storage } from '@mooring/emulators';
import type { Page } from 'playwright-core';
import { press, tabTo, typeInto } from './keyboard.ts';

// The steps of adding a connection, by keyboard alone.

/** From anywhere to the first step, and through it. */
export async function chooseLocation(page: Page, storage: Storage): Promise<void> {
  await page.goto('/connections/new');
  await typeInto(page, page.getByLabel('URL of the container'), `${storage.endpoint}/${storage.container}`);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Authorise' }).waitFor();
}

/** The second step with an app registration. */
export async function authoriseApp(page: Page, app: Storage['app']): Promise<void> {
  await typeInto(page, page.getByLabel('Tenant id'), app.tenantId);
  await typeInto(page, page.getByLabel('Client id'), app.clientId);
  await typeInto(page, page.getByLabel('Client secret', { exact: true }), app.clientSecret);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Browser access' }).waitFor();
}

/** The second step with an account SAS. */
export async function authoriseSas(page: Page, sasToken: string): Promise<void> {
  await tabTo(page, page.getByRole('radio', { checked: true }));
  if (!(await page.getByRole('radio', { name: 'Account SAS' }).isChecked()))
    await page.keyboard.press('ArrowDown');
  await typeInto(page, page.getByLabel('SAS token', { exact: true }), sasToken);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Browser access' }).waitFor();
}

/** The third step, which makes the connection; the fourth then begins to check by itself. */
export async function create(page: Page): Promise<void> {
  await press(page, page.getByRole('button', { name: 'Create and verify' }));
  await page.getByRole('heading', { name: 'Verify' }).waitFor();
}

/** The fourth step, once the checks have come to their end, and the first sync of the fifth. */
export async function syncNow(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Continue', disabled: false }).waitFor();
  await press(page, page.getByRole('button', { name: 'Continue' }));
  await press(page, page.getByRole('button', { name: 'Sync now' }));
}
