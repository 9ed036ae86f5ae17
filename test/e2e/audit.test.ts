import { readFile } from 'node:fs/promises';
import type { AuditEntry } from '@mooring/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withApp } from '../support/connect.ts';
import { sync } from '../support/sync.ts';
import { examine } from './examine.ts';
import { useStage } from './use-stage.ts';
import type { Visit } from './visit.ts';

describe('sessions and the audit in the browser', () => {
  const stage = useStage();
  let visit: Visit;
  let page: Page;
  beforeAll(async () => {
    visit = await stage.visit({ still: true });
    page = visit.page;
  });
  afterAll(() => visit?.close());

  const entries = () => page.getByRole('list', { name: 'Entries' }).getByRole('listitem');

  test('another session is ended in the settings', async () => {
    const other = await stage.visit();
    await page.goto('/settings');
    const sessions = page.getByRole('list', { name: 'Sessions and links' });
    await sessions.getByText('this browser').waitFor();
    const end = sessions.getByRole('button', { name: /^End Administrator/ });
    const count = await end.count();
    await examine(page, 'sessions');
    await end.first().click(); // the newest
    await expect.poll(() => end.count()).toBe(count - 1);
    await other.page.goto('/assets');
    await other.page.waitForURL('**/sign-in*');
    await other.close();
  });

  test('the page shows who did what, and reads once they are wanted', async () => {
    const { client } = stage.mooring;
    await page.goto('/settings');
    await page.getByRole('link', { name: 'Open the audit' }).click();
    await entries().getByText('Session ended').waitFor();
    await page.getByLabel('Reads').selectOption('true');
    await entries().getByText('Audit changed').waitFor();

    const connection = await client.call('createConnection', { body: withApp(stage.storage) });
    await client.runChecks(connection.id);
    const source = await client.call('createSource', {
      body: { connectionId: connection.id, probes: false },
    });
    await sync(client, source.id);
    const { items } = await client.call('listAssets', { query: { limit: 3 } });
    const assetIds = items.map(({ id }) => id);
    await client.call('signAssets', { body: { assetIds } });
    await page.reload();
    await entries().getByText('URL signed').first().waitFor();
    await entries().getByText('3 assets', { exact: true }).first().waitFor();
    await examine(page, 'audit');

    await page.getByLabel('Asset').fill(assetIds[0]!);
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.waitForURL(`**/audit?asset=${assetIds[0]}`);
    await expect.poll(() => entries().count()).toBe(1);
    await entries()
      .getByText(/^Entry \d+$/)
      .click();
    await entries().getByText('asset.signed').waitFor();
    await examine(page, 'audit-entry');
    await page.goto('/audit');
    await page.getByLabel('From').focus();
    await page.keyboard.type('01012026');
    await page.keyboard.press('Enter');
    await expect.poll(() => new URL(page.url()).search).toBe('?from=2026-01-01');
    await page.goto('/audit?action=connection.created');
    await entries().getByText(connection.name).first().waitFor();
    await expect.poll(() => entries().count()).toBe(1);
  });

  test('the chain is verified in the browser, and the entries are downloaded', async () => {
    await page.goto('/audit');
    await page.getByRole('button', { name: 'Verify' }).click();
    await page.getByText('No entry was changed, and none is missing.').waitFor();
    await examine(page, 'audit-verified');
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download' }).click();
    const text = await readFile(await (await downloading).path(), 'utf8');
    const downloaded = text
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as AuditEntry);
    const { lastSeq } = await stage.mooring.client.call('getAudit');
    expect(downloaded.map(({ seq }) => seq)).toEqual(Array.from({ length: lastSeq }, (_, i) => i + 1));
  });

  test('a person is invited, sees no settings as an annotator, gets a role, and is signed out when removed', async () => {
    const { client } = stage.mooring;
    await client.call('createConnection', { body: { ...withApp(stage.storage), name: 'Seen by name' } });
    await page.goto('/settings');
    await page.getByRole('link', { name: 'Open people' }).click();
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByLabel('E-mail address').fill('ada@example.org');
    await examine(page, 'invite');
    await page.getByRole('button', { name: 'Make the link' }).click();
    const link = await page.getByRole('dialog').getByText('/join#code=').textContent();
    await examine(page, 'invitation');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('list', { name: 'Invitations' }).getByText('ada@example.org').waitFor();

    const ada = await stage.visit({ still: true, signedIn: false });
    await ada.page.goto(link!);
    await ada.page.getByLabel('Your name').fill('Ada');
    await examine(ada.page, 'join');
    await ada.page.getByRole('button', { name: 'Join' }).click();
    await ada.page.waitForURL('**/assets');
    const places = ada.page.getByRole('navigation', { name: 'Places' }).first();
    await places.getByRole('link', { name: 'Connections' }).click();
    await ada.page.getByText('Seen by name').waitFor();
    await expect.poll(() => ada.page.getByRole('main').textContent()).not.toContain(stage.storage.container);
    await expect.poll(() => places.getByRole('link', { name: 'Operations' }).count()).toBe(0);
    await examine(ada.page, 'connections of an annotator');

    await page.reload();
    await page.getByLabel('Role of Ada').selectOption('editor');
    await expect.poll(async () => (await client.call('listMembers')).items.at(-1)?.role).toBe('editor');
    await examine(page, 'people');
    await ada.page.reload();
    await ada.page.getByRole('link', { name: /Seen by name/ }).waitFor();

    await page.getByRole('button', { name: 'More for Ada' }).click();
    await page.getByRole('menuitem', { name: 'Remove' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByLabel('Role of Ada').waitFor({ state: 'detached' });
    await ada.page.goto('/assets');
    await ada.page.waitForURL('**/sign-in*');
    await ada.close();
  });
});
