import { type Asset, type AssetFilter, type AssetKind, assetFilter } from '@mooring/contract';
import { z } from 'zod';
import { MooringError, notFound } from '../../../platform/problem.ts';
import { type ClientInput, type ClientRoute, read } from '../client-route.ts';
import { clientMetadata, flag, name, paging, uuid } from './fields.ts';
import { findFolder } from './find-folder.ts';
import type { FolderView } from './folder-shape.ts';
import { ITEM_TYPES, isShown, itemShapes } from './item-shape.ts';
import { fromUuid } from './uuid.ts';

const listed = z.object({
  ...paging,
  search: z.string().max(200).optional(),
  isRecursive: flag,
  signUrls: flag,
  order: z.enum(['name', 'createdAt']).optional(),
  desc: flag,
  itemTypes: z
    .union([z.string().max(100), z.array(z.string().max(100)).max(50)])
    .optional()
    .transform(types => (types === undefined ? null : new Set([types].flat()))),
});
const bulk = z.object({ itemUuids: z.array(uuid).max(1000), signUrls: flag });
const patch = z.object({ name: name.nullish(), clientMetadata: clientMetadata.nullish() });
const patches = z.object({
  itemPatches: z
    .record(uuid, patch)
    .refine(all => Object.keys(all).length <= 1000, { error: 'expected at most 1000 items' }),
});

/** Items: found, opened, described. */
export const itemRoutes: ClientRoute[] = [
  {
    method: 'GET',
    path: '/v2/public/storage/folders/:folder/items',
    action: 'assets.see',
    answer: async input => list(input, await findFolder(input, input.params.folder!)),
  },
  {
    method: 'GET',
    path: '/v2/public/storage/items/:item',
    action: 'assets.see',
    answer: async input => {
      const { signUrl } = read(z.object({ signUrl: flag }), input.query);
      const [shape] = await itemShapes(input, [await findItem(input, input.params.item!)], signUrl);
      return shape;
    },
  },
  {
    method: 'POST',
    path: '/v2/public/storage/items/get-bulk',
    action: 'assets.see',
    answer: async input => {
      const { itemUuids, signUrls } = read(bulk, input.body);
      return { results: await itemShapes(input, await findItems(input, itemUuids), signUrls) };
    },
  },
  {
    method: 'GET',
    path: '/v2/public/storage/folders/:folder/items/:item/child-items',
    action: 'assets.see',
    answer: async input => {
      await findItem(input, input.params.item!);
      return { results: [] };
    },
  },
  {
    method: 'PATCH',
    path: '/v2/public/storage/folders/:folder/items/:item',
    action: 'sources.change',
    answer: async input => {
      const [shape] = await change(input, { [input.params.item!]: read(patch, input.body) });
      return shape;
    },
  },
  {
    method: 'PATCH',
    path: '/v2/public/storage/items/patch-bulk',
    action: 'sources.change',
    answer: async input => ({ results: await change(input, read(patches, input.body).itemPatches) }),
  },
  ...(['delete', 'move'] as const).map(
    (how): ClientRoute => ({
      method: 'POST',
      path: `/v2/public/storage/folders/:folder/items/${how}`,
      action: 'sources.change',
      answer: async () => {
        throw staysWithObject(how);
      },
    }),
  ),
];

/** One page, through the sources of the folder. Pages can be shorter than asked for, also empty, before the last. */
async function list(input: ClientInput, folder: FolderView) {
  const { services, caller } = input;
  const {
    pageSize: limit,
    pageToken,
    search,
    isRecursive,
    signUrls,
    order,
    desc,
    itemTypes,
  } = read(listed, input.query);
  if (
    order === 'createdAt' ||
    (order === 'name' && desc && 'sources' in folder.holds && folder.holds.sources.length > 1)
  )
    throw notInThisOrder();
  const places = placesOf(folder, isRecursive);
  const [from = '0', cursor = ''] = pageToken?.split('~', 2) ?? [];
  const place = places[Number(from)];
  if (!place) return { results: [], nextPageToken: null };
  const filter: AssetFilter = {
    ...assetFilter.parse({}),
    ...place,
    ...(search && { name: `"${search.replaceAll('"', '')}"` }),
    ...onlyKind(itemTypes),
  };
  const page = await services.catalogue.listAssets(caller.workspaceId, filter, {
    ...{ limit, cursor: cursor === '' ? undefined : cursor, sort: desc ? '-key' : 'key' },
  });
  const assets = page.items.filter(
    asset => isShown(asset) && (itemTypes === null || itemTypes.has(ITEM_TYPES[asset.kind]!)),
  );
  const next = page.nextCursor !== null ? `${from}~${page.nextCursor}` : `${Number(from) + 1}~`;
  const isLast = page.nextCursor === null && Number(from) + 1 >= places.length;
  return { results: await itemShapes(input, assets, signUrls), nextPageToken: isLast ? null : next };
}

/** What a folder holds, as filters: whole sources where lists were registered into it, else one folder. */
function placesOf({ holds, isSynced }: FolderView, recursive: boolean): Partial<AssetFilter>[] {
  if ('folderId' in holds) return [{ folderId: holds.folderId, recursive }];
  return holds.sources.map(({ id, folderId }) =>
    isSynced && !recursive ? { folderId, recursive } : { sourceId: id },
  );
}

function onlyKind(types: Set<string> | null): { kind?: AssetKind } {
  if (types?.size !== 1) return {};
  const kinds = Object.entries(ITEM_TYPES).filter(([, type]) => types.has(type));
  return kinds.length === 1 ? { kind: kinds[0]![0] as AssetKind } : {};
}

/** @throws MooringError `not_found`, also of one that the client has no word for */
async function findItem(input: ClientInput, itemUuid: string): Promise<Asset> {
  const [asset] = await findItems(input, [itemUuid]);
  return asset!;
}

/** In the order asked for. @throws MooringError `not_found` where one is missing */
async function findItems(
  { services, caller }: Pick<ClientInput, 'services' | 'caller'>,
  uuids: readonly string[],
): Promise<Asset[]> {
  const ids = uuids.map(each => fromUuid('asset', each, 'item'));
  const found = new Map(
    (await services.catalogue.getAssets(caller.workspaceId, ids))
      .filter(isShown)
      .map(asset => [asset.id, asset]),
  );
  return ids.map((id, at) => {
    const asset = found.get(id);
    if (!asset) throw notFound('item', uuids[at]!);
    return asset;
  });
}

async function change(input: ClientInput, changes: Record<string, z.output<typeof patch>>) {
  const assets = await findItems(input, Object.keys(changes));
  const described = Object.values(changes).map(({ name, clientMetadata }, at) => ({
    assetId: assets[at]!.id,
    ...(name && { title: name }),
    ...(clientMetadata && { clientMetadata }),
  }));
  await input.services.catalogue.describeAssets(input.caller.workspaceId, described);
  return itemShapes(input, await findItems(input, Object.keys(changes)), false);
}

const staysWithObject = (how: 'delete' | 'move'): MooringError =>
  new MooringError(
    'conflict',
    how === 'delete'
      ? 'Items cannot be deleted from here: an asset goes when its object goes, or with its source.'
      : 'Items cannot be moved: an asset stays in the folder that it was registered into.',
    {
      fix:
        how === 'delete'
          ? 'Delete the object in the storage and sync, or remove the source in Mooring.'
          : 'Register the objects into the other folder as well.',
    },
  );

const notInThisOrder = (): MooringError =>
  new MooringError('invalid_request', 'Items are listed in the order of their keys, not in this one.', {
    fix: 'Leave order out, or sort the items once they are listed.',
  });
