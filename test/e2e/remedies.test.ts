import type { Operation, Source } from '@mooring/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../support/connect.ts';
import { sync } from '../support/sync.ts';
import { until } from '../support/wait.ts';
import { openAsset } from './assets.ts';
import { examine } from './examine.ts';
import { useStage } from './use-stage.ts';
import type { Visit } from './visit.ts';

const stage = useStage();
let visit: Visit;
let page: Page;
let source: Source;
let failed: Operation;
/** The command that mends it, as the failed operation has it. */
let command: string;

const grant = (...actions: ('list' | 'read' | 'delegate')[]) => {
  stage.storage.front.settings.roleAssignments = [{ principalId: stage.storage.objectId, actions }];
};
const alert = () => page.getByRole('alert');

beforeAll(async () => {
  visit = await stage.visit({ still: true });
  page = visit.page;
  const { client } = stage.mooring;
  ({ source } = await connect(client, stage.storage));
  await sync(client, source.id);
  grant();
  failed = await sync(client, source.id);
  command = failed.problem!.remedy!.snippets[0]!.text;
});
afterAll(() => visit?.close());

test('a sync that failed shows the command that mends it, to be copied', async () => {
  await page.goto(`/operations/${failed.id}`);
  await alert().getByText('az role assignment create').waitFor();
  await alert().getByRole('button', { name: 'Copy', exact: true }).click();
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(command);
  await examine(page, 'remedy-operation');
});

test('so does the page of its source', async () => {
  await page.goto(`/sources/${source.id}`);
  await alert().getByText('az role assignment create').waitFor();
  await examine(page, 'remedy-source');
});

test('so does an asset that cannot be signed for, with the role that is missing', async () => {
  grant('list', 'read');
  await openAsset(page, 'chelsea.jpg');
  await alert().getByText('Storage Blob Delegator').first().waitFor();
  await examine(page, 'remedy-asset');
});

test('so does a feed that cannot look at what events name', async () => {
  grant('list');
  const { client } = stage.mooring;
  const params = { sourceId: source.id };
  const feed = await client.call('createFeed', { params, body: { kind: 'event-grid' } });
  const event = {
    id: '1',
    subject: `/blobServices/default/containers/${stage.storage.container}/blobs/new.jpg`,
    eventType: 'Microsoft.Storage.BlobCreated',
    eventTime: new Date().toISOString(),
    data: { sequencer: '1' },
  };
  await fetch(feed.webhookUrl!, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([event]),
  });
  await until('the refusal', async () => {
    const { items } = await client.call('listFeeds', { params });
    return items[0]!.unreadableCount === 1;
  });
  await page.goto(`/sources/${source.id}`);
  const note = page.getByRole('status').filter({ hasText: 'One place cannot be looked at.' });
  await note.getByText('az role assignment create').waitFor();
  await examine(page, 'remedy-feed', note);
});
