import { startStorage } from '@mooring/emulators';
import { type Browser, chromium } from 'playwright-core';
import sharp from 'sharp';
import { startMooring } from '../mooring.ts';
import { type Benchmark, type BenchmarkOptions, figure, limit, type Row } from '../report.ts';
import { photograph } from './photograph.ts';

const SCREEN = { width: 1440, height: 1200 };

/**
 * The first screen of the grid, in Chromium: photographs with a preview, as most cameras write it, and without. Then
 * thumbnails through the API against sharp in a loop, on the same files.
 */
export const thumbnails: Benchmark = async options => {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    return [
      ...(await measureScreen(browser, 'with a preview', true, options)),
      ...(await measureScreen(browser, 'without a preview', false, options)),
    ];
  } finally {
    await browser.close();
  }
};

async function measureScreen(
  browser: Browser,
  name: string,
  hasPreview: boolean,
  { photographs, photographBytes, log }: BenchmarkOptions,
): Promise<Row[]> {
  const storage = await startStorage({ secure: false });
  const mooring = await startMooring();
  try {
    const original = await photograph(photographBytes, hasPreview);
    for (let i = 0; i < photographs; i++)
      await storage.put({
        key: `${String(i).padStart(3, '0')}.jpg`,
        body: original,
        contentType: 'image/jpeg',
      });
    log(`${name}: ${photographs} photographs of ${original.length.toLocaleString('en')} bytes`);
    const sourceId = await mooring.addSource(storage.endpoint, storage.sas({ httpsOnly: false }));
    await mooring.sync(sourceId);
    const first = await openGrid(browser, mooring, photographs);
    const second = await openGrid(browser, mooring, photographs);
    const made = await makeAll(mooring, photographs);
    const loop = await shrinkAll(original, photographs);
    return [
      limit(`${name}: bytes to the browser`, first.bytes / 1e6, 'MB', { must: 1, aim: 0.5 }),
      limit(`${name}: all visible, first time`, first.seconds, 's', { must: 3, aim: 1.5 }),
      limit(`${name}: all visible, second time`, second.seconds, 's', { must: 0.5, aim: 0.3 }),
      figure(`${name}: thumbnails of 512 pixels through the API`, photographs / made, '/s'),
      figure(`${name}: sharp in a loop, from memory`, photographs / loop, '/s'),
    ];
  } finally {
    await mooring.stop();
    await storage.stop();
  }
}

type Mooring = Awaited<ReturnType<typeof startMooring>>;

/** Opens the grid in a new profile, until every picture is painted. */
async function openGrid(browser: Browser, { url, token }: Mooring, photographs: number) {
  const context = await browser.newContext({
    viewport: SCREEN,
    extraHTTPHeaders: { authorization: `Bearer ${token}` },
  });
  const page = await context.newPage();
  const sizes: Promise<number>[] = [];
  page.on('requestfinished', request => {
    const isThumbnail = request.url().includes('/thumbnail?') || request.url().includes('/relay/');
    if (isThumbnail) sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
  });
  await page.goto(`${url}/settings`); // so that the app itself is there
  await page.getByRole('heading').first().waitFor();
  const begin = performance.now();
  await page.goto(`${url}/assets`);
  await page.waitForFunction(
    count => {
      const images = [...document.querySelectorAll<HTMLImageElement>('[role=grid] img')];
      return images.length >= count && images.every(image => image.complete && image.naturalWidth > 0);
    },
    photographs,
    { timeout: 300_000 },
  );
  const seconds = (performance.now() - begin) / 1000;
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  await context.close();
  return { seconds, bytes };
}

/** Seconds that all thumbnails of the larger size take, 16 at a time. */
async function makeAll({ client }: Mooring, photographs: number): Promise<number> {
  const { items } = await client.call('listAssets', { query: { limit: photographs } });
  const begin = performance.now();
  const left = items.map(({ id }) => id);
  const work = async () => {
    for (let assetId = left.pop(); assetId; assetId = left.pop())
      await client.call('getAssetThumbnail', { params: { assetId }, query: { size: 512 } });
  };
  await Promise.all(Array.from({ length: 16 }, work));
  return (performance.now() - begin) / 1000;
}

/** The same with nothing around it. */
async function shrinkAll(original: Buffer, count: number): Promise<number> {
  const begin = performance.now();
  for (let i = 0; i < count; i++)
    await sharp(original)
      .autoOrient()
      .resize(512, 512, { fit: 'inside' })
      .webp({ quality: 75, effort: 3 })
      .toBuffer();
  return (performance.now() - begin) / 1000;
}
