import { type Asset, assetFilter } from '@mooring/contract';
import { z } from 'zod';
import { notFound } from '../../../platform/problem.ts';
import { type ClientInput, type ClientRoute, read } from '../client-route.ts';
import { datasetsOf } from './datasets.ts';

const query = z.object({
  'dataset_ids[]': z.coerce.number().int(),
  'page[size]': z.coerce.number().int().min(1).max(1000).default(500),
  'page[from]': z.string().max(10_000).optional(),
  'item_names[]': z
    .union([z.string().max(1000), z.array(z.string().max(1000)).max(1000)])
    .optional()
    .transform(names => (names === undefined ? null : new Set([names].flat()))),
});

/** Items are assets. */
export const itemRoutes: ClientRoute[] = [
  { method: 'GET', path: '/api/v2/teams/:team/items', action: 'assets.see', answer: list },
];

/** One page, through the sources of the dataset. */
async function list(input: ClientInput) {
  const { services, caller } = input;
  const asked = read(query, input.query);
  const number = asked['dataset_ids[]'];
  const dataset = (await datasetsOf(input)).find(each => each.number === number);
  if (!dataset) throw notFound('dataset', `${number}`);
  const sources = await services.catalogue.sourcesOfFolder(caller.workspaceId, dataset);
  const [from = '0', cursor = ''] = asked['page[from]']?.split('~', 2) ?? [];
  const at = Number(from);
  const source = sources[at];
  if (!source) return { items: [], page: { next: null } };
  const page = await services.catalogue.listAssets(
    caller.workspaceId,
    { ...assetFilter.parse({}), sourceId: source.id },
    { cursor: cursor === '' ? undefined : cursor, limit: asked['page[size]'] },
  );
  const names = asked['item_names[]'];
  const items = page.items.filter(({ title, name }) => names?.has(title ?? name) ?? true);
  const next =
    page.nextCursor !== null ? `${at}~${page.nextCursor}` : at + 1 < sources.length ? `${at + 1}~` : null;
  return { items: items.map(asset => itemShape(asset, number)), page: { next } };
}

function itemShape(asset: Asset, datasetId: number) {
  const name = asset.title ?? asset.name;
  const directory = asset.key.split('/').slice(0, -1).join('/');
  const slot = { slot_name: '0', file_name: name, size_bytes: asset.sizeBytes, type: asset.kind };
  return {
    ...{ id: asset.id, name, path: `/${directory}`, status: 'new', archived: false, dataset_id: datasetId },
    slots: [slot],
    layout: { type: 'simple', version: 1, slots: ['0'] },
  };
}
