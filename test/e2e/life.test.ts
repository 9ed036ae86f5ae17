import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Connection, ConnectionCreate } from '@mooring/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withApp, withTwoSas } from '../support/connect.ts';
import { sync } from '../support/sync.ts';
import { examine } from './examine.ts';
import { useStage } from './use-stage.ts';
import { DESKTOP, type Visit } from './visit.ts';

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

describe('the life of a connection in the browser', () => {
  const stage = useStage();
  let visit: Visit;
  let page: Page;
  let receiver: Server;
  const received: { type: string }[] = [];
  beforeAll(async () => {
    visit = await stage.visit({ still: true });
    page = visit.page;
    receiver = createServer(async (request, response) => {
      received.push(JSON.parse((await Array.fromAsync(request)).join('')));
      response.end();
    });
    receiver.listen(0, '127.0.0.1');
  });
  afterAll(async () => {
    await visit?.close();
    receiver?.close();
  });
  beforeEach(() => page.setViewportSize(DESKTOP));

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const dialog = () => page.getByRole('dialog');
  const choose = async (item: string) => {
    await button('More actions').click();
    await page.getByRole('menuitem', { name: item }).click();
    await dialog().waitFor();
  };
  /** A connection with a source that is synced, on its page. */
  async function connect(name: string, body: ConnectionCreate): Promise<Connection> {
    const { client } = stage.mooring;
    const connection = await client.call('createConnection', { body: { ...body, name } });
    await client.runChecks(connection.id);
    const { id } = await client.call('createSource', {
      body: { connectionId: connection.id, probes: false },
    });
    await sync(client, id);
    await page.goto(`/connections/${connection.id}`);
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    return connection;
  }
  const get = ({ id }: Connection) =>
    stage.mooring.client.call('getConnection', { params: { connectionId: id } });
  const hand = async ({ id }: Connection, count: number) => {
    const { client } = stage.mooring;
    const { items } = await client.call('listAssets', { query: { connectionId: id, limit: count } });
    return client.call('signAssets', { body: { assetIds: items.map(asset => asset.id) } });
  };

  test('webhooks are made, tested, looked at and deleted', async () => {
    await page.goto('/settings');
    await button('Create webhook').click();
    await page.getByLabel('URL').fill(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`);
    await examine(page, 'create-webhook');
    await dialog().getByRole('button', { name: 'Create webhook' }).click();
    await expect.poll(() => dialog().locator('code').textContent()).toMatch(/^whsec_/);
    await examine(page, 'webhook-secret');
    await button('Done').click();
    await page.getByRole('button', { name: /^Test http/ }).click();
    await page.getByText('It answered 200: the test arrived.').waitFor();
    expect(received.map(({ type }) => type)).toEqual(['webhook.test']);
    await page.getByRole('button', { name: /^Deliveries/ }).click();
    await page.getByRole('cell', { name: 'webhook.test' }).waitFor();
    await examine(page, 'webhooks');
  });

  test('a token that ends soon is warned of and updated in place', async () => {
    const { storage } = stage;
    const connection = await connect('Ending soon', {
      ...withTwoSas(storage),
      credential: {
        kind: 'azure-sas',
        sasToken: storage.sas({ permissions: 'rwl', expiresOn: inDays(6.5) }),
      },
    });
    await page.getByText('The credential ends soon').waitFor();
    await page.getByText('The token allows more than is needed').waitFor();
    await page.getByRole('list', { name: 'History' }).getByText('Added').waitFor();
    await examine(page, 'warnings');
    await button('Update SAS token').first().click();
    await dialog().waitFor();
    await dialog()
      .getByLabel('SAS token', { exact: true })
      .fill(storage.containerSas({ permissions: 'rl' }));
    await examine(page, 'update-sas');
    await button('Try and replace').click();
    await dialog().waitFor({ state: 'detached' });
    await page.getByText('Credential replaced').waitFor();
    await expect.poll(async () => (await get(connection)).warnings).toEqual([]);
    expect((await get(connection)).credential).toMatchObject({ sas: { type: 'container' } });
  });

  test('a credential that grants less is refused, until it is taken all the same', async () => {
    const connection = await connect('Grants less', withApp(stage.storage));
    await choose('Replace the credential');
    await dialog()
      .getByRole('radio', { name: /SAS token/ })
      .check();
    await dialog().getByLabel('SAS token', { exact: true }).fill(stage.storage.sas());
    await button('Try and replace').click();
    await page.getByText('The new credential grants less than is in use').waitFor();
    await examine(page, 'grants-less');
    expect((await get(connection)).delivery).toBe('direct');
    await button('Replace anyway').click();
    await dialog().waitFor({ state: 'detached' });
    await expect.poll(async () => (await get(connection)).delivery).toBe('relay');
  });

  test('unlinking says what ends and what remains; it is linked again with a new credential', async () => {
    const connection = await connect('To be unlinked', withApp(stage.storage));
    await hand(connection, 40);
    await page.reload();
    await page.getByText('40 URLs').waitFor();
    await page.getByRole('heading', { name: 'Other connections to this account' }).waitFor();
    await choose('Unlink');
    await examine(page, 'unlink');
    await button('Unlink').click();
    await page.getByRole('heading', { name: 'What remains to do in Azure' }).waitFor();
    await dialog().getByText('40 URLs').waitFor();
    await dialog().getByText('revoke-delegation-keys').waitFor();
    await examine(page, 'unlinked-remains');
    await button('Done').click();
    await page.getByText('This connection is unlinked').waitFor();
    await examine(page, 'unlinked');
    expect((await hand(connection, 1)).problems).toMatchObject([
      { problem: { code: 'connection_unlinked' } },
    ]);
    await button('What remains in Azure').first().click();
    await button('Show what remains').click();
    await dialog().getByText('revoke-delegation-keys').waitFor();
    await button('Done').click();
    await button('Link again').first().click();
    await dialog().getByLabel('Client secret', { exact: true }).fill(stage.storage.app.clientSecret);
    await button('Try and replace').click();
    await page.getByText('Linked again').waitFor();
    await expect.poll(async () => (await get(connection)).status).toBe('healthy');
  });

  test('deleting asks what becomes of the assets; kept, they are gone ones', async () => {
    const connection = await connect('To be deleted', withApp(stage.storage));
    const { client } = stage.mooring;
    const count = (await get(connection)).assetCount;
    await choose('Remove');
    await dialog()
      .getByRole('radio', { name: /Keep them, marked as gone/ })
      .check();
    await dialog().getByRole('textbox').fill('To be deleted');
    await examine(page, 'delete');
    await button('Remove the connection').click();
    await page.waitForURL('**/connections');
    const gone = async () => {
      const query = { connectionId: connection.id, status: 'gone', limit: 1000 } as const;
      return (await client.call('listAssets', { query })).items.length;
    };
    await expect.poll(gone).toBe(count);
    await page.goto('/assets?status=gone');
    await page.getByText('To be deleted').or(page.getByRole('gridcell')).first().waitFor();
  });
});
