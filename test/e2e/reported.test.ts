import type { Asset } from '@mooring/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, withApp, withSas } from '../support/connect.ts';
import { assetsOf, sync } from '../support/sync.ts';
import { useStage } from './use-stage.ts';
import type { Visit } from './visit.ts';

// What people reported of other programs, as it shows in pages.

const stage = useStage();
let visit: Visit;
let page: Page;
/** By key, of a connection that relays. */
let relayed: Map<string, Asset>;

const NAMELESS = ['dir/', '//', '  ', 'a/ '];
const PACKED: [key: string, contentType: string, body: string][] = [
  ['packed/labels.json', 'application/json', 'H4sIAAAAAAACA6tWyklMSs1RslJKTixRqgUAoz88+w8AAAA='],
  [
    'packed/mark.svg',
    'image/svg+xml',
    'H4sIAAAAAAACA7MpLktXqMjNySu2VcooKSmw0tcvLy/XKzfWyy9K1zcyMDDQB6pQUijPTCnJsFWyUFLISM1MzygBMe1silKTS7BK6dvZgPTZAQBAL8o1XwAAAA==',
  ],
];

async function assetsBy(made: typeof withSas): Promise<Map<string, Asset>> {
  const { storage, mooring } = stage;
  const { source } = await connect(mooring.client, storage, made(storage));
  await sync(mooring.client, source.id);
  return new Map((await assetsOf(mooring.client, source.id)).map(asset => [asset.key, asset]));
}

beforeAll(async () => {
  const { storage } = stage;
  for (const key of NAMELESS) await storage.put({ key, body: 'some bytes' });
  for (const [key, contentType, body] of PACKED)
    await storage.put({ key, contentType, contentEncoding: 'gzip', body: Buffer.from(body, 'base64') });
  const latin1 = Buffer.from('Die grüne Katze', 'latin1');
  await storage.put({ key: 'latin-1.txt', contentType: 'text/plain', body: latin1 });
  relayed = await assetsBy(withSas);
  visit = await stage.visit();
  page = visit.page;
});
afterAll(() => visit?.close());

// rclone/rclone#2973, microsoft/AzureStorageExplorer#2989, microsoft/AzureStorageExplorer#440
describe('a key that shows nothing', () => {
  test.each(NAMELESS)('“%s” has something to see and to press', async key => {
    const { id } = relayed.get(key)!;
    await page.goto(`/assets/${id}`);
    const heading = page.getByRole('heading', { level: 1 });
    await expect.poll(() => heading.textContent()).toMatch(/^(\(no name\)|“\s+”)$/);
    const seen = (await heading.textContent())!;
    // A title has single spaces.
    await expect.poll(() => page.title()).toBe(`${seen.replace(/\s+/g, ' ')} · Mooring`);
    await page.getByLabel('Back to the list').click();
    const link = page.getByRole('grid').locator(`a[href*="${id}"]`).first();
    await expect.poll(async () => (await link.textContent())?.trim()).toBeTruthy();
    await link.click();
    await page.waitForURL(`**/assets/${id}**`);
  });
});

// vectordotdev/vector#21795, Azure/azure-storage-fuse#1100, Azure/azure-sdk-for-js#6411
describe.each([
  ['relayed', withSas],
  ['signed', withApp],
])('an object that is stored compressed, %s', (way, made) => {
  let assets: Map<string, Asset>;
  beforeAll(async () => {
    assets = way === 'relayed' ? relayed : await assetsBy(made);
  });

  test('is text where it is JSON', async () => {
    await page.goto(`/assets/${assets.get('packed/labels.json')!.id}`);
    await expect.poll(() => page.locator('pre').textContent()).toBe('{"label":"cat"}');
  });

  test('is a picture where it is SVG', async () => {
    await page.goto(`/assets/${assets.get('packed/mark.svg')!.id}`);
    const picture = page.getByRole('img', { name: 'mark.svg' });
    await expect.poll(() => picture.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0);
  });
});

test('text in Latin-1 is shown with its letters', async () => {
  await page.goto(`/assets/${relayed.get('latin-1.txt')!.id}`);
  await expect.poll(() => page.locator('pre').textContent()).toBe('Die grüne Katze');
});
