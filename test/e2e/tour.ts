import type { Page } from 'playwright-core';
import { openAsset } from './assets.ts';
import { allPicturesShown } from './pictures.ts';
import type { Stage } from './stage.ts';
import { authoriseApp, chooseLocation, create } from './wizard.ts';

/** A page or dialog worth looking at: its name, and how to get there when signed in. */
export interface Sight {
  name: string;
  signedOut?: boolean;
  open(page: Page): Promise<unknown>;
}

/**
 * Puts three connections on the stage: one that works, with its assets; one that works and holds nothing yet; one
 * whose secret is wrong.
 * @returns all there is to see, in an order that leaves what comes later as it was.
 */
export async function prepareTour({ mooring: { client }, storage }: Stage): Promise<Sight[]> {
  const location = { url: `${storage.endpoint}/${storage.container}` };
  const app = { kind: 'azure-app' as const, ...storage.app };
  const connect = async (name: string, clientSecret: string) => {
    const { id } = await client.call('createConnection', {
      body: { name, location, credential: { ...app, clientSecret } },
    });
    await client.runChecks(id);
    return id;
  };
  const healthy = await connect('Field photographs', storage.app.clientSecret);
  const broken = await connect('Old registration', 'not-the-secret~of.this_registration');
  const { id: sourceId } = await client.call('createSource', { body: { connectionId: healthy } });
  const { id: operationId } = await client.call('syncSource', { params: { sourceId } });
  await client.watchOperation(operationId);

  const at = (path: string, heading: string | RegExp) => async (page: Page) => {
    await page.goto(path);
    await page.getByRole('heading', { name: heading }).first().waitFor();
  };
  const grid = async (page: Page) => {
    await page.goto('/assets');
    await allPicturesShown(page);
  };
  return [
    { name: 'sign-in', signedOut: true, open: at('/sign-in', /sign in/i) },
    { name: 'assets-grid', open: grid },
    {
      name: 'assets-table',
      open: page => page.goto('/assets?view=table').then(() => allPicturesShown(page)),
    },
    {
      name: 'shortcuts',
      async open(page) {
        await grid(page);
        await page.keyboard.press('?');
        await page.getByRole('dialog').waitFor();
      },
    },
    { name: 'asset-image', open: page => openAsset(page, 'retina.jpg') },
    { name: 'asset-video', open: page => openAsset(page, 'mountains.mp4') },
    { name: 'asset-pdf', open: page => openAsset(page, '.pdf', /\.pdf$/) },
    { name: 'asset-text', open: page => openAsset(page, 'read me.txt') },
    { name: 'asset-text-empty', open: page => openAsset(page, 'empty.txt') },
    { name: 'asset-dicom', open: page => openAsset(page, '.dcm', /\.dcm$/) },
    { name: 'connections', open: at('/connections', 'Connections') },
    { name: 'connection-healthy', open: at(`/connections/${healthy}`, 'Field photographs') },
    { name: 'connection-broken', open: at(`/connections/${broken}`, 'Old registration') },
    { name: 'wizard-1-location', open: at('/connections/new', 'Location') },
    { name: 'wizard-2-authorise', open: page => chooseLocation(page, storage) },
    {
      name: 'wizard-3-browser',
      async open(page) {
        await chooseLocation(page, storage);
        await authoriseApp(page, storage.app);
      },
    },
    {
      name: 'wizard-4-verify',
      async open(page) {
        await chooseLocation(page, storage);
        await authoriseApp(page, storage.app);
        await create(page);
        await page.getByText('Everything works.').waitFor();
      },
    },
    {
      name: 'wizard-5-sync',
      async open(page) {
        await page.getByRole('button', { name: 'Continue' }).click(); // goes on from the sight before
        await page.getByRole('button', { name: 'Sync now' }).waitFor();
      },
    },
    { name: 'operations', open: at('/operations', 'Operations') },
    { name: 'operation', open: page => page.goto(`/operations/${operationId}`) },
    { name: 'settings', open: at('/settings', 'Settings') },
  ];
}
