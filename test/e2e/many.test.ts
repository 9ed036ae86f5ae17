import type { Connection, Source } from '@mooring/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../support/connect.ts';
import { sync } from '../support/sync.ts';
import { useStage } from './use-stage.ts';
import type { Visit } from './visit.ts';

const MANY = 20_000;
/** More than fit on the screen, but not by much. */
const MOST_TILES = 120;
/** Pages of assets that a jump may ask for: far fewer than there are. */
const MOST_PAGES = 10;

/** What a server says that cannot give a page of assets now. */
const PROBLEM = {
  type: 'about:blank',
  title: 'No page of assets',
  status: 400,
  detail: 'There is none now.',
  code: 'invalid_request',
  fix: 'Try again.',
  requestId: 'req_1',
};

const stage = useStage();
let visit: Visit;
let page: Page;
let connection: Connection;
let source: Source;
let total: number;
beforeAll(async () => {
  await stage.storage.seedMany(MANY);
  total = MANY + stage.objects.filter(({ placeholder }) => !placeholder).length;
  ({ connection, source } = await connect(stage.mooring.client, stage.storage));
  await sync(stage.mooring.client, source.id);
  visit = await stage.visit();
  page = visit.page;
});
afterAll(() => visit?.close());

const shows = (text: string) => page.getByText(text, { exact: true }).waitFor();
const count = (assets: number) => assets.toLocaleString('en');
const grid = () => page.getByRole('grid');
const pagesAsked = () => visit.traffic.requested.filter(url => /\/v1\/assets\?/.test(url)).length;
const tiles = () => grid().locator('[role=gridcell]').count();
/**
 * Drags the scroll bar to a share of the whole height, and waits until what is there has a name.
 * @returns how many pages of assets it took
 */
async function jumpTo(share: number, name: RegExp): Promise<number> {
  const before = pagesAsked();
  await grid().evaluate((node, to) => {
    node.scrollTop = (node.scrollHeight - node.clientHeight) * to;
  }, share);
  await grid().getByRole('link', { name }).first().waitFor();
  return pagesAsked() - before;
}

describe(`a list of ${MANY} assets`, () => {
  test('goes to its end, its middle and its start, drawing only what is in sight', async () => {
    await page.goto('/assets');
    await shows(`${count(total)} assets`);
    await expect.poll(() => tiles()).toBeLessThan(MOST_TILES);
    for (const [share, name] of [
      [1, /^000015\.jpg$/],
      [0.5, /^0(09|10)\d{3}\.txt$/],
      [0.99, /^\d{6}\.txt$/],
      [0, /^chime\.wav$/],
    ] as const) {
      expect(await jumpTo(share, name)).toBeLessThanOrEqual(MOST_PAGES);
      await expect.poll(() => tiles()).toBeLessThan(MOST_TILES);
    }
  });

  test('as a table too', async () => {
    await page.goto('/assets?view=table');
    await shows(`${count(total)} assets`);
    expect(await jumpTo(1, /^000015\.jpg$/)).toBeLessThanOrEqual(MOST_PAGES);
    await expect.poll(() => grid().getByRole('row').count()).toBeLessThan(MOST_TILES);
  });

  test('goes to its end by one key, and opens what is there', async () => {
    const texts = MANY + 2;
    await page.goto('/assets?kind=text');
    await shows(`${count(texts)} assets`);
    await grid().press('End');
    const last = `${String(MANY - 1).padStart(6, '0')}.txt`;
    await grid().getByRole('link', { name: last }).waitFor();
    await grid().press('Enter');
    await page.getByText('A small object.').waitFor();
    await page.getByText(`${count(texts)} of ${count(texts)}`).waitFor();
  });

  test('is selected as far as can be; what does not come is not called selected', async () => {
    const most = `The first ${count(10_000)} are selected`;
    const other = await stage.visit(); // which complains of answers that say no
    await other.page.goto('/assets');
    await other.page.getByText(`${count(total)} assets`, { exact: true }).waitFor();
    await other.page.route(/\/v1\/assets\?/, route =>
      route.fulfill({ status: 400, contentType: 'application/problem+json', body: JSON.stringify(PROBLEM) }),
    );
    await other.page.getByRole('grid').press('Control+a');
    await other.page.getByText(PROBLEM.title).first().waitFor();
    await expect.poll(() => other.page.getByText(most).count()).toBe(0);
    await other.page.unroute(/\/v1\/assets\?/);
    await other.page.getByRole('grid').press('Control+a');
    await other.page.getByText(most).waitFor();
    const selection = other.page.getByRole('region', { name: 'Selection' });
    await selection.getByText(`${count(10_000)} assets`).waitFor();
    await other.close();
  });

  test('is found in by a part of a name', async () => {
    await page.goto('/assets');
    await page.getByLabel('Filter by name or path').fill('012345');
    await shows('1 asset');
    await grid().getByRole('link', { name: '012345.txt' }).waitFor();
  });
});

test('a sync that runs is cancelled from the page, and says so', async () => {
  const listing = stage.storage.front.hold({ when: ({ action }) => action === 'list' });
  await page.goto(`/connections/${connection.id}`);
  await page.getByRole('button', { name: 'Sync', exact: true }).click();
  await page.getByRole('progressbar').first().waitFor();
  await page.getByRole('link', { name: 'Operations' }).click();
  await page.getByRole('heading', { name: 'Under way' }).waitFor();
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await page.getByText('Cancelled', { exact: true }).first().waitFor();
  listing.release();
  await page.getByRole('heading', { name: 'Under way' }).waitFor({ state: 'detached' });
  const [latest] = (await stage.mooring.client.call('listOperations')).items.filter(
    ({ kind }) => kind === 'sync',
  );
  expect(latest).toMatchObject({ status: 'cancelled' });
  await page.goto(`/connections/${connection.id}`);
  await page.getByRole('button', { name: 'Sync', exact: true }).waitFor();
  await page.getByText(`${count(total)} assets · synced`).waitFor();
});

test('nothing of this made the browser complain', () => {
  expect(visit.complaints).toEqual([]);
});
