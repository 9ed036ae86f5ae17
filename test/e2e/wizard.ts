import type { Storage } from '@mooring/emulators';
import type { Page } from 'playwright-core';
import { press, tabTo, typeInto } from './keyboard.ts';

// The steps of adding a connection, by keyboard alone.

/** From anywhere to the first step, of a draft without anything in it. */
export async function beginWizard(page: Page): Promise<void> {
  await page.goto('/connections/new');
  await startOver(page);
}

/** Forgets what was typed, at every step of the wizard. */
export async function startOver(page: Page): Promise<void> {
  await page.getByRole('heading', { name: 'Add connection' }).waitFor();
  const button = page.getByRole('button', { name: 'Start over' });
  if (await button.isVisible()) await button.click();
  await page.getByRole('heading', { name: 'Location' }).waitFor();
}

/** From anywhere to the first step, and through it. */
export async function chooseLocation(page: Page, storage: Storage): Promise<void> {
  await beginWizard(page);
  await typeInto(page, addressField(page), `${storage.endpoint}/${storage.container}`);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Authorise' }).waitFor();
  await page.getByRole('radio', { checked: true }).waitFor();
}

export const addressField = (page: Page) => page.getByLabel('Address, or the account’s name');

/** Chooses a kind of credential by the arrow keys. */
export async function chooseKind(page: Page, name: string): Promise<void> {
  await tabTo(page, page.getByRole('radio', { checked: true }));
  const wanted = page.getByRole('radio', { name });
  const kinds = await page.getByRole('radio').count();
  for (let step = 0; step < kinds && !(await wanted.isChecked()); step++)
    await page.keyboard.press('ArrowDown');
}

/** The second step with an app registration; it makes the connection. */
export async function authoriseApp(page: Page, app: Storage['app']): Promise<void> {
  await enterApp(page, app);
  await page.getByRole('heading', { name: 'Browser access' }).waitFor();
}

/** The same, of an app that may not work. */
export async function enterApp(page: Page, app: Storage['app']): Promise<void> {
  await chooseKind(page, 'App registration with a secret');
  await typeInto(page, page.getByLabel('Tenant id'), app.tenantId);
  await typeInto(page, page.getByLabel('Client id'), app.clientId);
  await typeInto(page, page.getByLabel('Client secret', { exact: true }), app.clientSecret);
  await page.keyboard.press('Enter');
}

/** The second step with an account SAS; it makes the connection. */
export async function authoriseSas(page: Page, sasToken: string): Promise<void> {
  await chooseKind(page, 'SAS token');
  await typeInto(page, page.getByLabel('SAS token', { exact: true }), sasToken);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Browser access' }).waitFor();
}

/** The third step; the fourth then begins to check by itself. */
export async function verify(page: Page): Promise<void> {
  await press(page, page.getByRole('button', { name: 'Continue' }));
  await page.getByRole('heading', { name: 'Verify' }).waitFor();
}

/** The fourth step, once the checks have come to their end, and the first sync of the fifth. */
export async function syncNow(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Continue', disabled: false }).waitFor();
  await press(page, page.getByRole('button', { name: 'Continue' }));
  await press(page, page.getByRole('button', { name: 'Sync now' }));
}
