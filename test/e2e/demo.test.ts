import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Demo, startDemo } from '../support/demo.ts';
import { openAsset } from './assets.ts';
import { startOrdinaryBrowser } from './browser.ts';
import { checksOn } from './checks.ts';
import { allPicturesShown, openedPicture } from './pictures.ts';
import { startVisit, type Visit } from './visit.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startOrdinaryBrowser();
});
afterAll(() => browser?.close());

describe.each([
  ['an app registration, whose URLs lead straight to the storage', 'app'],
  ['a SAS token, whose bytes Mooring relays', 'sas'],
])('the demo with %s, in an ordinary browser', (_, auth) => {
  let demo: Demo;
  let visit: Visit;
  let page: Page;
  beforeAll(async () => {
    demo = await startDemo('--auth', auth);
    visit = await startVisit(browser, demo.report.url);
    page = visit.page;
    await page.goto((await demo.client.call('createSignInLink')).url);
    await page.waitForURL('**/assets');
  });
  afterAll(async () => {
    await visit?.close();
    await demo?.stop();
  });

  test('every tile of a picture paints', async () => {
    const { items } = await demo.client.call('listAssets', { query: { kind: 'image', limit: 200 } });
    await page.goto('/assets?kind=image');
    const painted = new Set<string>();
    await page.getByRole('grid').press('Home');
    // What is out of sight is not in the page.
    for (let screens = 0; painted.size < items.length && screens < 20; screens++) {
      await allPicturesShown(page);
      for (const name of await paintedTiles(page)) painted.add(name);
      await page.getByRole('grid').press('PageDown');
    }
    expect(painted.size).toBe(new Set(items.map(({ name }) => name)).size);
  });

  test('a picture opens in its own size', async () => {
    await openAsset(page, 'chart.png');
    expect(await openedPicture(page, 'chart.png')).toEqual({ width: 480, height: 270 });
  });

  test.each(['mountains.mp4', 'mandelbrot.webm', 'chime.wav', 'scale.mp3'])('%s plays', async name => {
    await openAsset(page, name);
    const player = page.locator('video, audio');
    await player.waitFor();
    await expect
      .poll(() => player.evaluate((media: HTMLMediaElement) => media.readyState))
      .toBeGreaterThanOrEqual(1);
    const before = await player.evaluate(async (media: HTMLMediaElement) => {
      await media.play();
      return media.currentTime;
    });
    await expect
      .poll(() => player.evaluate((media: HTMLMediaElement) => media.currentTime))
      .toBeGreaterThan(before);
  });

  test('the PDF shows, and a table', async () => {
    await openAsset(page, 'field-notes.pdf');
    await page.getByText('Page 1 of 2').waitFor();
    await openAsset(page, 'labels.csv');
    await page.getByRole('columnheader', { name: 'frame', exact: true }).waitFor();
  });

  test('a DICOM file opens, with its facts', async () => {
    await openAsset(page, 'head-phantom/1.dcm', '1.dcm');
    await page.getByRole('complementary', { name: 'Facts' }).getByText('application/dicom').first().waitFor();
  });

  test('the checks pass on both sides', async () => {
    await page.goto(`/connections/${demo.report.connection.id}`);
    await page.getByRole('button', { name: 'Run checks' }).click();
    await page.getByRole('button', { name: 'Checking…' }).waitFor();
    await page.getByRole('button', { name: 'Run checks' }).waitFor();
    expect(new Set((await checksOn(page)).map(({ status }) => status))).toEqual(new Set(['Passed']));
    await expect.poll(() => page.getByText('Passed in the browser').count()).toBe(4);
  });

  test('and the browser complains about nothing', () => {
    expect(visit.complaints).toEqual([]);
  });
});

/** The names of the tiles in the page whose pictures are painted. */
const paintedTiles = (page: Page): Promise<string[]> =>
  page
    .locator('[role=grid] [role=gridcell]')
    .evaluateAll(cells =>
      cells
        .filter(cell => (cell.querySelector('img')?.naturalWidth ?? 0) > 0)
        .map(cell => cell.querySelector('a')?.title ?? ''),
    );
