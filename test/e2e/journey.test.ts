import type { MooringClient } from '@mooring/sdk';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { beginsWith } from './assets.ts';
import { checksOn } from './checks.ts';
import { press, tabTo } from './keyboard.ts';
import { allPicturesShown, openedPicture } from './pictures.ts';
import { useStage } from './use-stage.ts';
import type { Visit } from './visit.ts';
import { authoriseApp, authoriseSas, chooseLocation, syncNow, verify } from './wizard.ts';

const stage = useStage();

const WAYS = [
  { way: 'app registration', bytesFrom: () => stage.storage.front.origin },
  { way: 'account SAS', bytesFrom: () => stage.mooring.url },
];

describe.each(WAYS)('with an $way', ({ way, bytesFrom }) => {
  const isRelayed = way === 'account SAS';
  let visit: Visit;
  let page: Page;
  /** What only the server should have. */
  let secrets: string[];

  beforeAll(async () => {
    await removeConnections(stage.mooring.client);
    visit = await stage.visit({ signedIn: false });
    page = visit.page;
  });
  afterAll(() => visit?.close());

  test('a sign-in link leads in, and the first thing said is how to connect', async () => {
    await page.goto(await stage.mooring.createSignInLink());
    await page.waitForURL('**/assets');
    expect(page.url()).not.toContain('code');
    await press(page, page.getByRole('link', { name: 'Connections' }));
    await page.getByRole('heading', { name: 'Connections', exact: true }).waitFor();
    await page.getByRole('heading', { name: 'Connect your first storage account' }).waitFor();
    await press(page, page.getByRole('link', { name: 'Add connection' }));
    await page.getByRole('heading', { name: 'Add connection' }).waitFor();
  });

  test('five steps by keyboard: the checks turn green one after the other, the sync says how far it is', async () => {
    const { storage } = stage;
    const sas = storage.sas();
    secrets = isRelayed ? [sas, new URLSearchParams(sas).get('sig')!] : [storage.app.clientSecret];
    await chooseLocation(page, storage);
    if (isRelayed) await authoriseSas(page, `?${sas}`);
    else await authoriseApp(page, storage.app);
    const first = storage.front.hold({ when: isListing });
    await verify(page);
    await expect.poll(() => statesOf(page)).toEqual(expect.arrayContaining(['Passed', 'Waiting']));
    first.release();
    await expect.poll(() => statesOf(page)).toEqual(['Passed']);
    await page.getByText('Everything works.').waitFor();

    const listing = storage.front.hold({ when: isListing });
    await syncNow(page);
    await page.getByRole('progressbar').first().waitFor();
    await page.getByText('Running', { exact: true }).waitFor();
    listing.release();
    await page.getByText('Done', { exact: true }).waitFor();
    const assets = stage.objects.filter(({ placeholder }) => !placeholder).length;
    await expect
      .poll(() => countsOn(page))
      .toMatchObject({
        listed: `${stage.objects.length}`,
        added: `${assets}`,
        skipped: `${stage.objects.length - assets}`,
      });
  });

  test('the grid shows thumbnails, and no originals', async () => {
    const before = visit.traffic.media().length; // the checks load some
    await press(page, page.getByRole('link', { name: 'Browse the assets' }));
    await allPicturesShown(page);
    await page.getByRole('grid').press('End');
    await allPicturesShown(page);
    await page.getByRole('grid').press('Home');
    expect(visit.traffic.thumbnails().length).toBeGreaterThan(20);
    expect(visit.traffic.thumbnails().filter(({ status }) => status !== 200)).toEqual([]);
    expect(visit.traffic.media().slice(before)).toEqual([]);
  });

  test('an image opens in its own size, and the arrow keys go on to the others', async () => {
    await press(page, page.getByRole('button', { name: /^Images/ }));
    await page.getByText('48 assets', { exact: true }).waitFor();
    await beginsWith(page, 'chart.png');
    await tabTo(page, page.getByRole('grid'));
    await page.keyboard.press('Enter');
    expect(await openedPicture(page, 'chart.png')).toEqual({ width: 480, height: 270 });
    await page.getByText('1 of 48').waitFor();
    await page.getByRole('link', { name: 'Next asset' }).waitFor();
    await page.keyboard.press('ArrowRight');
    const second = await openedPicture(page, 'retina.jpg');
    expect(Math.min(second.width, second.height)).toBeGreaterThan(0);
    await page.getByRole('link', { name: 'Previous asset' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await openedPicture(page, 'chart.png');
    await page.keyboard.press('Escape');
    await press(page, page.getByRole('button', { name: /^All/ }));
  });

  test('a video plays', async () => {
    await open(page, 'mountains.mp4');
    const video = page.locator('video');
    await tabTo(page, video);
    await hasData(video);
    await page.keyboard.press('Space');
    await expect
      .poll(() => video.evaluate((player: HTMLVideoElement) => player.currentTime))
      .toBeGreaterThan(0.5);
    expect(await video.evaluate((player: HTMLVideoElement) => [player.videoWidth > 0, player.error])).toEqual(
      [true, null],
    );
  });

  test('a sound plays', async () => {
    await open(page, 'chime.wav');
    const audio = page.locator('audio');
    await tabTo(page, audio);
    await hasData(audio);
    await page.keyboard.press('Space');
    await expect
      .poll(() => audio.evaluate((player: HTMLAudioElement) => player.currentTime))
      .toBeGreaterThan(0.2);
  });

  test('a PDF shows its pages', async () => {
    await open(page, 'field-notes.pdf');
    await page.getByText('Page 1 of 2').waitFor();
    await page.locator('.textLayer').first().getByText(/\w/).first().waitFor();
    const pdf = visit.traffic.answers.filter(({ type }) => type === 'application/pdf');
    expect(pdf.map(({ status }) => status)).toContain(206);
  });

  test('a table shows as a table', async () => {
    await open(page, 'labels.csv');
    await page.getByRole('columnheader', { name: 'frame', exact: true }).waitFor();
  });

  test('a DICOM file shows beside its facts', async () => {
    await open(page, 'head-phantom/1.dcm', '1.dcm');
    const facts = page.getByRole('complementary', { name: 'Facts' });
    await facts.getByText('application/dicom').first().waitFor();
    await facts.getByText('Modality').waitFor();
    await facts.getByText('medical/head-phantom/1.dcm').waitFor();
  });

  test('the stable link is copied, and leads to a fresh URL', async () => {
    await page.getByRole('button', { name: 'Stable link', exact: true }).click();
    await page.getByText('Copied the stable link').waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toMatch(new RegExp(`^${stage.mooring.url}/v1/assets/ast_\\w+/content$`));
    const answer = await page.request.get(link, { maxRedirects: 0 });
    expect(answer.status()).toBe(302);
    expect(answer.headers().location).toMatch(isRelayed ? /\/relay\// : /[?&]sig=/);
  });

  test('all bytes came from there and from nowhere else, and the browser never saw the secret', async () => {
    const media = visit.traffic.media();
    expect(media.length).toBeGreaterThan(5);
    expect(new Set(media.map(({ origin }) => origin))).toEqual(new Set([bytesFrom()]));
    expect(media.filter(({ status }) => status !== 200 && status !== 206)).toEqual([]);
    if (isRelayed) {
      expect(media.filter(({ url }) => !url.startsWith(`${stage.mooring.url}/relay/`))).toEqual([]);
      expect(visit.traffic.requested.filter(url => url.startsWith(stage.storage.front.origin))).toEqual([]);
    }
    const kept = JSON.stringify(await visit.context.storageState({ indexedDB: true }));
    const session = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));
    const seen = [...visit.traffic.requested, await page.content(), kept, session].map(decoded).join('\n');
    for (const secret of secrets) expect(seen).not.toContain(decoded(secret));
    expect(visit.complaints).toEqual([]);
  });
});

/** Leaves an installation as it was at first. */
async function removeConnections(client: MooringClient): Promise<void> {
  const connections = await Array.fromAsync(client.pages('listConnections'));
  for (const { id } of connections) {
    const { id: operationId } = await client.call('deleteConnection', { params: { connectionId: id } });
    await client.watchOperation(operationId);
  }
}

/** Without percent-encoding of what a secret may hold, all of it ASCII. */
const decoded = (text: string): string =>
  text.replace(/%([0-7][0-9a-f])/gi, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
const isListing = ({ action }: { action: string }): boolean => action === 'list';

const statesOf = async (page: Page) => [...new Set((await checksOn(page)).map(({ status }) => status))];

/** The counts of a sync that a page shows. */
const countsOn = (page: Page): Promise<Record<string, string>> =>
  page
    .locator('dl > div')
    .evaluateAll(rows =>
      Object.fromEntries(
        rows.map(row => [row.querySelector('dt')?.textContent, row.querySelector('dd')?.textContent]),
      ),
    );

/** Until a player knows what it plays: before that it may take no key. */
const hasData = (player: Locator): Promise<void> =>
  expect.poll(() => player.evaluate((media: HTMLMediaElement) => media.readyState)).toBeGreaterThan(0);

/** Looks for an asset by a part of its key and opens it. */
async function open(page: Page, key: string, name = key): Promise<void> {
  await page.keyboard.press('/');
  const search = page.getByLabel('Filter by name or path');
  await search.waitFor();
  await search.fill(key);
  await page.getByText('1 asset', { exact: true }).waitFor();
  await beginsWith(page, name);
  await tabTo(page, page.getByRole('grid'));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name }).waitFor();
}
