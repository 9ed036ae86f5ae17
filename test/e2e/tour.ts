import type { Connection, Dataset, Source } from '@mooring/contract';
import type { Page } from 'playwright-core';
import { openAsset, openFirst } from './assets.ts';
import { allPicturesShown } from './pictures.ts';
import type { Stage } from './stage.ts';
import { addressField, authoriseApp, authoriseSas, beginWizard, chooseLocation, verify } from './wizard.ts';

/** A page or dialog worth looking at. */
export interface Sight {
  name: string;
  /** Only a guest sees it. */
  guest?: true;
  /** The status of the request whose refusal it shows. */
  refusal?: number;
  /** Goes there; some go on from the sight before. */
  open(page: Page): Promise<unknown>;
  /** Leaves things as they were. */
  leave?(page: Page): Promise<unknown>;
}

const at = (path: string, heading: string | RegExp) => async (page: Page) => {
  await page.goto(path);
  await page.getByRole('heading', { name: heading }).first().waitFor();
};
const click = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
const closeDialog = async (page: Page) => {
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
};

const isListing = ({ action }: { action: string }) => action === 'list';

/** What there is before anything is connected. */
export const emptySights: Sight[] = [
  { name: 'sign-in', guest: true, open: at('/sign-in', 'Sign in to Mooring') },
  {
    name: 'sign-in-refused',
    guest: true,
    refusal: 401,
    async open(page) {
      await page.goto('/sign-in#code=mrl_0000000000000000000000');
      await page.getByRole('alert').waitFor();
    },
  },
  { name: 'assets-empty', open: at('/assets', 'No storage is connected yet') },
  { name: 'connections-empty', open: at('/connections', 'Connect your first storage account') },
  { name: 'operations-empty', open: at('/operations', 'Nothing has run yet') },
  { name: 'no-such-page', open: at('/nowhere', 'There is no such page') },
  { name: 'setup-link-cut-short', guest: true, open: at('/setup/mrs_cut', 'This link does not work') },
];

/** What there is with two connections: one that works, with its assets, and one whose secret is wrong. */
export function createTour(stage: Stage) {
  let healthy: Connection;
  let broken: Connection;
  let source: Source;
  let dataset: Dataset;
  /** Holds the listing while what runs is looked at. */
  let listing: ReturnType<Stage['storage']['front']['hold']>;

  /** Makes the connections, syncs the one, and lets one object go. */
  async function prepare(): Promise<void> {
    const { storage, mooring } = stage;
    const { client } = mooring;
    const location = { url: `${storage.endpoint}/${storage.container}` };
    const connect = async (name: string, clientSecret: string) => {
      const credential = { kind: 'azure-app' as const, ...storage.app, clientSecret };
      const { id } = await client.call('createConnection', { body: { name, location, credential } });
      await client.runChecks(id);
      return client.call('getConnection', { params: { connectionId: id } });
    };
    healthy = await connect('Field photographs', storage.app.clientSecret);
    broken = await connect('Old registration', 'not-the-secret~of.this_registration');
    await storage.put({ key: 'photos/nature/withered.jpg', body: 'gone soon', contentType: 'image/jpeg' });
    source = await client.call('createSource', { body: { connectionId: healthy.id } });
    await sync(source);
    await storage.remove('photos/nature/withered.jpg');
    await sync(source);
    await sync(await client.call('createSource', { body: { connectionId: broken.id } }));
    const shares = { train: 60, validation: 20, test: 20 };
    dataset = await client.call('createDataset', {
      body: { name: 'Nature', description: 'Photographs without people', splitRule: { shares } },
    });
    await addToDataset('photos/nature');
    await addToDataset('photos');
  }

  async function addToDataset(name: string) {
    const { client } = stage.mooring;
    const { id } = await client.call('createDatasetVersion', {
      params: { datasetId: dataset.id },
      body: { add: [{ filter: { name } }], note: `With ${name}` },
    });
    await client.watchOperation(id);
  }

  async function sync({ id: sourceId }: Source) {
    const { client } = stage.mooring;
    const { id } = await client.call('syncSource', { params: { sourceId } });
    return client.watchOperation(id);
  }

  async function openGrid(page: Page) {
    await page.goto('/assets');
    await allPicturesShown(page);
  }
  const openDialog = async (page: Page, action: string) => {
    await page.goto(`/connections/${healthy.id}`);
    await click(page, 'More actions');
    await page.getByRole('menuitem', { name: action }).click();
    await page.getByRole('dialog').waitFor();
  };
  const operationOf = async (connection: Connection, status: string) => {
    const { items } = await stage.mooring.client.call('listOperations');
    const sources = await Array.fromAsync(stage.mooring.client.pages('listSources'));
    const own = sources.filter(({ connectionId }) => connectionId === connection.id).map(({ id }) => id);
    return items.find(
      ({ kind, subject, status: its }) => kind === 'sync' && own.includes(subject.id) && its === status,
    )!.id;
  };
  /** Removes what the wizard made. */
  const removeOthers = async () => {
    const { client } = stage.mooring;
    for (const { id } of await Array.fromAsync(client.pages('listConnections'))) {
      if (id === healthy.id || id === broken.id) continue;
      await client.watchOperation(
        (await client.call('deleteConnection', { params: { connectionId: id } })).id,
      );
    }
  };

  const sights: Sight[] = [
    {
      name: 'setup-link',
      guest: true,
      async open(page) {
        const { url } = await stage.mooring.client.call('createSetupLink', {
          body: {
            location: healthy.location,
            identity: { kind: 'mooring-app', clientId: '11111111-2222-4333-8444-555555555555' },
            narrowing: 'abac',
            origins: ['https://mooring.example'],
          },
        });
        await at(url, /^You are asked to connect/)(page);
      },
    },
    { name: 'assets-grid', open: openGrid },
    {
      name: 'assets-selected',
      async open(page) {
        await page.getByRole('grid').press('Space');
        for (let step = 0; step < 8; step++) await page.keyboard.press('ArrowRight');
        await page.keyboard.press('Shift+Space');
        await page.getByRole('region', { name: 'Selection' }).waitFor();
      },
    },
    {
      name: 'assets-folder',
      async open(page) {
        await page.goto('/assets?name=photos');
        await openAsset(page, 'rocket.jpg');
        await page.getByRole('link', { name: 'media / photos / space' }).click();
        await page
          .getByRole('navigation', { name: 'Folder path' })
          .getByRole('link', { name: 'photos' })
          .click();
        await page.getByText('16 assets', { exact: true }).waitFor();
        await allPicturesShown(page);
      },
    },
    {
      name: 'assets-table',
      async open(page) {
        await page.goto('/assets?view=table');
        await allPicturesShown(page);
      },
    },
    { name: 'assets-none-match', open: at('/assets?name=no+such+thing', 'Nothing matches') },
    {
      name: 'assets-gone',
      async open(page) {
        await page.goto('/assets?status=gone');
        await page.getByRole('grid').getByText('withered.jpg').first().waitFor();
      },
    },
    {
      name: 'folders',
      async open(page) {
        await openGrid(page);
        const viewport = page.viewportSize()!;
        // Beside the list where there is room, otherwise in a panel.
        await page.setViewportSize({ ...viewport, width: Math.min(viewport.width, 800) });
        await click(page, 'Show folders');
        await page.getByRole('dialog', { name: 'Folders' }).getByRole('treeitem').first().waitFor();
      },
      leave: closeDialog,
    },
    {
      name: 'keys',
      async open(page) {
        await openGrid(page);
        await page.keyboard.press('?');
        await page.getByRole('dialog').waitFor();
      },
      leave: closeDialog,
    },
    { name: 'asset-image', open: page => openAsset(page, 'hubble-deep-field.jpg') },
    {
      name: 'create-link',
      async open(page) {
        await click(page, 'Make a link for other tools');
        await page.getByRole('dialog').waitFor();
      },
      leave: closeDialog,
    },
    {
      name: 'asset-video',
      async open(page) {
        await openAsset(page, 'mountains.mp4');
        // All of it is there: nothing turns in the middle any more.
        await page.waitForFunction(() => {
          const video = document.querySelector('video');
          return video?.readyState === HTMLMediaElement.HAVE_ENOUGH_DATA && video.networkState === 1;
        });
      },
    },
    { name: 'asset-audio', open: page => openAsset(page, 'chime.wav') },
    {
      name: 'asset-pdf',
      async open(page) {
        await openAsset(page, 'field-notes.pdf');
        await page.locator('.textLayer').first().getByText(/\w/).first().waitFor();
      },
    },
    { name: 'asset-text', open: page => openAsset(page, 'read me.txt') },
    { name: 'asset-text-empty', open: page => openAsset(page, 'empty.txt') },
    {
      name: 'asset-dicom',
      async open(page) {
        await openAsset(page, 'head-phantom/1.dcm', '1.dcm');
        await page.getByText(/^Picture 1 of/).waitFor();
      },
    },
    { name: 'asset-strange-name', open: page => openAsset(page, '#hash', /^#hash/) },
    { name: 'asset-long-name', open: page => openAsset(page, 'names/long/', /^a name that goes on/) },
    {
      name: 'asset-gone',
      async open(page) {
        await page.goto('/assets?status=gone');
        await openFirst(page, 'withered.jpg');
        await page.getByText('Its object has gone from the storage.').waitFor();
      },
    },
    {
      name: 'asset-missing',
      refusal: 404,
      async open(page) {
        await page.goto('/assets/ast_00000000000000000000');
        await page.getByRole('alert').waitFor();
      },
    },
    { name: 'connections', open: at('/connections', 'Connections') },
    {
      name: 'connection-healthy',
      open: page => at(`/connections/${healthy.id}`, 'Field photographs')(page),
    },
    {
      name: 'connection-menu',
      async open(page) {
        await click(page, 'More actions');
        await page.getByRole('menuitem').first().waitFor();
      },
      leave: page => page.keyboard.press('Escape'),
    },
    { name: 'rename', open: page => openDialog(page, 'Rename'), leave: closeDialog },
    {
      name: 'replace-credential',
      open: page => openDialog(page, 'Replace the credential'),
      leave: closeDialog,
    },
    { name: 'remove', open: page => openDialog(page, 'Remove'), leave: closeDialog },
    {
      name: 'add-source',
      async open(page) {
        await click(page, 'Add source');
        await page.getByRole('dialog').waitFor();
      },
      leave: closeDialog,
    },
    { name: 'connection-broken', open: page => at(`/connections/${broken.id}`, 'Old registration')(page) },
    { name: 'wizard-1-location', open: beginWizard },
    {
      name: 'wizard-1-location-wrong',
      async open(page) {
        await addressField(page).fill('https://acme.blob.core.usgovcloudapi.net/My_Photos/raw/');
        await page.locator('[aria-invalid=true]').waitFor();
      },
    },
    { name: 'wizard-2-authorise', open: page => chooseLocation(page, stage.storage) },
    {
      name: 'wizard-2-authorise-others',
      async open(page) {
        await page.getByText(/more ways, not offered/).click();
        await page.getByText('Narrower roles').click();
        await page.getByRole('radio', { name: 'certificate' }).check();
        await page.getByLabel('Certificate and private key').fill('-----BEGIN CERTIFICATE-----');
        await page.locator('[aria-invalid=true]').waitFor();
      },
    },
    {
      name: 'wizard-2-authorise-sas',
      async open(page) {
        await page.getByRole('radio', { name: 'SAS token' }).check();
        await page.getByLabel('SAS token', { exact: true }).fill(stage.storage.sas({ permissions: 'rwdl' }));
        await page.getByText(/^It grants/).waitFor();
      },
    },
    {
      name: 'wizard-2-authorise-wrong',
      async open(page) {
        await page.getByLabel('SAS token', { exact: true }).fill(stage.storage.account.key);
        await page.locator('[aria-invalid=true]').waitFor();
      },
    },
    {
      name: 'wizard-3-browser-relay',
      async open(page) {
        await chooseLocation(page, stage.storage);
        await authoriseSas(page, stage.storage.sas());
      },
    },
    {
      name: 'wizard-3-browser',
      async open(page) {
        await chooseLocation(page, stage.storage);
        await authoriseApp(page, stage.storage.app);
        await page.getByText(/^Pages of .* may load/).waitFor();
      },
    },
    {
      name: 'wizard-4-verifying',
      async open(page) {
        listing = stage.storage.front.hold({ when: isListing });
        await verify(page);
        await page.getByText('Mooring tries each layer').waitFor();
        await page.locator('ol[aria-label=Checks]').getByText('Running').first().waitFor();
      },
      leave: async () => listing.release(),
    },
    { name: 'wizard-4-verified', open: page => page.getByText('Everything works.').waitFor() },
    {
      name: 'wizard-5-sync',
      async open(page) {
        await click(page, 'Continue');
        await page.getByText(/objects would be synced/).waitFor();
      },
    },
    {
      name: 'wizard-5-sync-filters',
      async open(page) {
        await click(page, 'photos');
        await page.getByText('Filters: only').click();
        await page.getByLabel('Only these').fill('**/*.jpg');
        await page.getByText(/left out/).waitFor();
      },
    },
    {
      name: 'wizard-5-synced',
      async open(page) {
        await click(page, 'Sync now');
        await page.getByText('Done', { exact: true }).waitFor();
      },
      leave: removeOthers,
    },
    { name: 'datasets', open: at('/datasets', 'Datasets') },
    {
      name: 'dataset',
      async open(page) {
        await at(`/datasets/${dataset.id}`, 'Members of version 2')(page);
        await page.getByRole('table').nth(1).waitFor();
      },
    },
    { name: 'operations', open: at('/operations', 'Operations') },
    {
      name: 'operation',
      open: async page => at(`/operations/${await operationOf(healthy, 'succeeded')}`, 'Sync')(page),
    },
    {
      name: 'operation-failed',
      open: async page => at(`/operations/${await operationOf(broken, 'failed')}`, 'Sync')(page),
    },
    { name: 'audit', open: at('/audit', 'Audit') },
    { name: 'settings', open: at('/settings', 'Settings') },
    {
      name: 'create-token',
      async open(page) {
        await click(page, 'Create token');
        await page.getByRole('dialog').waitFor();
      },
    },
    {
      name: 'created-token',
      async open(page) {
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel('Name').fill('Training machine');
        await dialog.getByRole('button', { name: 'Create token' }).click();
        await dialog.getByText('Copy it now').waitFor();
      },
      leave: closeDialog,
    },
    {
      name: 'revoke-token',
      async open(page) {
        await click(page, 'Revoke Training machine');
        await page.getByRole('dialog').waitFor();
      },
      async leave(page) {
        await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      },
    },
    {
      name: 'operation-running',
      async open(page) {
        listing = stage.storage.front.hold({ when: isListing });
        const { id } = await stage.mooring.client.call('syncSource', { params: { sourceId: source.id } });
        await page.goto(`/operations/${id}`);
        await page.getByText('Running', { exact: true }).waitFor();
      },
      async leave(page) {
        listing.release();
        await page.getByText('Done', { exact: true }).waitFor();
      },
    },
  ];
  return { prepare, sights };
}
