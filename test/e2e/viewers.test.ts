import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, withAppClientOnly } from '../support/connect.ts';
import { assetsOf, sync } from '../support/sync.ts';
import { seriousFindings, tooWide } from './appearance.ts';
import { openAsset } from './assets.ts';
import { useStage } from './use-stage.ts';
import { DESKTOP, PHONE, type Visit } from './visit.ts';

const media = (path: string) => fileURLToPath(new URL(`media/${path}`, import.meta.url));
const sample = (path: string) =>
  fileURLToPath(new URL(`../../packages/probe/samples/${path}`, import.meta.url));

/** Keys, and the files behind them. No name says more than its file, some say something else. */
const FILES: Record<string, string> = {
  'viewers/pages.pdf': sample('docs/pages.pdf'),
  'viewers/locked.pdf': media('locked.pdf'),
  'viewers/counted.mp4': media('counted.mp4'),
  'viewers/latin.txt': sample('docs/words-1252.txt'),
  'viewers/wide.txt': sample('docs/words-utf-16.txt'),
  'viewers/items.json': sample('docs/items.json'),
  'viewers/table.csv': sample('docs/table.csv'),
  'viewers/table.parquet': sample('docs/table.parquet'),
  'viewers/volume.nii.gz': media('volume.nii.gz'),
  'viewers/packed/jpeg': media('phantom-jpeg.dcm'),
  'viewers/packed/jpls': media('phantom-jpls.dcm'),
  'viewers/packed/rle': media('phantom-rle.dcm'),
  'viewers/no-extension': sample('docs/table.parquet'),
};

const stage = useStage();
let visit: Visit;
let page: Page;
beforeAll(async () => {
  const { storage, mooring } = stage;
  for (const [key, path] of Object.entries(FILES)) {
    await storage.put({ key, body: await readFile(path), contentType: 'application/octet-stream' });
  }
  const wide = Array.from({ length: 250 }, (_, at) => `c${at}`).join();
  await storage.put({
    key: 'viewers/wide.csv',
    body: `${wide}\n${wide}\n${wide}\n`,
    contentType: 'text/csv',
  });
  // The server learns nothing of these: what they are, the browser sees itself.
  const { source } = await connect(mooring.client, storage, withAppClientOnly(storage));
  await sync(mooring.client, source.id);
  visit = await stage.visit({ still: true });
  page = visit.page;
});
afterAll(() => visit?.close());

const open = (name: string) => openAsset(page, `viewers/${name}`, name);

/** axe has nothing to say and nothing is too wide, in light and dark, wide and narrow; afterwards the browser has not complained. */
async function looksRight(name: string): Promise<void> {
  for (const viewport of [DESKTOP, PHONE]) {
    await page.setViewportSize(viewport);
    for (const theme of ['light', 'dark']) {
      await page.evaluate(chosen => document.documentElement.setAttribute('data-theme', chosen), theme);
      expect.soft(await seriousFindings(page), `${name}, ${viewport.width} px, ${theme}`).toEqual([]);
      const scheme = await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
      expect.soft(scheme, name).toBe(theme);
      const folder = process.env.MOORING_PICTURES;
      if (folder) await page.screenshot({ path: `${folder}/${name}-${viewport.width}-${theme}.png` });
    }
    expect.soft(await tooWide(page), `${name}, ${viewport.width} px`).toEqual([]);
  }
  await page.setViewportSize(DESKTOP);
  expect.soft(visit.complaints.splice(0)).toEqual([]);
}

test('neither the list nor an image loads a viewer', async () => {
  const before = visit.traffic.requested.length;
  await openAsset(page, 'chart.png');
  await page.getByRole('img', { name: 'chart.png' }).waitFor();
  const loaded = visit.traffic.requested.slice(before).map(url => new URL(url).pathname);
  expect(loaded.filter(path => /viewer|probe|open-|pdf/.test(path))).toEqual([]);
});

describe('PDF', () => {
  test('shows pages and their text, and finds words', async () => {
    await open('pages.pdf');
    await page.locator('.textLayer').first().getByText('page 0').waitFor();
    await page.getByText('Page 1 of 2').waitFor();
    await page.keyboard.press('n');
    await page.getByText('Page 2 of 2').waitFor();
    await looksRight('pdf');
    await page.keyboard.press('Control+f');
    await page.keyboard.type('page');
    await page.getByText(/^1 of \d+$/).waitFor();
  });

  test('opens with its password', async () => {
    await open('locked.pdf');
    await page.getByText('This PDF opens only with a password.').waitFor();
    await page.getByLabel('Password of the PDF').fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('This password does not open the PDF.').waitFor();
    await looksRight('pdf-password');
    await page.getByLabel('Password of the PDF').fill('harbour');
    await page.keyboard.press('Enter');
    await page.getByText('Page 1 of 2').waitFor();
  });
});

describe('video', () => {
  const number = () => page.getByRole('textbox', { name: 'Frame' }).inputValue();
  /** Frame n of the file is gray of brightness 16 + 8 n, before the range of video is widened to that of screens. */
  const numberInPicture = async () => {
    const picture = page.getByRole('img', { name: /^Frame/ });
    await picture.waitFor();
    const gray = await picture.evaluate(
      (canvas: HTMLCanvasElement) => canvas.getContext('2d')!.getImageData(32, 24, 1, 1).data[0]!,
    );
    return Math.round((gray * 219) / 255 / 8);
  };

  test('steps through frames of a varying rate, forward, back and to a number', async () => {
    await open('counted.mp4');
    await page.getByText('of 0–26').waitFor();
    for (const expected of ['1', '2', '3', '4', '5']) {
      await page.keyboard.press('.');
      await expect.poll(numberInPicture).toBe(Number(expected));
      await expect.poll(() => number()).toBe(expected);
    }
    // Between frames 3 and 4 the file has a gap of 0.7 s.
    await expect.poll(() => page.getByLabel('Time').textContent()).toBe('0:01.100');
    for (const expected of ['4', '3', '2']) {
      await page.keyboard.press(',');
      await expect.poll(numberInPicture).toBe(Number(expected));
      await expect.poll(() => number()).toBe(expected);
    }
    await page.getByLabel('Frame', { exact: true }).fill('26');
    await page.keyboard.press('Enter');
    await expect.poll(numberInPicture).toBe(26);
    await looksRight('video');
  });

  test('goes on from the frame it stands at, in a loop', async () => {
    await open('counted.mp4');
    await page.getByText('of 0–26').waitFor();
    await page.keyboard.press('o');
    await page.keyboard.press('>');
    await expect.poll(numberInPicture).toBe(10);
    const video = page.locator('video');
    expect(await video.evaluate((player: HTMLVideoElement) => player.currentTime)).toBeCloseTo(1.65, 2);
    await page.keyboard.press('k');
    await page.getByRole('img', { name: /^Frame/ }).waitFor({ state: 'detached' });
    await expect.poll(async () => Number(await number())).toBeLessThan(10);
    expect(visit.complaints).toEqual([]);
  });
});

describe('DICOM', () => {
  /** Bright and dark values of what is drawn in the middle of the viewer. */
  const rangeOfPicture = () =>
    page.locator('canvas.cornerstone-canvas').evaluate((canvas: HTMLCanvasElement) => {
      const { width, height } = canvas;
      const copy = new OffscreenCanvas(width, height).getContext('2d')!;
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(width / 4, height / 4, width / 2, height / 2);
      const values = data.filter((_, i) => i % 4 === 0);
      return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
    });
  const isPicture = () =>
    expect
      .poll(rangeOfPicture)
      .toEqual([expect.any(Number), expect.toSatisfy((bright: number) => bright > 100)]);

  test('a series is a stack, with window and measures', async () => {
    const { storage, mooring } = stage;
    const { connection } = await connect(mooring.client, storage);
    const source = await mooring.client.call('createSource', {
      body: { connectionId: connection.id, prefix: 'medical/' },
    });
    await sync(mooring.client, source.id);
    await expect
      .poll(async () => {
        const found = await assetsOf(mooring.client, source.id);
        return found.filter(({ media }) => media?.facts?.seriesUid).length;
      })
      .toBe(3);
    const [first] = await assetsOf(mooring.client, source.id);
    await page.goto(`/assets/${first!.id}`);
    await page.getByText('Picture 1 of 3').waitFor();
    await isPicture();
    await page.keyboard.press('ArrowDown');
    await page.getByText('Picture 2 of 3').waitFor();
    await page.keyboard.press('4');
    await page.getByText('center 480, width 2,500').waitFor();
    await page.keyboard.press('l');
    const viewer = page.getByRole('img', { name: first!.name });
    const { x, y, width, height } = (await viewer.boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 2 + 60, y + height / 2, { steps: 5 });
    await page.mouse.up();
    await page
      .locator('svg text', { hasText: /\d (mm|px)/ })
      .first()
      .waitFor();
    await looksRight('dicom');
  });

  test.each(['jpeg', 'jpls', 'rle'])(
    'a file compressed as %s, without an extension and unprobed',
    async name => {
      await openAsset(page, `viewers/packed/${name}`, name);
      await page.getByText('Picture 1 of 1').waitFor();
      await isPicture();
      expect(visit.complaints.splice(0)).toEqual([]);
    },
  );
});

describe('NIfTI', () => {
  test('shows planes and the value under the cross', async () => {
    await open('volume.nii.gz');
    await page.getByRole('button', { name: 'Axial' }).waitFor();
    await page.keyboard.press('ArrowUp');
    await page.getByRole('status').getByText(/×.*=/).waitFor();
    await looksRight('nifti');
    await page.keyboard.press('a');
    await expect
      .poll(() => page.getByRole('button', { name: 'Axial' }).getAttribute('aria-pressed'))
      .toBe('true');
  });
});

describe('text', () => {
  test.each([
    ['latin.txt', 'Latin-1 (Windows-1252)'],
    ['wide.txt', 'UTF-16 BE'],
  ])('%s is read as %s', async (name, encoding) => {
    await open(name);
    const field = page.getByLabel('Encoding');
    await field.waitFor();
    await expect
      .poll(() => field.evaluate((node: HTMLSelectElement) => node.selectedOptions[0]!.text))
      .toBe(encoding);
    await page
      .locator('pre')
      .getByText(/grün|Grüße|é|ü/)
      .first()
      .waitFor();
  });

  test('another encoding can be chosen', async () => {
    await open('latin.txt');
    const text = page.locator('pre');
    const before = await text.textContent();
    await page.getByLabel('Encoding').selectOption('windows-1251');
    await expect.poll(() => text.textContent()).not.toBe(before);
    await looksRight('text');
  });

  test('JSON is a tree', async () => {
    await open('items.json');
    await page.locator('details').first().waitFor();
    await looksRight('json');
    await page.getByRole('button', { name: 'Show the text' }).click();
    await page.locator('pre').waitFor();
  });
});

describe('tables', () => {
  test('with very many columns show the first', async () => {
    await open('wide.csv');
    await page.getByText('first 200 of 250 columns').waitFor();
    await expect.poll(() => page.getByRole('columnheader').count()).toBe(201);
  });

  test.each(['table.csv', 'table.parquet', 'no-extension'])(
    '%s shows its rows under their columns',
    async name => {
      await open(name);
      await page.getByRole('columnheader').nth(1).waitFor();
      await page.getByRole('cell').nth(1).waitFor();
      await looksRight(name);
    },
  );
});
