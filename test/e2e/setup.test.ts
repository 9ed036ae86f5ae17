import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { checkRow, checksOn } from './checks.ts';
import { press, tabTo, typeInto } from './keyboard.ts';
import { allPicturesShown } from './pictures.ts';
import { useStage } from './use-stage.ts';
import { DESKTOP, PHONE, type Visit } from './visit.ts';
import { beginWizard, chooseKind, chooseLocation, enterApp, startOver, verify } from './wizard.ts';

const stage = useStage();
let visit: Visit;
let page: Page;
/** Another browser, which has a draft of the same set-up. */
let other: Visit;
beforeAll(async () => {
  visit = await stage.visit();
  page = visit.page;
});
afterAll(() => visit?.close());

const ADDRESS = 'Address, or the account’s name';

/** What stands below a field: what is wrong with it, and what to do. */
const noteOf = async (label: string): Promise<string> => {
  const note = await page.getByLabel(label, { exact: true }).getAttribute('aria-describedby');
  return (await page.locator(`[id="${note}"]`).textContent()) ?? '';
};
const isWrong = (label: string) => page.getByLabel(label, { exact: true }).getAttribute('aria-invalid');
const isFocused = (node: Element) => node === document.activeElement;
const canGoOn = () => page.getByRole('button', { name: 'Continue', exact: true }).isEnabled();

/** Whether nothing lies over the beginning of an element, nor is it outside of the window. */
const isInSight = (page: Page, id: string) =>
  page.evaluate(elementId => {
    const note = document.getElementById(elementId)!;
    const { left, top } = note.getBoundingClientRect();
    return note.contains(document.elementFromPoint(left + 20, top + 8));
  }, id);

describe('the location is judged as it is typed', () => {
  beforeAll(() => beginWizard(page));
  beforeEach(() => startOver(page));

  test.each([
    ['Storage account', 'Acme', /has capital letters; account names are lowercase: “acme”.*Copy/],
    ['Storage account', 'a', /has 1 character.*Copy/],
    ['Container', 'my_photos', /has an underscore.*Copy/],
    ['Container', 'photos/2026', /belongs in the prefix/],
  ])('a part: %s “%s”', async (label, typed, says) => {
    if (label === 'Container') await page.getByLabel('Storage account').fill('acme');
    await page.getByLabel(label, { exact: true }).fill(typed);
    await expect.poll(() => noteOf(label)).toMatch(says);
    await expect.poll(() => isWrong(label)).toBe('true');
    await expect.poll(() => canGoOn()).toBe(false);
  });

  test.each([
    ['https://acme.blob.core.windows.net/My-Photos', 'Container', /capital letters/],
    [
      'https://portal.azure.com/#view/Microsoft_Azure_Storage/x',
      ADDRESS,
      /page of the Azure portal.*Properties/,
    ],
    ['https://acme.file.core.windows.net/share', ADDRESS, /Azure Files/],
    [`AccountName=acme;AccountKey=${'k'.repeat(86)}==`, ADDRESS, /account key.*app registration/s],
  ])('the address %s', async (typed, label, says) => {
    await page.getByLabel(ADDRESS).fill(typed);
    await expect.poll(() => noteOf(label)).toMatch(says);
    await expect.poll(() => canGoOn()).toBe(false);
  });

  test.each([
    ['acme/photos/raw/', ['acme', 'photos', 'raw/'], /public cloud\./],
    ['https://acme.dfs.core.windows.net/photos/raw/1.jpg', ['acme', 'photos', 'raw/1.jpg'], /public cloud\./],
    ['https://acme.blob.core.usgovcloudapi.net/photos', ['acme', 'photos', ''], /Azure Government/],
    ['https://acme.z07.blob.storage.azure.net/photos', ['acme', 'photos', ''], /DNS zone/],
    ['http://127.0.0.1:10000/acme/photos', ['acme', 'photos', ''], /emulator/],
  ])('the address %s is taken apart', async (typed, parts, says) => {
    await page.getByLabel(ADDRESS).fill(typed);
    for (const [i, label] of ['Storage account', 'Container', 'Prefix'].entries())
      await expect.poll(() => page.getByLabel(label).inputValue()).toBe(parts[i]);
    await page.getByText(says).waitFor();
    await expect.poll(() => canGoOn()).toBe(true);
  });

  test('a domain of their own asks whose account it is; the parts change the address', async () => {
    await page.getByLabel(ADDRESS).fill('https://data.acme.example/photos');
    await page.getByText(/custom domain/).waitFor();
    await expect.poll(() => canGoOn()).toBe(false);
    await page.getByLabel('Storage account').fill('acme');
    await expect.poll(() => canGoOn()).toBe(true);
    await page.getByLabel('Prefix').fill('a b/');
    await expect
      .poll(() => page.getByLabel(ADDRESS).inputValue())
      .toBe('https://data.acme.example/photos/a%20b/');
  });
});

describe('a SAS token is judged as it is typed', () => {
  beforeAll(async () => {
    await chooseLocation(page, stage.storage);
    await page.getByRole('radio', { name: 'SAS token' }).check();
  });

  test.each([
    [
      'of another container',
      () => `${stage.storage.endpoint}/other?${stage.storage.containerSas()}`,
      /“other”.*“media”/,
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
    [
      'cut short',
      () => stage.storage.sas().replace(/sig=.*/, 'sig=q8f3Zb'),
      /cut short.*Copy the whole token again/,
    ],
    ['that is an account key', () => stage.storage.account.key, /account key.*app registration/s],
  ])('%s', async (_, token, says) => {
    await page.getByLabel('SAS token', { exact: true }).fill(token());
    await expect.poll(() => noteOf('SAS token')).toMatch(says);
    await expect.poll(() => isWrong('SAS token')).toBe('true');
    await expect.poll(() => canGoOn()).toBe(false);
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
    for (const token of [stage.storage.sas(), `?${stage.storage.sas()}`, stage.storage.containerSas()]) {
      await page.getByLabel('SAS token', { exact: true }).fill(token);
      await expect.poll(() => noteOf('SAS token')).toMatch(/^It grants: /);
      await expect.poll(() => isWrong('SAS token')).toBeNull();
      await expect.poll(() => canGoOn()).toBe(true);
    }
  });

  test('is not kept by the browser', async () => {
    const kept = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));
    expect(kept).toContain(stage.storage.container);
    expect(kept).not.toMatch(/sig=|%3D/);
  });
});

describe('a container that is not there', () => {
  const connections = async () =>
    (await stage.mooring.client.call('listConnections')).items.map(({ name, isSetUp }) => [name, isSetUp]);

  test('is said where the token is entered, and leads to the location', async () => {
    await beginWizard(page);
    await page.getByLabel(ADDRESS).fill(`${stage.storage.endpoint}/no-such-container`);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Authorise' }).waitFor();
    await chooseKind(page, 'SAS token');
    await page.getByLabel('SAS token', { exact: true }).fill(stage.storage.sas());
    await page.keyboard.press('Enter');
    await page.getByText(/Listing failed: There is no container/).waitFor();
    await expect.poll(() => canGoOn()).toBe(true);
    await page.getByRole('button', { name: 'Continue anyway' }).waitFor();
    await press(page, page.getByRole('link', { name: 'Fix in Location' }));
    await page.getByRole('heading', { name: 'Location' }).waitFor();
  });

  test('is corrected without the token, and one connection is left', async () => {
    const { endpoint, container } = stage.storage;
    await page.getByLabel(ADDRESS).fill(`${endpoint}/${container}`);
    await page.keyboard.press('Enter');
    await page.getByText('One is stored. Enter another to replace it.').waitFor();
    await press(page, page.getByRole('button', { name: 'Continue', exact: true }));
    await page.getByRole('heading', { name: 'Browser access' }).waitFor();
    await expect.poll(() => connections()).toEqual([['acme / media', false]]);
  });

  test('the set-up is called unfinished, and goes on from another browser', async () => {
    other = await stage.visit();
    await other.page.goto('/connections');
    await other.page.getByText('Set-up unfinished').waitFor();
    await other.page.getByRole('link', { name: 'acme / media' }).click();
    await other.page.getByRole('link', { name: 'Continue the set-up' }).click();
    await other.page.getByRole('button', { name: 'Change the credential' }).waitFor();
  });
});

describe('a connection with a wrong secret', () => {
  beforeAll(async () => {
    const { app } = stage.storage;
    const tenantId = '0f1e2d3c-4b5a-4968-8776-655443322110';
    await page.goto('/connections/new?step=authorise');
    await page.getByRole('button', { name: 'Change the credential' }).click();
    await enterApp(page, { ...app, tenantId, clientSecret: 'not-the-secret-7Q~' });
  });

  test('is shown on the step where it is entered; the tenant is corrected without the secret', async () => {
    await page.getByText(/Credential failed: .*tenant/).waitFor();
    await page.getByLabel('Tenant id').fill(stage.storage.app.tenantId);
    await page.keyboard.press('Enter');
    await page.getByText(/Credential failed: .*secret/).waitFor();
    await expect.poll(() => page.getByLabel('Client secret', { exact: true }).inputValue()).toBe('');
    await press(page, page.getByRole('button', { name: 'Continue anyway' }));
    await page.getByRole('heading', { name: 'Browser access' }).waitFor();
    await verify(page);
  });

  test('fails the one check that is about it, opened with what was seen and what to do', async () => {
    await page.getByText('It does not work yet.').waitFor();
    const failed = checkRow(page, 'Credential');
    const said = await failed.textContent();
    expect(said).toMatch(/Observed.*secret/s);
    expect(said).toMatch(/Expected/);
    await expect.poll(() => failed.locator('ol li').count()).toBeGreaterThan(0);
    expect(said).not.toContain('not-the-secret');
  });

  test('leads back to the step that fixes it', async () => {
    await page.getByText('Credential failed.').waitFor();
    await page.getByRole('button', { name: 'Fix in Authorise' }).click();
    await page.getByRole('heading', { name: 'Authorise' }).waitFor();
    await expect.poll(() => page.getByLabel('Client secret', { exact: true }).inputValue()).toBe('');
    await page.getByText('One is stored. Enter another to replace it.').waitFor();
    await page.goBack();
    await page.getByText('It does not work yet.').waitFor();
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

  test('gets another secret in its place, and everything turns green', async () => {
    await page.getByRole('button', { name: 'Fix in Authorise' }).click();
    await page.getByLabel('Client secret', { exact: true }).fill(stage.storage.app.clientSecret);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Browser access' }).waitFor();
    await verify(page);
    await page.getByText('Everything works.').waitFor();
    expect(new Set((await checksOn(page)).map(({ status }) => status))).toEqual(new Set(['Passed']));
    const { items } = await stage.mooring.client.call('listConnections');
    expect(items.map(({ name }) => name)).toEqual(['acme / media']);
  });
});

describe('a draft', () => {
  test('outlasts a reload at any step, but for its secrets; what is stored is not asked for again', async () => {
    for (const step of ['Authorise', 'Browser access']) {
      await page.getByRole('navigation', { name: 'Steps' }).getByRole('link', { name: step }).click();
      await page.reload();
      await page.getByRole('heading', { name: step }).waitFor();
    }
    await page.getByRole('navigation', { name: 'Steps' }).getByRole('link', { name: 'Authorise' }).click();
    await page.getByText(stage.storage.app.tenantId).waitFor();
    await page.getByRole('button', { name: 'Change the credential' }).click();
    await expect.poll(() => page.getByLabel('Tenant id').inputValue()).toBe(stage.storage.app.tenantId);
    await page.getByText('One is stored. Enter another to replace it.').waitFor();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Browser access' }).waitFor();
  });

  test('is there in another window too', async () => {
    const other = await visit.context.newPage();
    await other.goto('/connections/new?step=authorise');
    await other.getByRole('button', { name: 'Change the credential' }).waitFor();
    await other.close();
  });
});

describe('when browsers may not read from the storage', () => {
  beforeAll(async () => {
    await stage.storage.allowOrigins([]);
    await page.reload();
  });

  test('the third step says what was seen, with the commands for this very origin', async () => {
    await page
      .getByText(/no CORS rule/i)
      .first()
      .waitFor();
    const commands = await page.getByRole('tabpanel').textContent();
    expect(commands).toContain(stage.mooring.url);
  });

  test('and turns green by itself, once the rule is there', async () => {
    await stage.storage.allowOrigins([stage.mooring.url]);
    await page.getByText(/^Pages of .* may load from the storage/).waitFor();
  });

  test('a first sync, of a folder that was chosen by keyboard, with a filter', async () => {
    await verify(page);
    await press(page, page.getByRole('button', { name: 'Continue', disabled: false }));
    const list = page.getByRole('list', { name: 'In media' });
    await list.getByRole('button', { name: 'photos' }).waitFor();
    await tabTo(page, list);
    await page.keyboard.press('ArrowDown');
    while (!(await list.getByRole('button', { name: 'photos' }).evaluate(isFocused)))
      await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('list', { name: 'In media / photos/' }).getByText('animals').waitFor();
    await page.keyboard.press('ArrowLeft');
    await list.getByRole('button', { name: 'photos' }).waitFor();
    await page.getByText('Filters: only').click();
    await page.getByLabel('Only these').fill('**/*.{jpg,csv}');
    const wanted = stage.objects.filter(({ key, placeholder }) => !placeholder && /\.(jpg|csv)$/.test(key));
    await page.getByText(`${wanted.length} objects would be synced`).waitFor();
    await press(page, page.getByRole('button', { name: 'Sync now' }));
    await page.getByText('Done', { exact: true }).waitFor();
    const { items } = await stage.mooring.client.call('listSources');
    expect(items).toMatchObject([
      { assetCount: wanted.length, filters: { include: ['**/*.{jpg,csv}'], exclude: [] } },
    ]);
  });

  test('after which another visit begins anew', async () => {
    await page.goto('/connections/new');
    await page.getByRole('heading', { name: 'Location' }).waitFor();
    await expect.poll(() => page.getByLabel(ADDRESS).inputValue()).toBe('');
  });

  test('and an old link to its set-up leads to the connection', async () => {
    const [made] = (await stage.mooring.client.call('listConnections')).items;
    await page.goto(`/connections/new?step=authorise&connection=${made!.id}`);
    await page.getByRole('heading', { name: 'acme / media' }).waitFor();
  });

  test('and a draft of it in another browser does not take its place', async () => {
    const { client } = stage.mooring;
    const [made] = (await client.call('listConnections')).items;
    await other.page
      .getByRole('navigation', { name: 'Steps' })
      .getByRole('link', { name: 'Location' })
      .click();
    await other.page.getByLabel(ADDRESS).fill(`${stage.storage.endpoint}/no-such-container`);
    await other.page.keyboard.press('Enter');
    await other.page.getByLabel('SAS token', { exact: true }).fill(stage.storage.sas());
    await other.page.keyboard.press('Enter');
    await other.page.getByText(/Listing failed: There is no container/).waitFor();
    await other.close();
    const { items } = await client.call('listConnections');
    expect(items).toHaveLength(2);
    expect((await client.call('listSources')).items).toMatchObject([{ connectionId: made!.id }]);
    const added = items.find(({ id }) => id !== made!.id)!;
    await client.call('deleteConnection', { params: { connectionId: added.id } });
  });
});

describe('what browsers see later', () => {
  beforeAll(() => stage.storage.allowOrigins([]));
  afterAll(() => stage.storage.allowOrigins([stage.mooring.url]));

  test('pictures still show, and a text says why it does not and where to look', async () => {
    await page.goto('/assets?kind=image');
    await allPicturesShown(page);
    await page.goto('/assets?name=labels.csv');
    await page.getByText('1 asset', { exact: true }).waitFor();
    await page.getByRole('grid').press('Enter');
    await page.getByText(/no CORS rule of the storage allows this page/).waitFor();
    await page.getByRole('link', { name: 'Open the connection' }).click();
    await page.getByRole('heading', { name: 'acme / media' }).waitFor();
  });
});

describe('when the storage refuses access', () => {
  beforeAll(() => {
    stage.storage.front.settings.networkOpen = false;
  });
  afterAll(() => {
    stage.storage.front.settings.networkOpen = true;
  });

  test('thumbnails stay, and an opened picture says what may be the matter', async () => {
    const another = await stage.visit(); // with an empty cache
    await another.page.goto('/assets?kind=image&name=chelsea');
    await another.page.getByText('1 asset', { exact: true }).waitFor();
    await allPicturesShown(another.page);
    await another.page.getByRole('grid').press('Enter');
    await another.page.getByRole('link', { name: 'Open the connection' }).waitFor();
    await another.close();
  });
});

describe('removing the connection', () => {
  test('says what is lost and what stays, and asks for its name', async () => {
    await page.getByRole('button', { name: 'More actions' }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    const dialog = page.getByRole('dialog', { name: 'Remove the connection' });
    await dialog.getByText('What ends').waitFor();
    await dialog.getByText(/What happens to its/).waitFor();
    await dialog.getByText('What stays').waitFor();
    const remove = dialog.getByRole('button', { name: 'Remove the connection' });
    await expect.poll(() => remove.isEnabled()).toBe(false);
    await dialog.getByRole('textbox').fill('acme');
    await expect.poll(() => remove.isEnabled()).toBe(false);
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
