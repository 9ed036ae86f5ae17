import type { Source } from '@mooring/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../support/connect.ts';
import { assetsOf, sync } from '../support/sync.ts';
import { until } from '../support/wait.ts';
import { seriousFindings, tooWide } from './appearance.ts';
import { useStage } from './use-stage.ts';
import { DESKTOP, PHONE, type Visit } from './visit.ts';

const stage = useStage();
let visit: Visit;
let page: Page;
let source: Source;
beforeAll(async () => {
  ({ source } = await connect(client(), stage.storage));
  await sync(client(), source.id);
  const { id } = await client().call('probeSource', { params: { sourceId: source.id }, body: {} });
  await client().watchOperation(id);
  visit = await stage.visit({ still: true });
  page = visit.page;
});
afterAll(() => visit?.close());

const client = () => stage.mooring.client;
const search = () => Object.fromEntries(new URL(page.url()).searchParams);
const shows = (text: string) => page.locator('footer').getByText(text, { exact: true }).waitFor();
const button = (name: string | RegExp) => page.getByRole('button', { name });
/** The same filter, asked of the API. */
const count = async (query: object) =>
  (await client().call('getAssetFacets', { query: { sourceId: source.id, ...query } })).total;
const words = (assets: number) => `${assets} ${assets === 1 ? 'asset' : 'assets'}`;

describe('filters', () => {
  test('are chosen beside their counts, stand in the address, and are taken away by their chips', async () => {
    await page.goto('/assets');
    await button('Filters').click();
    const panel = page.getByRole('complementary', { name: 'Filters' });
    const jpegs = await count({ mediaType: 'image/jpeg' });
    await panel.getByRole('button', { name: `image/jpeg ${jpegs}`, exact: true }).click();
    await shows(words(jpegs));
    const widths = (await assetsOf(client(), source.id)).map(({ media }) =>
      media?.facts?.mediaType === 'image/jpeg' ? (media.facts.width ?? 0) : 0,
    );
    const minWidth = Math.max(...widths);
    await panel.getByLabel('Width, at least (pixels)').fill(String(minWidth));
    await page.keyboard.press('Enter');
    const wide = await count({ mediaType: 'image/jpeg', minWidth });
    expect(wide).toBeGreaterThan(0);
    expect(wide).toBeLessThan(jpegs);
    await shows(words(wide));
    expect(search()).toEqual({ mediaType: 'image/jpeg', minWidth: String(minWidth) });
    await page.reload();
    await shows(words(wide));
    const chips = page.getByRole('list', { name: 'Filters that hold' });
    await chips.getByRole('button', { name: /^Type: image\/jpeg/ }).click();
    await shows(words(await count({ minWidth })));
    await page.goBack();
    await shows(words(wide));
    await chips.getByRole('button', { name: 'Remove all' }).click();
    await shows(words(await count({})));
    expect(search()).toEqual({});
  });

  test('that are taken away leave no counts behind', async () => {
    await page.goto('/assets?mediaType=image/jpeg');
    const kinds = page.getByRole('group', { name: 'Filter by kind' });
    await shows(words(await count({ mediaType: 'image/jpeg' })));
    await expect.poll(() => kinds.getByRole('button', { name: /^Video/ }).count()).toBe(0);
    await page.getByRole('list', { name: 'Filters that hold' }).getByRole('button').click();
    const videos = await count({ kind: 'video' });
    await kinds.getByRole('button', { name: `Videos ${videos}`, exact: true }).waitFor();
  });

  test('go with words in any order, and with the order of the list', async () => {
    await page.goto('/assets');
    await page.getByLabel('Filter by name or path').fill('jpg photos n*t');
    await shows(words(await count({ name: 'jpg photos n*t' })));
    await page.getByLabel('Filter by name or path').fill('');
    await page.getByLabel('Order').selectOption('-size');
    await expect.poll(search).toEqual({ sort: '-size' });
    const { items } = await client().call('listAssets', { query: { sort: '-size', limit: 2 } });
    const [first, second] = items;
    await page.getByRole('grid').locator('[id$="-0"]').getByText(first!.name).first().waitFor();
    await page.getByRole('grid').press('Enter');
    await page.getByRole('heading', { name: first!.name }).waitFor();
    await page.getByRole('link', { name: 'Next asset' }).click();
    await page.getByRole('heading', { name: second!.name }).waitFor();
    await page.getByRole('link', { name: 'Back to the list' }).click();
    await page.getByRole('grid').waitFor();
    expect(search()).toEqual({ sort: '-size', asset: second!.id });
  });

  test('the table names the folder, which leads there', async () => {
    await page.goto('/assets?view=table&name=rocket');
    await page.getByRole('row').getByRole('link', { name: 'photos/space' }).click();
    await expect.poll(() => search().folder).toMatch(/^fld_/);
  });
});

describe('profiles', () => {
  test('are chosen for a source; why assets do not fit stands by the rule, with the command', async () => {
    await page.goto(`/sources/${source.id}`);
    await page.getByLabel('Profile').selectOption('datature');
    await button('Save').click();
    await until('the judgement', async () => {
      const { profile, judging } = await client().call('getSource', {
        params: { sourceId: source.id },
      });
      return profile === 'datature' && !judging;
    });
    await page.reload();
    await page.getByRole('link', { name: 'What does not fit?' }).click();
    await page.getByRole('heading', { name: 'Why not?' }).waitFor();
    const brands = await count({ failedRule: 'brand' });
    expect(brands).toBeGreaterThan(0);
    const rule = page.getByRole('article', { name: 'Rule brand' });
    await rule.getByText(`· ${words(brands)}`).waitFor();
    await rule.getByText(/The brand .*; expected "mp42"\./).waitFor();
    await expect
      .poll(() => rule.locator('pre').first().textContent())
      .toMatch(/^ffmpeg -i '\.\/.*' -c copy -brand mp42/);
    await rule.getByRole('link', { name: 'Show them' }).click();
    await shows(words(brands));
    expect(search()).toEqual({ source: source.id, failedRule: 'brand' });
    await page.getByRole('list', { name: 'Filters that hold' }).getByText('Fails the rule: brand').waitFor();
  });
});

describe('how it looks', () => {
  const examine = async (name: string) => {
    for (const viewport of [DESKTOP, PHONE, { width: 360, height: 780 }]) {
      await page.setViewportSize(viewport);
      for (const theme of ['light', 'dark']) {
        await page.evaluate(chosen => document.documentElement.setAttribute('data-theme', chosen), theme);
        expect.soft(await seriousFindings(page), `${name}, ${viewport.width} px, ${theme}`).toEqual([]);
      }
      expect.soft(await tooWide(page), `${name}, ${viewport.width} px`).toEqual([]);
    }
    await page.setViewportSize(DESKTOP);
  };

  test('filters, on a desktop and on a phone', async () => {
    await page.goto('/assets?minWidth=200&archiveState=readable&kind=image&view=table');
    await page.getByRole('grid').getByRole('link').first().waitFor();
    await button('Filters').click();
    await page.getByRole('complementary', { name: 'Filters' }).getByText('Type').waitFor();
    await examine('filters');
  });

  test('why not', async () => {
    await page.goto('/why-not');
    await page.getByRole('article').first().locator('pre').first().waitFor();
    await examine('why not');
  });
});

test('nothing of this made the browser complain', () => {
  expect(visit.complaints).toEqual([]);
});
