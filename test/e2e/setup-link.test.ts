import type { SetupRequest } from '@mooring/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seriousFindings, tooWide } from './appearance.ts';
import { useStage } from './use-stage.ts';
import { DESKTOP, PHONE, type Visit } from './visit.ts';

const stage = useStage();
const REQUEST: SetupRequest = {
  location: {
    account: 'acmedata',
    endpoint: 'https://acmedata.blob.core.windows.net',
    container: 'field-photographs',
    prefix: '2026/',
  },
  identity: { kind: 'mooring-app', clientId: '11111111-2222-4333-8444-555555555555' },
  narrowing: 'abac',
  origins: ['https://mooring.example'],
  ownership: { token: 'ws-abc' },
};

let guest: Visit;
beforeAll(async () => {
  guest = await stage.visit({ signedIn: false, still: true });
});
afterAll(() => guest?.close());

const share = () => stage.mooring.client.call('createSetupLink', { body: REQUEST });

describe('a setup link', () => {
  test('shows a person who is not signed in what is asked and what to run, and asks for nothing else', async () => {
    const { url } = await share();
    const { page, traffic } = guest;
    await page.goto(url);
    await page
      .getByRole('heading', {
        name: 'You are asked to connect the container field-photographs of acmedata to Mooring',
      })
      .waitFor();
    await page.getByText('List and read what begins with').waitFor();
    await page.getByText('Write, change or delete anything.').waitFor();
    await expect
      .poll(() => page.getByRole('heading', { level: 2 }).allTextContents())
      .toEqual([
        'It will be able to',
        'It will not be able to',
        'Before you begin',
        'Add Mooring’s app to your directory',
        'Grant the roles',
        'Let browsers load from the storage',
        'Say that you want this',
        'Remove everything',
      ]);
    const asked = traffic.requested.map(address => new URL(address).pathname);
    expect(asked.filter(path => path.startsWith('/v1/')).map(path => path.replace(/mrs_.*/, '…'))).toEqual([
      '/v1/setup/…',
    ]);
  });

  test('copies exactly what is shown, and remembers the format', async () => {
    const { page } = guest;
    const roles = page
      .locator('section')
      .filter({ has: page.getByRole('heading', { name: 'Grant the roles' }) });
    await roles.getByRole('button', { name: 'Copy' }).click();
    await roles.getByText('Copied the Shell').waitFor();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toBe(await roles.locator('pre').textContent());
    expect(copied).toContain('--condition-version 2.0');

    await page.getByRole('tab', { name: 'Azure CLI' }).first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByText('New-AzRoleAssignment').first().waitFor();
    await page.reload();
    await page.getByText('New-AzRoleAssignment').first().waitFor();
    await expect.poll(() => page.getByText('az role assignment create').count()).toBe(0);
  });

  test('looks right in every format, wide and narrow, light and dark', async () => {
    const { page, complaints } = guest;
    for (const viewport of [DESKTOP, { ...PHONE, width: 360 }]) {
      await page.setViewportSize(viewport);
      for (const format of ['Azure CLI', 'PowerShell', 'Bicep', 'Terraform', 'Portal']) {
        await page.getByRole('tab', { name: format }).first().click();
        for (const theme of ['light', 'dark']) {
          await page.evaluate(chosen => document.documentElement.setAttribute('data-theme', chosen), theme);
          expect.soft(await seriousFindings(page), `${viewport.width} ${format} ${theme}`).toEqual([]);
        }
        expect.soft(await tooWide(page), `${viewport.width} ${format}`).toEqual([]);
      }
    }
    expect(complaints).toEqual([]);
  });

  test('says so where it has been taken back, or never existed', async () => {
    const { id, url } = await share();
    await stage.mooring.client.call('deleteSetupLink', { params: { setupLinkId: id } });
    const { page } = guest;
    for (const address of [url, url.slice(0, -5), `${url}${'x'.repeat(300)}`]) {
      await page.goto(address);
      await page.getByRole('heading', { name: 'This link does not work' }).waitFor();
      await page.getByText('Ask the sender for a new one.').waitFor();
      expect(await seriousFindings(page)).toEqual([]);
    }
    // Nothing of the signed-in app is to be seen.
    await expect.poll(() => page.getByRole('navigation').count()).toBe(0);
  });
});
