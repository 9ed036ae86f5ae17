import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Source } from '@mooring/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect } from '../support/connect.ts';
import { sync } from '../support/sync.ts';
import { until } from '../support/wait.ts';
import { seriousFindings, tooWide } from './appearance.ts';
import { useStage } from './use-stage.ts';
import { DESKTOP, PHONE, type Visit } from './visit.ts';

describe('a source in the browser', () => {
  const stage = useStage();
  let visit: Visit;
  let page: Page;
  let source: Source;
  beforeAll(async () => {
    visit = await stage.visit({ still: true });
    page = visit.page;
    ({ source } = await connect(stage.mooring.client, stage.storage));
    await sync(stage.mooring.client, source.id);
  });
  afterAll(() => visit?.close());

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const open = async () => {
    await page.goto(`/sources/${source.id}`);
    await page.getByRole('heading', { level: 1, name: stage.storage.container }).waitFor();
  };
  const read = () => stage.mooring.client.call('getSource', { params: { sourceId: source.id } });
  const examine = async (name: string) => {
    for (const viewport of [DESKTOP, PHONE, { width: 360, height: 780 }]) {
      await page.setViewportSize(viewport);
      expect.soft(await seriousFindings(page), name).toEqual([]);
      expect.soft(await tooWide(page), name).toEqual([]);
    }
    await page.setViewportSize(DESKTOP);
  };

  test('is reached from its connection', async () => {
    await page.goto(`/connections/${source.connectionId}`);
    await page.getByRole('link', { name: stage.storage.container, exact: true }).click();
    await page.getByRole('heading', { level: 1, name: stage.storage.container }).waitFor();
    await examine('source');
  });

  test('filters, schedule and guard are changed, and a dry run says what the filters would do', async () => {
    await open();
    await page.getByText('Filters: only some of it').click();
    await page.getByLabel('Only these').fill('**/*.jpg');
    await page.getByText(/would be synced/).waitFor();
    await page.getByLabel('Sync by itself').selectOption('86400');
    await page.getByLabel('Stop before removing').selectOption('1');
    await button('Save').click();
    await until('the change', async () => (await read()).schedule?.everySeconds === 86_400);
    expect(await read()).toMatchObject({ filters: { include: ['**/*.jpg'] }, maxRemovedShare: 1 });
    const before = (await read()).assetCount;

    await open();
    await button('Dry run').click();
    await page.getByRole('link', { name: 'What the dry run found' }).click();
    await page.getByText('This was a dry run: nothing was written.').waitFor();
    await page
      .getByText(/^Would be (gone|skipped): /)
      .first()
      .waitFor();
    expect((await read()).assetCount).toBe(before);
    await examine('dry run');
  });

  test('changes are followed by webhook, and no more', async () => {
    await open();
    await button('Follow changes').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Follow changes' }).click();
    const url = (await page.getByRole('dialog').locator('code').textContent())!;
    expect(url).toContain(`${stage.mooring.url}/events/fed_`);
    await examine('feed made');
    await button('Done').click();
    const event = {
      id: '1',
      subject: `/blobServices/default/containers/${stage.storage.container}/blobs/arrived.jpg`,
      eventType: 'Microsoft.Storage.BlobCreated',
      eventTime: new Date().toISOString(),
      data: { sequencer: '1' },
    };
    await stage.storage.put({ key: 'arrived.jpg', body: 'not really', contentType: 'image/jpeg' });
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([event]),
    });
    expect(answer.status).toBe(200);
    await page.getByText('1 event, 1 changed something').waitFor();
    await button('Stop following').click();
    await page.getByText('No feed reports changes: only syncs find them.').waitFor();
  });

  test('a queue of another account is refused, and says why', async () => {
    await open();
    await button('Follow changes').click();
    await page.getByLabel('How Event Grid reports changes').selectOption('storage-queue');
    await page.getByLabel('Queue', { exact: true }).fill('https://other.queue.core.windows.net/events');
    await page.getByRole('dialog').getByRole('button', { name: 'Follow changes' }).click();
    await page
      .getByRole('alert')
      .getByText(/Mooring cannot read this queue/)
      .waitFor();
    await page.keyboard.press('Escape');
  });

  test('a sync is paused, and goes on when it is resumed', async () => {
    const listing = stage.storage.front.hold({ when: ({ action }) => action === 'list' });
    try {
      await open();
      await button('Sync').click();
      await button('Pause').click();
      await button('Resume').click();
      listing.release();
      await page.getByRole('link', { name: 'What happened' }).waitFor();
    } finally {
      listing.release();
    }
    await until('the end', async () => {
      const { items } = await stage.mooring.client.call('listOperations', { query: { limit: 10 } });
      return items.find(({ kind }) => kind === 'sync')?.status === 'succeeded';
    });
  });

  test('a limit on assets is set, and what is over quota says so', async () => {
    const { client } = stage.mooring;
    await page.goto('/settings');
    await page.getByLabel('Limit').fill('none at all');
    await page.getByText('Enter a whole number, or leave it empty.').waitFor();
    await page.getByLabel('Limit').fill('1');
    await button('Save the limit').click();
    await page.getByText('Over quota', { exact: true }).waitFor();
    await until('the marks', async () => (await client.call('getWorkspace')).settled);
    await examine('settings over quota');
    await open();
    await page.getByText(/are over the quota of 1/).waitFor();
    await examine('source over quota');
    const { items } = await client.call('listAssets', { query: {} });
    const marked = items.filter(({ overQuota }) => overQuota);
    expect(marked).toHaveLength(items.length - 1);
    await page.goto(`/assets/${marked[0]!.id}`);
    await page.getByText(/^It is over quota/).waitFor();
    await examine('asset over quota');
    await page.goto('/settings');
    await page.getByLabel('Limit').fill('');
    await button('Save the limit').click();
    await page.getByText('No limit', { exact: true }).waitFor();
    await until('no marks', async () => (await client.call('getWorkspace')).settled);
    expect((await client.call('listAssets', { query: {} })).items.some(({ overQuota }) => overQuota)).toBe(
      false,
    );
  });

  test('it is removed, with its assets', async () => {
    await open();
    await button('Remove source').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the source' }).click();
    await page.waitForURL(`**/connections/${source.connectionId}`);
    await until('the removal', async () => {
      const { items } = await stage.mooring.client.call('listAssets', { query: { status: 'any' } });
      return items.length === 0;
    });
  });

  const keys = () => stage.objects.map(({ key }) => key).slice(0, 3);
  const operationOf = async () => {
    await page.waitForURL('**/operations/op_*');
    const operationId = new URL(page.url()).pathname.split('/').at(-1)!;
    return stage.mooring.client.watchOperation(operationId);
  };

  test('a list that is pasted is shown, tried, and registered; its mistakes are named', async () => {
    await page.goto('/connections');
    await page.getByRole('link', { name: 'Register a list' }).click();
    await examine('register');
    const paths = keys().map(key => `${stage.storage.container}/${key}`);
    await page.getByLabel('Or paste the list').fill([...paths, 'https://nowhere.example/a.jpg'].join('\n'));
    await page.getByText('One URL or path a line. Here is all of it: 4 items.').waitFor();
    await page.getByRole('cell', { name: 'line 4' }).waitFor();
    await page.getByText('If one item cannot be registered, none is.').waitFor();
    await page.getByLabel('Register the rest').check();
    await page.getByText('All others are registered.').waitFor();
    await examine('list previewed');
    await button('Dry run').click();
    await page.getByText('This was a dry run: nothing was written.').waitFor();
    await page.getByText('No connection of the workspace reaches nowhere.example').waitFor();
    await examine('list tried');
    const sources = await Array.fromAsync(stage.mooring.client.pages('listSources'));
    expect(sources.filter(({ registeredAs }) => registeredAs !== null)).toEqual([]);

    await page.getByLabel('Folder', { exact: true }).fill('From a list');
    await button('Register').click();
    expect(await operationOf()).toMatchObject({ status: 'succeeded', counts: { added: 3, error: 1 } });
    await page.getByText(/^line 4: https:\/\/nowhere.example/).waitFor();
    await button('Retry 1 failed item').waitFor();
    await page.getByRole('link', { name: 'Download as CSV' }).waitFor();
    await examine('list registered');
    await page.getByRole('link', { name: 'Browse the assets' }).click();
    await page.getByRole('status').getByText('3 assets', { exact: true }).waitFor();
  });

  test('what was registered is checked again from the page of its source', async () => {
    const sources = await Array.fromAsync(stage.mooring.client.pages('listSources'));
    const { id } = sources.find(({ registeredAs }) => registeredAs === 'From a list')!;
    await page.goto(`/sources/${id}`);
    await page.getByText('into the folder “From a list”').waitFor();
    await examine('registered source');
    await button('Check the assets').click();
    expect(await operationOf()).toMatchObject({ status: 'succeeded', counts: { looked: 3, unchanged: 3 } });
  });

  test('a table that is dropped asks which column is what', async () => {
    await page.goto('/register');
    const rows = keys().map((key, at) => `${stage.storage.container}/${key},Shot ${at},north`);
    const text = ['where it is,what it is,site', ...rows].join('\n');
    const transfer = await page.evaluateHandle(text => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], 'shots.csv', { type: 'text/csv' }));
      return transfer;
    }, text);
    await page.getByText('Drop a list here').dispatchEvent('drop', { dataTransfer: transfer });
    await page.getByText('This list cannot be read').waitFor();
    await page.getByLabel('URL or path', { exact: true }).selectOption('where it is');
    await page.getByLabel('Title').selectOption('what it is');
    await page.getByText('Shot 2 · 1 metadata value').waitFor();
    await examine('table previewed');
    await button('Register').click();
    expect(await operationOf()).toMatchObject({ status: 'succeeded', counts: { done: 3 } });
  });

  test('of a list of 200,000 items only the beginning is read before it is sent', async () => {
    const { front, endpoint, container } = stage.storage;
    const line = (at: number) => `${endpoint}/${container}/street/${at}.jpg?sig=${'x'.repeat(100)}\n`;
    const held = front.hold({ when: ({ blob }) => blob?.startsWith('street/') ?? false });
    const path = join(await mkdtemp(join(tmpdir(), 'mooring-list-')), 'urls.txt');
    await writeFile(path, Array.from({ length: 200_000 }, (_, at) => line(at)).join(''));
    await page.goto('/register');
    await page.getByLabel('The file with the list').setInputFiles(path);
    await page.getByText('Here is its first 20 items.').waitFor();
    await expect.poll(() => page.getByRole('table').textContent()).not.toContain('xxx');
    await button('Register').click();
    await page.waitForURL('**/operations/op_*');
    await button('Cancel').click();
    expect((await operationOf()).status).toBe('cancelled');
    held.release();
    await rm(dirname(path), { recursive: true });
  });
});
