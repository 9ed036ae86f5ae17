import type { Asset } from '@mooring/contract';
import { z } from 'zod';
import type { ClientFolder } from '../../../catalogue/client-folders.ts';
import { MooringError } from '../../../platform/problem.ts';
import { type ClientInput, read, requireAct } from '../client-route.ts';
import { heldUntilEnd } from '../hold.ts';
import { registerList } from '../register-list.ts';
import { flag, timeoutSeconds, uuid } from './fields.ts';
import { findMadeFolder } from './find-folder.ts';
import { isShown, providersOf } from './item-shape.ts';
import { findJob, jobShape } from './jobs.ts';
import { notAnswered } from './not-answered.ts';
import { LEGACY_LOCATIONS, NEW_LOCATION } from './storage-locations.ts';
import { fromUuid, toUuid } from './uuid.ts';

/** One answer holds all rows of a data set. */
const MOST_ROWS = 10_000;
const AT_ONCE = 1000;

const call = z.object({
  query_type: z.string().max(100),
  query_method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
  values: z.object({ uid: z.unknown(), payload: z.unknown() }).partial(),
});
const settings = z.object({ fetch_rows: flag, fetch_client_metadata: flag }).partial();
const ofDataset = z.object({ dataset_access_settings: settings.nullish() }).nullish();
const ofRows = z.object({
  title_eq: z.string().max(300).nullish(),
  data_hashes: z.array(uuid).max(1000).nullish(),
  dataset_access_settings: settings.nullish(),
});
const started = z.object({
  integrationId: uuid,
  ignoreErrors: flag,
  folderUuid: uuid.nullish(),
  files: z.record(z.string(), z.unknown()),
});
const polled = z.object({ process_hash: uuid, timeout_seconds: timeoutSeconds });

type Answer = (input: ClientInput, dataset: ClientFolder, payload: unknown) => Promise<unknown>;

/** By the query's type and method. */
const CALLS: Record<string, Answer> = {
  'dataset GET': async (input, dataset, payload) => {
    const { dataset_access_settings: asked } = read(ofDataset, payload) ?? {};
    const rows = asked?.fetch_rows ? await rowsOf(input, dataset) : { rows: [], location: NEW_LOCATION };
    return {
      title: dataset.name,
      description: dataset.description,
      dataset_type: rows.location.name,
      dataset_hash: toUuid(dataset.id),
      backing_folder_uuid: toUuid(dataset.id),
      data_rows: rows.rows,
    };
  },
  'datarows GET': async (input, dataset, payload) => {
    const { title_eq: title, data_hashes: hashes } = read(ofRows, payload);
    const { rows } = await rowsOf(input, dataset);
    return rows.filter(
      row =>
        (title == null || row.data_title === title) && (hashes == null || hashes.includes(row.data_hash)),
    );
  },
  'datasetdatalongpolling POST': async (input, dataset, payload) => {
    await requireAct(input, 'sources.change', 'registration.started');
    const { integrationId, ignoreErrors, folderUuid, files } = read(started, payload);
    const folder = folderUuid ? await findMadeFolder(input, folderUuid) : dataset;
    if (folder.id !== dataset.id) throw otherFolder();
    const connectionId = fromUuid('connection', integrationId, 'integration');
    const options = { connectionId, ignoreErrors };
    return { process_hash: toUuid((await registerList(input, folder, JSON.stringify(files), options)).id) };
  },
  'datasetdatalongpolling GET': async (input, _dataset, payload) => {
    await requireAct(input, 'operations.see', undefined);
    const { process_hash, timeout_seconds } = read(polled, payload);
    const { id } = await findJob(input, process_hash);
    const { itemsWithNames, unitErrors, ...job } = await jobShape(
      input,
      await heldUntilEnd(input, id, timeout_seconds),
    );
    return {
      ...job,
      dataHashesWithTitles: itemsWithNames.map(({ itemUuid, name }) => ({
        ...{ dataHash: itemUuid, title: name, backingItemUuid: itemUuid },
      })),
      dataUnitErrors: unitErrors,
    };
  },
};

/** One call of the older half: which it is stands in its body. */
export async function answerLegacy(input: ClientInput): Promise<unknown> {
  const { query_type, query_method, values } = read(call, input.body);
  const answer = CALLS[`${query_type} ${query_method}`];
  if (!answer) throw notAnswered(`${query_method} ${query_type}`);
  await requireAct(input, 'assets.see', undefined);
  const dataset = await findMadeFolder(input, datasetOf(input, values.uid), 'dataset');
  return { status: 200, response: await answer(input, dataset, values.payload ?? undefined) };
}

/** The body counts, because it is signed; the header where the body names none. */
function datasetOf({ request }: ClientInput, uid: unknown): string {
  const header = request.headers.resourceid;
  return typeof uid === 'string' ? uid : typeof header === 'string' ? header : '';
}

async function rowsOf(input: ClientInput, dataset: ClientFolder) {
  const { services, caller } = input;
  const sources = await services.catalogue.sourcesOfFolder(caller.workspaceId, dataset);
  const assets: Asset[] = [];
  for (const { id: sourceId } of sources)
    for (let cursor: string | undefined; ; ) {
      const filter = { sourceId, recursive: true, status: 'present' } as const;
      const page = await services.catalogue.listAssets(caller.workspaceId, filter, {
        cursor,
        limit: AT_ONCE,
      });
      assets.push(...page.items.filter(isShown));
      if (assets.length > MOST_ROWS) throw tooManyRows(dataset.name);
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
  const providers = await providersOf(input, assets);
  const locationOf = ({ connectionId }: Asset) =>
    LEGACY_LOCATIONS[providers.get(connectionId) ?? ''] ?? NEW_LOCATION;
  return {
    location: assets[0] ? locationOf(assets[0]) : NEW_LOCATION,
    rows: assets.map(asset => rowShape(asset, locationOf(asset).number)),
  };
}

function rowShape(asset: Asset, location: number) {
  const facts = asset.media?.facts;
  return {
    data_hash: toUuid(asset.id),
    data_title: asset.title ?? asset.name,
    data_type: ROW_TYPES[asset.kind] ?? asset.kind.toUpperCase(),
    created_at: asset.createdAt,
    last_edited_at: asset.updatedAt,
    width: facts?.width ?? null,
    height: facts?.height ?? null,
    file_link: asset.key,
    file_size: asset.sizeBytes,
    file_type: facts?.mediaType ?? asset.contentType,
    storage_location: location,
    client_metadata: asset.clientMetadata ?? {},
    frames_per_second: facts?.fps ?? null,
    duration: facts?.durationSeconds ?? null,
    backing_item_uuid: toUuid(asset.id),
  };
}
const ROW_TYPES: Partial<Record<Asset['kind'], string>> = { text: 'PLAIN_TEXT' };

const otherFolder = (): MooringError =>
  new MooringError('invalid_request', 'A data set is its own folder here, so its files go into no other.', {
    fix: 'Leave folder_uuid out.',
  });

const tooManyRows = (dataset: string): MooringError =>
  new MooringError(
    'invalid_request',
    `“${dataset}” has more than ${MOST_ROWS} rows; one answer cannot hold them.`,
    {
      fix: 'Open it with include_data_rows=False, and list the items of its backing folder.',
    },
  );
