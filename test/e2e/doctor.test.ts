import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withApp } from '../support/connect.ts';
import { seriousFindings, tooWide } from './appearance.ts';
import { checkRow, checksOn } from './checks.ts';
import { useStage } from './use-stage.ts';
import { PHONE, type Visit } from './visit.ts';

const stage = useStage();
let visit: Visit;
let page: Page;
let connectionId: string;
beforeAll(async () => {
  visit = await stage.visit({ still: true });
  page = visit.page;
  ({ id: connectionId } = await stage.mooring.client.call('createConnection', {
    body: withApp(stage.storage),
  }));
  await page.goto(`/connections/${connectionId}`);
});
afterAll(() => visit?.close());

const runChecks = async () => {
  await page.getByRole('button', { name: 'Run checks' }).click();
  await page.getByRole('button', { name: 'Checking…' }).waitFor();
};
const untilDone = () => page.getByRole('button', { name: 'Run checks' }).waitFor();
const grant = (...actions: ('list' | 'read' | 'delegate')[]) => {
  stage.storage.front.settings.roleAssignments = [{ principalId: stage.storage.objectId, actions }];
};
const looksRight = async () => {
  expect(await seriousFindings(page)).toEqual([]);
  await page.setViewportSize(PHONE);
  expect(await tooWide(page)).toEqual([]);
  await page.setViewportSize({ width: 1440, height: 900 });
};

test('both sides pass, each with a mark of its own', async () => {
  await runChecks();
  await untilDone();
  const checks = await checksOn(page);
  expect(new Set(checks.map(({ status }) => status))).toEqual(new Set(['Passed']));
  await expect.poll(() => page.getByText('Passed in the browser').count()).toBe(4);
  await page.getByRole('button', { name: 'Signed URL' }).click();
  const row = checkRow(page, 'Signed URL');
  await expect
    .poll(() => row.textContent())
    .toMatch(/Mooring’s server.*Status 206.*Browser.*Chrome \d+ at http:.*Status 200/s);
  await looksRight();
});

describe('a role that is missing', () => {
  beforeAll(async () => {
    grant('list', 'delegate');
    await runChecks();
    await page.getByRole('timer').waitFor();
  });

  test('is waited for with a countdown, with the fix at hand', async () => {
    await expect.poll(() => page.getByRole('timer').textContent()).toMatch(/^(5:00|4:\d\d)$/);
    await expect.poll(() => page.getByText('Storage Blob Data Reader').first().isVisible()).toBe(true);
    await expect.poll(() => page.getByRole('timer').textContent()).toMatch(/^4:5\d$/);
    await looksRight();
  });

  test('fails when the person does not wait, and alone is tried again', async () => {
    await page.getByRole('button', { name: 'Stop waiting' }).click();
    await untilDone();
    const failed = checkRow(page, 'Object properties');
    await expect.poll(() => failed.textContent()).toMatch(/may not read/);
    grant('list', 'read', 'delegate');
    await failed.getByRole('button', { name: 'Check again' }).click();
    await expect.poll(async () => (await checksOn(page)).map(({ status }) => status)).not.toContain('Failed');
    await untilDone();
    expect(new Set((await checksOn(page)).map(({ status }) => status))).toEqual(new Set(['Passed']));
  });
});

test('what both sides say of a missing CORS rule is one thing, and can be copied', async () => {
  await stage.storage.allowOrigins([]);
  await runChecks();
  await untilDone();
  await stage.storage.allowOrigins([stage.mooring.url]);
  await expect.poll(() => checkRow(page, 'Signed URL').textContent()).toMatch(/CORS: No CORS rule allows/);
  await page.getByRole('button', { name: 'Copy report' }).click();
  const report = await page.evaluate(() => navigator.clipboard.readText());
  expect(report).toMatch(/^# Checks of Acme\n/);
  expect(report).toContain('| Signed URL | passed | failed |');
  expect(report).toContain('No CORS rule allows the origin');
  expect(report).not.toMatch(/sig=|secret/i);
});

describe('an object’s URL', () => {
  const ask = async (text: string) => {
    await page.getByLabel('URL or key of an object').fill(text);
    const answer = page.waitForResponse(response => response.url().endsWith('/test-object'));
    await page.keyboard.press('Enter');
    await answer; // “Testing…” may show too shortly to be seen
    await page.getByRole('button', { name: 'Test', exact: true }).waitFor();
  };
  const ticks = () => page.getByRole('status').locator('ul > li').allTextContents();

  test('gets two ticks', async () => {
    const { storage, objects } = stage;
    const image = objects.find(({ contentType }) => contentType === 'image/jpeg')!;
    const path = image.key.split('/').map(encodeURIComponent).join('/');
    await ask(`${storage.endpoint}/${storage.container}/${path}?sv=1&sig=pasted`);
    await expect.poll(ticks).toEqual(['PassedMooring’s server loads it', 'PassedThis browser loads it']);
    await expect.poll(() => page.getByText(`${storage.container}/${image.key}`).count()).toBeGreaterThan(0);
    await expect.poll(() => page.getByText('whose pixels can be read').count()).toBe(0); // what passed is closed
    await looksRight();
  });

  test('or the reason', async () => {
    await ask('no such object.jpg');
    await expect
      .poll(ticks)
      .toEqual(['FailedMooring’s server cannot load it', 'FailedThis browser cannot load it']);
    await page.getByText('There is no object “no such object.jpg”').first().waitFor();
    await ask('https://other.blob.core.windows.net/media/a.jpg');
    await page
      .getByRole('alert')
      .getByText(/is of the account “other”/)
      .waitFor();
  });
});
