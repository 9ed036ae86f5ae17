import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Asset } from '@mooring/contract';
import { unzipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connect } from '../support/connect.ts';
import { assetsOf, sync } from '../support/sync.ts';
import { tooWide } from './appearance.ts';
import { openFirst } from './assets.ts';
import { allPicturesShown } from './pictures.ts';
import { useStage } from './use-stage.ts';
import { DESKTOP, PHONE, type Visit } from './visit.ts';

const stage = useStage();
let visit: Visit;
let page: Page;
let assets: Asset[];
beforeAll(async () => {
  const { source } = await connect(stage.mooring.client, stage.storage);
  await sync(stage.mooring.client, source.id);
  assets = await assetsOf(stage.mooring.client, source.id);
  visit = await stage.visit();
  page = visit.page;
});
afterAll(() => visit?.close());
beforeEach(async () => {
  await page.goto('/assets');
  await allPicturesShown(page);
});

const search = () => Object.fromEntries(new URL(page.url()).searchParams);
const shows = (total: string) => page.getByText(total, { exact: true }).waitFor();
const assetOf = (key: string): Asset => assets.find(asset => asset.key === key)!;
/** The name of the asset that the arrow keys have come to. */
const focusedName = () =>
  page.getByRole('grid').evaluate(grid => {
    const id = grid.getAttribute('aria-activedescendant');
    return (id && document.getElementById(id)?.querySelector('a')?.getAttribute('title')) ?? null;
  });

describe('the address says what is shown', () => {
  test('filters by kind and by name, and going back', async () => {
    await page.getByRole('button', { name: /^Videos/ }).click();
    await shows('2 assets');
    expect(search()).toEqual({ kind: 'video' });
    await page.getByRole('button', { name: /^Images/ }).click();
    await shows('48 assets');
    await page.getByLabel('Filter by name or path').pressSequentially('coffee');
    await shows('2 assets');
    expect(search()).toEqual({ kind: 'image', name: 'coffee' });
    await page.reload();
    await shows('2 assets');
    await expect.poll(() => page.getByLabel('Filter by name or path').inputValue()).toBe('coffee');
    await expect
      .poll(() => page.getByRole('button', { name: /^Images/ }).getAttribute('aria-pressed'))
      .toBe('true');
    await page.goBack();
    await shows('2 assets');
    expect(search()).toEqual({ kind: 'video' });
    await page.goBack();
    await shows('59 assets');
    expect(search()).toEqual({});
  });

  test('a filter that nothing matches says so, and can be cleared', async () => {
    await page.getByLabel('Filter by name or path').fill('no such thing');
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    await page.getByRole('link', { name: 'Clear the filters' }).click();
    await shows('59 assets');
  });

  test('folders: the tree, the path above the list, and back', async () => {
    const tree = page.getByRole('tree', { name: 'Folders' });
    await tree.getByRole('treeitem', { name: /^media/ }).focus();
    await page.keyboard.press('ArrowRight');
    await tree.getByRole('treeitem', { name: /^photos/ }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'media' }).waitFor();
    await tree.getByRole('treeitem', { name: /^photos/ }).click();
    await shows('16 assets');
    await tree.getByRole('treeitem', { name: /^photos/ }).focus();
    await page.keyboard.press('ArrowRight');
    await tree.getByRole('treeitem', { name: /^animals/ }).click();
    await shows('2 assets');
    const path = page.getByRole('navigation', { name: 'Folder path' });
    await expect
      .poll(() => path.getByRole('listitem').allTextContents())
      .toEqual(['Assets', 'media', 'photos', 'animals']);
    expect(search()).toEqual({ folder: expect.stringMatching(/^fld_/) });
    await path.getByRole('link', { name: 'photos' }).click();
    await shows('16 assets');
    await page.goBack();
    await shows('2 assets');
    await page.reload();
    await shows('2 assets');
    await tree.getByRole('treeitem', { name: /^animals/ }).waitFor();
  });

  test('the table, with what a grid has no room for', async () => {
    await page.getByRole('button', { name: 'Table', exact: true }).click();
    await expect.poll(search).toEqual({ view: 'table' });
    const row = page.getByRole('row').filter({ hasText: 'chart.png' });
    await row.waitFor();
    await expect.poll(() => row.textContent()).toMatch(/chart\.png.*Image.*2\.1 KB.*Hot/);
    await page.getByRole('button', { name: 'Grid' }).click();
    await expect.poll(search).toEqual({});
  });

  test('an asset, for a person who has to sign in first', async () => {
    const guest = await stage.visit({ signedIn: false });
    const path = `/assets/${assetOf('photos/space/rocket.jpg').id}`;
    await guest.page.goto(path);
    await guest.page.getByRole('heading', { name: 'Sign in to Mooring' }).waitFor();
    await guest.page.goto(await stage.mooring.createSignInLink());
    await guest.page.getByRole('img', { name: 'rocket.jpg' }).waitFor();
    expect(new URL(guest.page.url()).pathname).toBe(path);
    await guest.page.goto('/sign-in#code=spent');
    await guest.page.getByRole('alert').waitFor();
    await guest.close();
  });
});

describe('the keyboard', () => {
  test('arrows move, Enter opens, Escape comes back to the same place', async () => {
    const grid = page.getByRole('grid');
    expect(await grid.evaluate(node => node === document.activeElement)).toBe(true);
    await expect.poll(() => focusedName()).toBe('chime.wav');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => focusedName()).toBe('scale.mp3');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    const below = await focusedName();
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => focusedName()).toBe('chart.png');
    await page.keyboard.press('End');
    await expect.poll(() => focusedName()).toBe('000015.jpg');
    await page.keyboard.press('Home');
    await expect.poll(() => focusedName()).toBe('chime.wav');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => focusedName()).toBe(below);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: below!, exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('grid').waitFor();
    await expect.poll(focusedName).toBe(below);
  });

  test('Space selects, Shift with Space up to there, Escape lets go', async () => {
    const selection = page.getByRole('region', { name: 'Selection' });
    await page.keyboard.press('Space');
    await selection.getByText('1 asset').waitFor();
    for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+Space');
    await selection.getByText('4 assets').waitFor();
    await selection.getByRole('button', { name: 'Keys' }).click();
    await expect
      .poll(() => page.evaluate(() => navigator.clipboard.readText()))
      .toBe(
        assets
          .slice(0, 4)
          .map(({ key }) => key)
          .join('\n'),
      );
    await page.getByRole('grid').press('Escape');
    await selection.waitFor({ state: 'detached' });
  });

  test('/ goes to the search from anywhere, and ? shows the keys', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('fig');
    await shows('1 asset');
    await page.goto('/settings');
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    await page.keyboard.press('/');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toBe('Filter by name or path');
    await page.goto('/operations');
    await page.getByRole('heading', { name: 'Operations' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });
});

describe('names that break things', () => {
  test('show, open, and are copied as they are', async () => {
    const strange = assets.filter(({ key }) => key.startsWith('names/'));
    await page.goto('/assets?name=names%2F');
    await shows(`${strange.length} assets`);
    await allPicturesShown(page);
    await openFirst(page, strange[0]!.name);
    const copied: string[] = [];
    for (const asset of strange) {
      await page.waitForURL(`**/assets/${asset.id}**`);
      await page.getByText(`${copied.length + 1} of ${strange.length}`).waitFor();
      await page.waitForFunction(() => {
        const image = document.querySelector<HTMLImageElement>('main img[alt]');
        return image?.complete && image.naturalWidth > 0;
      });
      await page.getByRole('button', { name: 'Copy key' }).click();
      copied.push(await page.evaluate(() => navigator.clipboard.readText()));
      await page.keyboard.press('ArrowRight');
    }
    expect(copied).toEqual(strange.map(({ key }) => key));
  });

  test('are found by any part of them', async () => {
    for (const part of [
      '#hash ?question %percent',
      '%2F100%25',
      '😀',
      'ภูเขา',
      '<angle>',
      '../not-up',
      '//slash',
    ]) {
      await page.getByLabel('Filter by name or path').fill(part);
      await expect.poll(() => new URL(page.url()).searchParams.get('name')).toBe(part);
      await shows('1 asset');
    }
  });
});

describe('many at once', () => {
  test('a link and a search give the keys to the grid; Ctrl+A selects all that match', async () => {
    await page.goto('/settings');
    await page.getByRole('link', { name: 'Assets', exact: true }).click();
    await shows('59 assets');
    const grid = page.getByRole('grid');
    await expect.poll(() => grid.evaluate(element => element === document.activeElement)).toBe(true);
    await page.keyboard.press('/');
    await page.keyboard.type('coffee');
    await page.keyboard.press('Enter');
    await shows('2 assets');
    await expect.poll(() => grid.evaluate(element => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Control+a');
    await page.getByRole('region', { name: 'Selection' }).getByText('2 assets').waitFor();
  });

  test('they are downloaded as one ZIP file, from the storage alone', async () => {
    // As in browsers that cannot write a file as it comes; the others ask where to put it.
    await page.addInitScript('delete window.showSaveFilePicker');
    await page.goto('/assets?name=coffee');
    await shows('2 assets');
    await page.getByRole('grid').press('Control+a');
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download as a ZIP file' }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/^mooring-.*\.zip$/);
    const files = unzipSync(await readFile(await download.path()));
    const wanted = stage.objects.filter(({ key }) => key.includes('coffee'));
    expect(Object.keys(files).sort()).toEqual(wanted.map(({ key }) => key).sort());
    for (const { key, body } of wanted) expect(Buffer.from(files[key]!).equals(Buffer.from(body))).toBe(true);
    await page.getByText('2 assets downloaded').waitFor();
  });

  test('tiles of another size, and a label that says where the list is', async () => {
    await page.getByRole('button', { name: 'Larger tiles' }).click();
    await expect.poll(search).toEqual({ size: 'large' });
    const grid = page.getByRole('grid');
    const columns = Number(await grid.getAttribute('aria-colcount'));
    expect(columns).toBeLessThan(6);
    await grid.evaluate(element => element.scrollTo(0, element.scrollHeight));
    await page.getByText(/^\d+ of 59/).waitFor();
    await grid.press('Control+a');
    await page.setViewportSize(PHONE);
    await page.getByRole('button', { name: 'Download as a ZIP file' }).waitFor();
    expect(await tooWide(page)).toEqual([]);
    await page.setViewportSize(DESKTOP);
  });
});

test('nothing of this made the browser complain', () => {
  expect(visit.complaints).toEqual([]);
});

describe('links for other tools', () => {
  /** A page of another origin, which has nothing to do with Mooring. */
  const server = createServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Labels</title>'),
  );
  let origin: string;
  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());

  test('one for what is listed shows pictures and videos on a page of another origin, until it is revoked', async () => {
    await page.goto('/assets?name=coffee');
    await shows('2 assets');
    await page.getByRole('button', { name: 'Make a link for other tools' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('labels');
    await dialog.getByLabel('Only for pages of').fill(origin);
    await dialog.getByRole('button', { name: 'Make link' }).click();
    const template = (await dialog.locator('code').first().textContent())!;
    await dialog.getByRole('button', { name: 'Done' }).click();

    const guest = await stage.visit({ signedIn: false });
    try {
      await guest.page.goto(origin);
      const shown = (tag: 'img' | 'video', url: string) =>
        guest.page.evaluate(
          ([tag, url]) =>
            new Promise(resolve => {
              const element = document.createElement(tag as 'img');
              element.addEventListener(tag === 'img' ? 'load' : 'loadedmetadata', () => resolve('shown'));
              element.addEventListener('error', () => resolve('not shown'));
              element.src = url!;
              document.body.append(element);
            }),
          [tag, url],
        );
      const read = (url: string) =>
        guest.page.evaluate(async url => {
          const answer = await fetch(url, { headers: { range: 'bytes=0-3' } });
          return [
            answer.status,
            answer.headers.get('content-range'),
            (await answer.arrayBuffer()).byteLength,
          ];
        }, url);
      const picture = assets.find(({ key }) => key.includes('coffee'))!;
      const video = assets.find(({ kind }) => kind === 'video')!;
      const pictureUrl = template.replace('{assetId}', picture.id);
      expect(await shown('img', pictureUrl)).toBe('shown');
      expect(await read(pictureUrl)).toEqual([206, `bytes 0-3/${picture.sizeBytes}`, 4]);
      expect(await shown('video', template.replace('{assetId}', video.id))).toBe('not shown'); // it was not listed

      const all = await stage.mooring.client.call('createLink', {
        body: { name: 'videos', scope: { kind: 'asset', assetId: video.id } },
      });
      expect(await shown('video', all.url)).toBe('shown');

      await page.goto('/settings');
      await page.getByRole('button', { name: 'Revoke labels' }).click();
      await dialog.getByRole('button', { name: 'Revoke' }).click();
      await dialog.waitFor({ state: 'detached' });
      expect(await shown('img', `${pictureUrl}/again.jpg`)).toBe('not shown');
      expect(await read(pictureUrl)).toEqual([404, null, expect.any(Number)]);
    } finally {
      await guest.close();
    }
  });
});
