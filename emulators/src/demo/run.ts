import { type Operation, syncCountsOf } from '@mooring/contract';
import { createClient, type MooringClient } from '@mooring/sdk';
import { Agent, request } from 'undici';
import { createAdminToken, type Installation } from '../installation.ts';
import type { Storage } from '../storage.ts';
import type { DemoOptions } from './options.ts';
import type { Report, Sample } from './report.ts';
import type { Screen } from './screen.ts';

/** What a connection to the demo's storage is made of. */
function connectionTo(storage: Storage, auth: DemoOptions['auth']) {
  return {
    name: 'Demo storage',
    location: {
      endpoint: storage.endpoint,
      account: storage.account.name,
      container: storage.container,
    },
    credential:
      auth === 'app'
        ? { kind: 'azure-app' as const, ...storage.app }
        : { kind: 'azure-sas' as const, sasToken: storage.sas() },
  };
}

/**
 * The main job, through the public API alone: connect, check, sync, look, fetch.
 * @param total how many objects the container holds, for the progress bar.
 */
export async function runDemo(
  storage: Storage,
  installation: Installation,
  auth: DemoOptions['auth'],
  total: number,
  screen: Screen,
): Promise<{ report: Report; operation: Operation; signInLink: string }> {
  const { url } = installation;
  if (!installation.signInLink) throw new Error('The server printed no sign-in link at its first start.');
  const token = await createAdminToken(installation.signInLink);
  const client = createClient({ baseUrl: url, token });

  const { id: connectionId } = await client.call('createConnection', { body: connectionTo(storage, auth) });
  const run = await screen.step('Checking the connection', () =>
    client.runChecks(connectionId, {
      onCheck: event => {
        if (
          event.type !== 'check' ||
          !['passed', 'warning', 'failed', 'skipped'].includes(event.check.status)
        )
          return;
        const { id, status, observed } = event.check;
        screen.line(`  ${status === 'passed' ? '✓' : status} ${id}: ${observed ?? ''}`);
      },
    }),
  );
  const source = await client.call('createSource', { body: { connectionId } });
  const operation = await screen.step('Syncing', async () => {
    const { id } = await client.call('syncSource', { params: { sourceId: source.id } });
    return client.watchOperation(id, {
      onProgress: ({ done }) => screen.progress('Syncing', done, total),
    });
  });

  const folder = await client.call('getFolder', { params: { folderId: source.folderId } });
  const { total: assetsTotal } = await client.call('getAssetAnchors', { query: { sourceId: source.id } });
  const { listed = 0, added = 0, changed = 0, removed = 0, skipped = 0 } = syncCountsOf(operation) ?? {};
  const report: Report = {
    url,
    token,
    connectionString: storage.connectionString,
    ...(storage.endpoint.startsWith('https:') && { caFile: storage.certificates.caFile }),
    connection: { id: connectionId, status: run.status },
    checks: run.checks.map(({ id, side, status, durationMs }) => ({ id, side, status, durationMs })),
    sync: {
      operationId: operation.id,
      listed,
      added,
      changed,
      removed,
      skipped,
      durationMs: operation.durationMs,
    },
    assets: { total: assetsTotal, byKind: folder.byKind },
    sample: await screen.step('Fetching a picture by its signed URL', () =>
      fetchSample(client, source.id, url, storage.certificates.ca),
    ),
  };
  const kinds = Object.entries(folder.byKind).map(([kind, count]) => `${count.toLocaleString('en')} ${kind}`);
  screen.line(`  ${assetsTotal.toLocaleString('en')} assets: ${kinds.join(', ')}.`);
  const { url: signInLink } = await client.call('createSignInLink');
  return { report, operation, signInLink };
}

/** Fetches the first 100 bytes of an image by its signed URL, as a page of Mooring's origin would. */
async function fetchSample(
  client: MooringClient,
  sourceId: string,
  origin: string,
  ca: string,
): Promise<Sample> {
  const { items } = await client.call('listAssets', { query: { sourceId, kind: 'image', limit: 1 } });
  const asset = items[0];
  if (!asset) throw new Error('There is no image to fetch: the sync brought none.');
  const signed = await client.call('signAssets', { body: { assetIds: [asset.id] } });
  const signedUrl = signed.items[0]?.url;
  if (!signedUrl) throw new Error(`Signing failed: ${signed.problems[0]?.problem.detail}`);
  const dispatcher = new Agent({ connect: { ca } });
  const answer = await request(signedUrl, { headers: { range: 'bytes=0-99', origin }, dispatcher });
  await answer.body.dump();
  await dispatcher.close();
  const header = (name: string) => answer.headers[name]?.toString() ?? null;
  return {
    assetId: asset.id,
    key: asset.key,
    signedUrl,
    status: answer.statusCode,
    contentRange: header('content-range'),
    corsAllowOrigin: header('access-control-allow-origin'),
  };
}
