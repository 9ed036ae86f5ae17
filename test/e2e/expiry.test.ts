import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, withAppClientOnly } from '../support/connect.ts';
import { sync } from '../support/sync.ts';
import { openAsset } from './assets.ts';
import { allPicturesShown } from './pictures.ts';
import { useStage } from './use-stage.ts';
import type { Visit } from './visit.ts';

/** URLs live between half of it and the whole. */
const WINDOW_SECONDS = 10;

/** Where half of the pictures are out of sight. */
const SMALL = { width: 800, height: 500 };

const stage = useStage({ MOORING_SIGN_WINDOW_SECONDS: String(WINDOW_SECONDS) });
beforeAll(async () => {
  const { source } = await connect(
    stage.mooring.client,
    stage.storage,
    withAppClientOnly(stage.storage), // whose pictures come straight from the storage
  );
  await sync(stage.mooring.client, source.id);
});

const fromStorage = ({ traffic }: Visit, name = '') =>
  traffic.answers.filter(({ url }) => url.startsWith(stage.storage.front.origin) && url.includes(name));
/** Requests that the storage refused. Of a picture's refusal a browser tells only that it was one. */
const refused = (visit: Visit) => [
  ...fromStorage(visit).filter(({ status }) => status === 403),
  ...visit.traffic.failed.filter(({ reason }) => reason === 'net::ERR_BLOCKED_BY_ORB'),
];

/** Lets the storage send the video so slowly that it is not all there before its URL has to be renewed. */
const slowVideo = (pace: { bytesPerSecond: number; afterBytes?: number }) =>
  stage.storage.front.inject({ kind: 'slow', ...pace }, { times: Number.POSITIVE_INFINITY, when: isVideo });
const isVideo = ({ blob, method }: { blob: string | null; method: string }) =>
  blob === 'video/mountains.mp4' && method === 'GET';

/** Opens the video and plays it slowly, by keyboard. */
async function playVideo(page: Page): Promise<void> {
  await openAsset(page, 'mountains.mp4');
  await page.locator('video').waitFor();
  await expect.poll(() => inVideo(page, player => player.readyState)).toBeGreaterThan(0);
  await inVideo(page, player => {
    player.playbackRate = 0.25;
  });
  await page.locator('video').focus();
  await page.keyboard.press('Space');
  await expect.poll(() => positionOf(page)).toBeGreaterThan(0.1);
}
const inVideo = <T>(page: Page, run: (player: HTMLVideoElement) => T) =>
  page.locator('video').evaluate(run as (player: HTMLElement | SVGElement) => T);
const positionOf = (page: Page) => inVideo(page, player => player.currentTime);

describe('URLs are renewed before they expire', () => {
  let grid: Visit;
  let cinema: Visit;
  let openedAt: number;
  beforeAll(async () => {
    grid = await stage.visit({ viewport: SMALL });
    cinema = await stage.visit();
    await allPicturesShown(grid.page);
    openedAt = performance.now();
  });
  afterAll(() => Promise.all([grid?.close(), cinema?.close()]));

  test('under a video that plays, which goes on where it was', async () => {
    const { page } = cinema;
    const slow = slowVideo({ bytesPerSecond: 12_000 });
    await playVideo(page);
    const urls = () => new Set(fromStorage(cinema, 'mountains.mp4').map(({ url }) => url));
    const before = await positionOf(page);
    await expect.poll(() => urls().size).toBeGreaterThan(1);
    await expect.poll(() => positionOf(page)).toBeGreaterThan(before + 1);
    expect(await inVideo(page, ({ paused, error, playbackRate }) => [paused, error, playbackRate])).toEqual([
      false,
      null,
      0.25,
    ]);
    slow();
    expect(refused(cinema)).toEqual([]);
    expect(cinema.complaints).toEqual([]);
  });

  test('in the grid, where those that come into view have URLs that work', async () => {
    const { page } = grid;
    const expiredAt = openedAt + (WINDOW_SECONDS + 1) * 1000;
    await page.waitForTimeout(Math.max(0, expiredAt - performance.now()));
    const before = fromStorage(grid).length;
    await page.getByRole('grid').press('End');
    await allPicturesShown(page);
    expect(fromStorage(grid).length).toBeGreaterThan(before);
    expect(refused(grid)).toEqual([]);
    expect(grid.complaints).toEqual([]);
  });
});

describe('a URL that is refused is replaced', () => {
  /** With a clock that is an hour behind, a browser takes URLs for fresh that have expired. */
  async function visitWithSlowClock(): Promise<Visit> {
    const visit = await stage.visit();
    await visit.context.addInitScript(() => {
      const now = Date.now.bind(Date);
      Date.now = () => now() - 3_600_000;
    });
    return visit;
  }

  test('under a video that has to ask again after its connection broke, and goes on where it was', async () => {
    const visit = await visitWithSlowClock();
    const { page } = visit;
    const afterBytes = 90_000;
    const slow = slowVideo({ bytesPerSecond: afterBytes / (WINDOW_SECONDS + 3), afterBytes });
    await playVideo(page);
    await expect.poll(() => refused(visit).length).toBeGreaterThan(0);
    slow();
    const before = await positionOf(page);
    await expect.poll(() => positionOf(page)).toBeGreaterThan(before + 0.5);
    expect(before).toBeGreaterThan(0);
    await visit.close();
  });

  test('under pictures, which appear', async () => {
    const visit = await stage.visit({ viewport: SMALL });
    const { page } = visit;
    await allPicturesShown(page);
    const { roleAssignments } = stage.storage.front.settings;
    const taken = roleAssignments.splice(0);
    await page.getByRole('grid').press('End');
    await expect.poll(() => refused(visit).length).toBeGreaterThan(0);
    roleAssignments.push(...taken);
    await allPicturesShown(page);
    await visit.close();
  });
});
