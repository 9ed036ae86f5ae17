import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkRow, checksOn } from './checks.ts';
import { typeInto } from './keyboard.ts';
import { allPicturesShown } from './pictures.ts';
import { useStage } from './use-stage.ts';
import { DESKTOP, PHONE, type Visit } from './visit.ts';
import { authoriseApp, chooseLocation, create } from './wizard.ts';

const stage = useStage();
let visit: Visit;
let page: Page;
beforeAll(async () => {
  visit = await stage.visit();
  page = visit.page;
});
afterAll(() => visit?.close());

/** What stands below a field: what is wrong with it, and what to do. */
const noteOf = async (label: string): Promise<string> => {
  const note = await page.getByLabel(label, { exact: true }).getAttribute('aria-describedby');
  return (await page.locator(`[id="${note}"]`).textContent()) ?? '';
};
const isWrong = (label: string) => page.getByLabel(label, { exact: true }).getAttribute('aria-invalid');
const canGoOn = () => page.getByRole('button', { name: 'Continue' }).isEnabled();

/** Whether nothing lies over the beginning of an element, nor is it outside of the window. */
const isInSight = (page: Page, id: string) =>
  page.evaluate(elementId => {
    const note = document.getElementById(elementId)!;
    const { left, top } = note.getBoundingClientRect();
    return note.contains(document.elementFromPoint(left + 20, top + 8));
  }, id);

describe('what is typed is judged as it is typed', () => {
  test.each([
    ['account', 'Storage account', 'Acme', /has capital letters; account names are lowercase: “acme”.*Copy/],
    ['account', 'Storage account', 'a', /has 1 character.*Copy/],
    ['container', 'Container', 'my_photos', /has an underscore.*Copy/],
    ['container', 'Container', 'photos/2026', /belongs in the prefix/],
  ])('the %s: %s “%s”', async (field, label, typed, says) => {
    await page.goto('/connections/new');
    await page.getByRole('button', { name: 'Type account and container instead' }).click();
    if (field === 'container') await page.getByLabel('Storage account').fill('acme');
    await page.getByLabel(label, { exact: true }).fill(typed);
    await expect.poll(() => noteOf(label)).toMatch(says);
    expect(await isWrong(label)).toBe('true');
    expect(await canGoOn()).toBe(false);
    await page.evaluate(() => sessionStorage.clear());
  });

  test.each([
    ['https://acme.blob.core.windows.net/My-Photos', /capital letters/],
    ['https://portal.azure.com/#view/Microsoft_Azure_Storage/x', /page of the Azure portal.*Properties/],
    ['https://acme.file.core.windows.net/share', /Azure Files/],
  ])('the URL %s', async (typed, says) => {
    await page.goto('/connections/new');
    await page.getByLabel('URL of the container').fill(typed);
    await expect.poll(() => noteOf('URL of the container')).toMatch(says);
    expect(await canGoOn()).toBe(false);
  });

  describe('the SAS token', () => {
    beforeAll(async () => {
      await chooseLocation(page, stage.storage);
      await page.getByRole('radio', { name: 'Account SAS' }).check();
    });

    test.each([
      [
        'of a container',
        () => `sp=rl&se=2099-01-01T00:00:00Z&spr=https&sv=2025-11-05&sr=c&sig=${'A'.repeat(43)}%3D`,
        /a service SAS for one container.*In the Azure portal open the storage account itself/,
      ],
      [
        'that has expired',
        () => stage.storage.sas({ expiresOn: new Date('2026-01-31T12:00:00Z') }),
        /expired at 2026-01-31 12:00:00 UTC.*Make a new token/,
      ],
      [
        'that cannot list',
        () => stage.storage.sas({ permissions: 'r' }),
        /lacks the permission List.*Make a new/,
      ],
      ['cut short', () => stage.storage.sas().slice(0, -12), /cut short.*Copy the whole token again/],
      ['that is an account key', () => stage.storage.account.key, /account key.*app registration/s],
    ])('%s', async (_, token, says) => {
      await page.getByLabel('SAS token', { exact: true }).fill(token());
      await expect.poll(() => noteOf('SAS token')).toMatch(says);
      expect(await isWrong('SAS token')).toBe('true');
      expect(await canGoOn()).toBe(false);
    });

    test.each([DESKTOP, PHONE])('what is wrong with it is in sight at $width × $height', async viewport => {
      await page.setViewportSize(viewport);
      await page.getByLabel('SAS token', { exact: true }).fill('');
      await typeInto(page, page.getByLabel('SAS token', { exact: true }), 'not a token');
      await expect.poll(() => noteOf('SAS token')).toMatch(/none of the fields/);
      const id = await page.getByLabel('SAS token', { exact: true }).getAttribute('aria-describedby');
      await expect.poll(() => isInSight(page, id!)).toBe(true);
      await page.setViewportSize(DESKTOP);
    });

    test('that will do says what it grants, and with a leading “?” too', async () => {
      for (const token of [stage.storage.sas(), `?${stage.storage.sas()}`]) {
        await page.getByLabel('SAS token', { exact: true }).fill(token);
        await expect.poll(() => noteOf('SAS token')).toMatch(/^It grants: /);
        expect(await isWrong('SAS token')).toBeNull();
        expect(await canGoOn()).toBe(true);
      }
    });

    test('is not kept by the browser', async () => {
      const kept = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));
      expect(kept).toContain(stage.storage.container);
      expect(kept).not.toMatch(/sig=|%3D/);
    });
  });
});

describe('a connection with a wrong secret', () => {
  beforeAll(async () => {
    await page.evaluate(() => sessionStorage.clear());
    await chooseLocation(page, stage.storage);
    await authoriseApp(page, { ...stage.storage.app, clientSecret: 'not-the-secret-7Q~' });
    await create(page);
  });

  test('fails the one check that is about it, opened with what was seen and what to do', async () => {
    await page.getByText(/1 check failed/).waitFor();
    const failed = checkRow(page, 'The credential is accepted');
    const said = await failed.textContent();
    expect(said).toMatch(/Observed.*secret/s);
    expect(said).toMatch(/Expected/);
    expect(await failed.locator('ol li').count()).toBeGreaterThan(0);
    expect(said).not.toContain('not-the-secret');
  });

  test('passes the checks before it, and skips those that depend on it, saying why', async () => {
    const checks = await checksOn(page);
    const statuses = (status: string) => checks.filter(check => check.status === status);
    expect(statuses('Failed')).toHaveLength(1);
    expect(statuses('Passed').length).toBeGreaterThanOrEqual(3);
    expect(statuses('Skipped').length).toBeGreaterThanOrEqual(3);
    expect(statuses('Failed').length + statuses('Passed').length + statuses('Skipped').length).toBe(
      checks.length,
    );
  });

  test('gets another secret in place, and everything turns green', async () => {
    await page.getByRole('button', { name: 'Continue anyway' }).click();
    await page.getByRole('link', { name: 'Later' }).click();
    await page.getByRole('heading', { name: 'acme / media' }).waitFor();
    await page.getByText('Broken', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Replace the credential' }).click();
    const dialog = page.getByRole('dialog', { name: 'Replace the credential' });
    expect(await dialog.getByLabel('Tenant id').inputValue()).toBe(stage.storage.app.tenantId);
    await dialog.getByLabel('Client secret', { exact: true }).fill(stage.storage.app.clientSecret);
    await dialog.getByRole('button', { name: 'Replace' }).click();
    await page.getByText('Healthy', { exact: true }).waitFor();
    expect(new Set((await checksOn(page)).map(({ status }) => status))).toEqual(new Set(['Passed']));
  });
});

describe('when browsers may not read from the storage', () => {
  beforeAll(async () => {
    await page.getByRole('button', { name: 'Add source' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Add and sync' }).click();
    await page.getByText(/^\d+ assets · synced/).waitFor();
    await stage.storage.allowOrigins([]);
  });
  afterAll(() => stage.storage.allowOrigins([stage.mooring.url]));

  test('the check that asks as a browser would fails, with the rule to add', async () => {
    await page.getByRole('button', { name: 'Run checks' }).click();
    await page.getByText(/^(Degraded|Broken)$/).waitFor();
    const checks = await checksOn(page);
    expect(checks.filter(({ status }) => status !== 'Passed').map(({ title }) => title)).toEqual([
      'Browsers are allowed to load from it',
    ]);
    const said = await checkRow(page, 'Browsers are allowed to load from it').textContent();
    expect(said).toMatch(/Observed/);
    expect(said).toContain('az storage cors add');
    expect(said).toContain(stage.mooring.url);
  });

  test('pictures still show, and a text says why it does not and where to look', async () => {
    await page.goto('/assets?kind=image');
    await allPicturesShown(page);
    await page.goto('/assets?name=labels.csv');
    await page.getByText('1 asset', { exact: true }).waitFor();
    await page.getByRole('grid').press('Enter');
    await page.getByText(/Most often the storage has no CORS rule for this page/).waitFor();
    await page.getByRole('link', { name: 'run the checks of the connection' }).click();
    await page.getByRole('heading', { name: 'acme / media' }).waitFor();
  });
});

describe('when the storage lets nobody in', () => {
  beforeAll(() => {
    stage.storage.front.settings.networkOpen = false;
  });
  afterAll(() => {
    stage.storage.front.settings.networkOpen = true;
  });

  test('pictures give way to their names, and an opened one says what may be the matter', async () => {
    const another = await stage.visit(); // with an empty cache
    await another.page.goto('/assets?kind=image&name=chelsea');
    await another.page.getByText('1 asset', { exact: true }).waitFor();
    await another.page.getByRole('grid').getByText('chelsea.jpg').last().waitFor();
    await expect.poll(() => another.page.locator('[role=grid] img').count()).toBe(0);
    await another.page.getByRole('grid').press('Enter');
    await another.page.getByText(/could not show it.*or the storage did not let it through/).waitFor();
    await another.close();
  });
});

describe('removing the connection', () => {
  test('says what is lost and what stays, and asks for its name', async () => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    const dialog = page.getByRole('dialog', { name: 'Remove the connection' });
    await dialog.getByText('What is lost').waitFor();
    await dialog.getByText('What stays').waitFor();
    const remove = dialog.getByRole('button', { name: 'Remove the connection' });
    expect(await remove.isEnabled()).toBe(false);
    await dialog.getByRole('textbox').fill('acme');
    expect(await remove.isEnabled()).toBe(false);
    await dialog.getByRole('textbox').fill('acme / media');
    await remove.click();
  });

  test('takes it and its assets away', async () => {
    await page.getByRole('heading', { name: 'Connect your first storage account' }).waitFor();
    await page.getByRole('link', { name: 'Operations' }).click();
    await page.getByText('Removal of a connection').first().waitFor();
    await expect.poll(async () => (await stage.mooring.client.call('listAssets')).items.length).toBe(0);
    await page.getByRole('link', { name: 'Assets', exact: true }).click();
    await page.getByRole('heading', { name: 'No storage is connected yet' }).waitFor();
  });
});
