import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connect, withAppClientOnly } from '../support/connect.ts';
import { sync } from '../support/sync.ts';
import { seriousFindings, tooWide } from './appearance.ts';
import { openAsset } from './assets.ts';
import { startOrdinaryBrowser } from './browser.ts';
import { allPicturesShown } from './pictures.ts';
import { useStage } from './use-stage.ts';
import { PHONE, startVisit, type Visit } from './visit.ts';

const stage = useStage();
/** Trusts the storage's certificate. */
let visit: Visit;
let page: Page;
beforeAll(async () => {
  const { storage, mooring } = stage;
  await storage.put({ key: 'broken/text.jpg', body: 'no picture', contentType: 'image/jpeg' });
  await storage.put({ key: 'broken/empty.jpg', body: '', contentType: 'image/jpeg' });
  await storage.put({ key: 'broken/removed.jpg', body: 'soon gone', contentType: 'image/jpeg' });
  const { source } = await connect(mooring.client, storage, withAppClientOnly(storage));
  await sync(mooring.client, source.id);
  await storage.remove('broken/removed.jpg');
  visit = await stage.visit({ still: true });
  page = visit.page;
});
afterAll(() => visit?.close());

/** Lists one asset, and waits until its tile says this beside its name. */
async function tileSays(onPage: Page, name: string, reason: RegExp): Promise<void> {
  await onPage.goto(`/assets?name=${encodeURIComponent(name)}`);
  const tile = onPage.locator('[role=grid] [id$="-0"]');
  await expect.poll(async () => (await tile.textContent())?.replaceAll(name, '')).toMatch(reason);
}

/** What a test has spoilt is put right after it. */
const undos: (() => unknown)[] = [];
const putRight = async () => {
  for (const undo of undos.splice(0)) await undo();
};
afterEach(putRight);

const noRight = async () => {
  const { settings } = stage.storage.front;
  const taken = settings.roleAssignments;
  settings.roleAssignments = taken.map(role => ({ ...role, actions: ['list', 'delegate'] }));
  undos.push(() => {
    settings.roleAssignments = taken;
  });
};
const tooBusy = async () => {
  const when = ({ action }: { action: string }) => action === 'read';
  undos.push(stage.storage.front.inject({ kind: 'server-busy' }, { times: Number.POSITIVE_INFINITY, when }));
};
const noCors = async () => {
  await noRight();
  await stage.storage.allowOrigins([]);
  undos.push(() => stage.storage.allowOrigins([stage.mooring.url]));
};

describe.each<[string, string, RegExp, RegExp, RegExp, (() => Promise<void>)?]>([
  [
    'a format that the browser does not know',
    'text.jpg',
    /^Browser cannot show it$/,
    /arrives.*image\/jpeg.*damaged/,
    /program/,
  ],
  ['an empty file', 'empty.jpg', /^Empty file$/, /is empty/, /Upload/],
  ['an object that has gone', 'removed.jpg', /^Not in the storage$/, /no longer.*404, BlobNotFound/, /Sync/],
  [
    'a right that is missing',
    'dahlia.jpg',
    /^Refused \(403\)$/,
    /refuses.*403, AuthorizationPermissionMismatch/,
    /checks/,
    noRight,
  ],
  ['a storage that is too busy', 'fig.jpg', /^Storage fails \(503\)$/, /503, ServerBusy/, /minute/, tooBusy],
  [
    'a refusal that the page may not read',
    'wine.jpg',
    /^Blocked by CORS$/,
    /may not read.*CORS rule/,
    /checks/,
    noCors,
  ],
])('%s is named', (_, name, short, message, fix, prepare) => {
  test('on the tile, and on the page of the asset with the next step', async () => {
    await prepare?.();
    await tileSays(page, name, short);
    await openAsset(page, name);
    await page.getByText(message).waitFor();
    await page.getByText(fix).first().waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.setViewportSize(PHONE);
    expect(await tooWide(page)).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
  });
});

test.each([
  ['mountains.mp4', 'video'],
  ['chime.wav', 'audio'],
  ['field-notes.pdf', '.pdfViewer canvas'],
  ['labels.csv', 'table'],
])('%s too says why, and shows once it can', async (name, element) => {
  await noRight();
  await openAsset(page, name);
  await page.getByText(/refuses to give the file.*403/).waitFor();
  await putRight();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.locator(element).first().waitFor();
  await expect.poll(() => page.getByText(/refuses to give the file/).count()).toBe(0);
});

describe('a browser that does not trust the certificate', () => {
  let ordinary: Browser;
  let stranger: Visit;
  beforeAll(async () => {
    ordinary = await startOrdinaryBrowser();
    stranger = await startVisit(ordinary, stage.mooring.url, { still: true });
    await stranger.page.goto(await stage.mooring.createSignInLink());
    await stranger.page.waitForURL('**/assets');
  });
  afterAll(() => ordinary?.close());

  test.each(['chart.png', 'mountains.mp4', 'field-notes.pdf', 'labels.csv'])(
    'hears of it at %s, and not of the format',
    async name => {
      if (name === 'chart.png') await tileSays(stranger.page, name, /^Storage not reached$/);
      await openAsset(stranger.page, name);
      const { host } = new URL(stage.storage.front.origin);
      await stranger.page.getByText(`gets no answer from ${host}`).waitFor();
      await expect.poll(() => stranger.page.getByText(/does not trust its certificate/).count()).toBe(1);
      await expect.poll(() => stranger.page.getByText(/know the format/).count()).toBe(0);
    },
  );
});

test('a picture shows as soon as the storage gives it again', async () => {
  await noRight();
  await tileSays(page, 'rocket.jpg', /^Refused/);
  await putRight();
  await page.reload();
  await allPicturesShown(page);
});
