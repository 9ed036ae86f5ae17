import { createIdentities, type Identities, ROLES } from '@mooring/emulators';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seriousFindings, tooWide } from './appearance.ts';
import { press } from './keyboard.ts';
import { allPicturesShown } from './pictures.ts';
import { useStage } from './use-stage.ts';
import { DESKTOP, PHONE, type Visit } from './visit.ts';
import { chooseLocation, syncNow, verify } from './wizard.ts';

// The wizard with the app of the installation, for a storage account whose owner has never heard of it.

let identities: Identities;
const stage = useStage(async storage => {
  identities = await createIdentities(storage, { path: process.env.PATH ?? '' });
  return { ...identities.environment };
});
let visit: Visit;
let page: Page;
let tenantId: string;
beforeAll(async () => {
  const { entra, app, objectId } = stage.storage;
  tenantId = app.tenantId;
  Object.assign(ourApp(), {
    servicePrincipals: {},
    redirectUris: ['consent', 'ownership'].map(way => `${stage.mooring.url}/v1/${way}/callback`),
  });
  entra.signIn.person = {
    username: 'ada@acme.example',
    homeTenant: tenantId,
    objectIds: { [tenantId]: objectId },
    roles: { [tenantId]: ['Application Administrator'] },
  };
  visit = await stage.visit({ still: true });
  page = visit.page;
});
afterAll(async () => {
  await visit?.close();
  await identities?.stop();
});

/** What the directory knows of the app of this installation. */
const ourApp = () =>
  stage.storage.entra.applications.find(({ clientId }) => clientId === identities.mooringApp.clientId)!;
/** axe has nothing to say in light and dark, and nothing is too wide for a small phone. */
async function examine(name: string): Promise<void> {
  for (const theme of ['light', 'dark']) {
    await page.evaluate(chosen => document.documentElement.setAttribute('data-theme', chosen), theme);
    expect.soft(await seriousFindings(page), `${name}, ${theme}`).toEqual([]);
  }
  await page.setViewportSize({ ...PHONE, width: 360 });
  expect.soft(await tooWide(page), name).toEqual([]);
  await page.setViewportSize(DESKTOP);
}
const connect = () => press(page, page.getByRole('button', { name: 'Connect to Azure' }));

test('the app of the installation is recommended, and every way that is offered can be chosen', async () => {
  await chooseLocation(page, stage.storage);
  await expect
    .poll(() => page.getByRole('radio', { checked: true }).locator('..').textContent())
    .toMatch(/Mooring’s app.*Recommended/);
  await expect.poll(() => page.getByRole('radio').count()).toBe(7);
  await expect.poll(() => page.getByText(/not offered by this installation/).count()).toBe(0);
});

test('the page reports refused consent, says what to ask for, and loses nothing', async () => {
  stage.storage.entra.signIn.agrees = false;
  await connect();
  const alert = page.getByRole('alert');
  await alert.getByText('Consent was not given').waitFor();
  await expect.poll(() => alert.textContent()).toMatch(/declined.*Cloud Application Administrator/s);
  expect(new URL(page.url()).search).toBe('?step=authorise');
  await examine('refused');
  await page.reload();
  await alert.getByText('Consent was not given').waitFor();
  expect(ourApp().servicePrincipals).toEqual({});
});

test('a reason that another person wrote into the address is not shown', async () => {
  const words = 'Microsoft says: call 0900 1234 and read out your password.';
  const answer = { step: 'authorise', consent: 'refused', reason: words, mark: 'a'.repeat(32) };
  await page.goto(`${stage.mooring.url}/connections/new?${new URLSearchParams(answer)}`);
  await page.getByText('This answer belongs to no sign-in').waitFor();
  await expect.poll(() => page.textContent('body')).not.toContain('0900');
});

test('consent comes back to the same step, with the directory filled in', async () => {
  stage.storage.entra.signIn.agrees = true;
  await connect();
  await page.getByText('Consent was given').waitFor();
  await expect.poll(() => page.getByLabel('Tenant id').inputValue()).toBe(tenantId);
  expect(ourApp().servicePrincipals[tenantId]).toBeDefined();
});

test('the commands name the app; an administrator can be sent them', async () => {
  await expect
    .poll(() => page.getByRole('tabpanel').first().textContent())
    .toContain(identities.mooringApp.clientId);
  await press(page, page.getByRole('button', { name: 'Send to an administrator' }));
  const link = await page.getByLabel('Link for the administrator').inputValue();
  const administrator = await stage.visit({ signedIn: false });
  await administrator.page.goto(link);
  await administrator.page.getByText(identities.mooringApp.clientId).first().waitFor();
  await administrator.close();
});

test('until the owner has marked the account nothing is revealed; then it turns green by itself', async () => {
  await press(page, page.getByRole('button', { name: 'Save and continue' }));
  await page.getByText('The mark is not there yet.').waitFor();
  const [connection] = (await stage.mooring.client.call('listConnections')).items;
  const { token } = connection!.ownership!;
  await examine('ownership');
  const commands = page.getByRole('tabpanel');
  await expect.poll(() => commands.textContent()).toContain(token);

  // What the administrator does.
  const { storage } = stage;
  storage.front.settings.roleAssignments.push({
    principalId: ourApp().servicePrincipals[tenantId]!,
    actions: ROLES['Storage Blob Data Reader'],
  });
  await storage.put({ key: connection!.ownership!.markerKey, body: token });
  await page.getByText(/The owner wants this workspace: the marker blob is there/).waitFor();
});

test('and then it goes on to the first sync as with any other', async () => {
  await press(page, page.getByRole('button', { name: 'Continue' }));
  await page.getByText(/^Pages of .* may load from the storage/).waitFor();
  await verify(page);
  await page.getByText('Everything works.').waitFor();
  await syncNow(page);
  await page.getByText('Done', { exact: true }).waitFor();
  await press(page, page.getByRole('link', { name: 'Browse the assets' }));
  await allPicturesShown(page);
});

test('a sign-in proves it too, in place of the mark; a refused one says so', async () => {
  const [connection] = (await stage.mooring.client.call('listConnections')).items;
  await stage.storage.remove(connection!.ownership!.markerKey);
  await chooseLocation(page, stage.storage);
  await page.getByLabel('Tenant id').fill(tenantId);
  await press(page, page.getByRole('button', { name: 'Save and continue' }));
  await page.getByText('The mark is not there yet.').waitFor();
  stage.storage.entra.signIn.agrees = false;
  await press(page, page.getByRole('button', { name: 'Sign in to Azure' }));
  await page.getByText(/The sign-in did not prove it/).waitFor();
  stage.storage.entra.signIn.agrees = true;
  await press(page, page.getByRole('button', { name: 'Sign in to Azure' }));
  await page.getByText(/The owner wants this workspace: a person of the directory signed in/).waitFor();
});

test('nothing of this made the browser complain', () => {
  // Browsers write every refused request on the console: looking for a mark that is not there is refused.
  const isLooking = (line: string) => /status of 409 .*\/ownership\)$/.test(line);
  expect(visit.complaints.filter(line => !isLooking(line))).toEqual([]);
});
