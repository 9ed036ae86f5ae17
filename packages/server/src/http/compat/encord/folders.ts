import { ASSET_KINDS, type AssetKind, type Folder } from '@mooring/contract';
import { z } from 'zod';
import { MooringError } from '../../../platform/problem.ts';
import { type ClientInput, type ClientRoute, read } from '../client-route.ts';
import { createSyncedFolder } from './cloud-sync.ts';
import { clientMetadata, description, name, paging, uuid } from './fields.ts';
import { findFolder, findMadeFolder, viewOfCatalogue, viewOfMade } from './find-folder.ts';
import { type FolderView, folderShape } from './folder-shape.ts';
import { fromUuid } from './uuid.ts';

const create = z.object({
  name,
  description: description.nullish(),
  parent: uuid.nullish(),
  clientMetadata: clientMetadata.nullish(),
  cloudSyncedFolderParams: z
    .object({ integrationUuid: uuid, remoteUrl: z.string().min(1).max(4000) })
    .nullish(),
});
const change = z.object({
  name: name.nullish(),
  description: description.nullish(),
  clientMetadata: clientMetadata.nullish(),
});
const listed = z.object({ ...paging, search: z.string().max(200).optional() });

/** Folders: made, listed, changed, counted. */
export const folderRoutes: ClientRoute[] = [
  {
    method: 'POST',
    path: '/v2/public/storage/folders',
    action: 'sources.change',
    audit: 'source.created',
    answer: async input => {
      const { services, caller } = input;
      const { cloudSyncedFolderParams: synced, parent, ...asked } = read(create, input.body);
      const parentId = parent ? fromUuid('folder', parent) : null;
      const sourceId = synced ? await createSyncedFolder(input, synced, asked.name) : null;
      const made = await services.catalogue.createClientFolder(
        caller.workspaceId,
        {
          name: asked.name,
          description: asked.description ?? '',
          clientMetadata: asked.clientMetadata ?? null,
          ...{ parentId, sourceId },
        },
        caller.name,
      );
      return folderShape(caller, await viewOfMade(input, made));
    },
  },
  {
    method: 'GET',
    path: '/v2/public/storage/folders/:folder',
    action: 'assets.see',
    answer: async input => folderShape(input.caller, await findFolder(input, input.params.folder!)),
  },
  {
    method: 'PATCH',
    path: '/v2/public/storage/folders/:folder',
    action: 'sources.change',
    answer: async input => {
      const { id } = await findMadeFolder(input, input.params.folder!);
      const changes = read(change, input.body);
      const made = await input.services.catalogue.updateClientFolder(input.caller.workspaceId, id, {
        ...(changes.name && { name: changes.name }),
        ...(changes.description != null && { description: changes.description }),
        ...(changes.clientMetadata != null && { clientMetadata: changes.clientMetadata }),
      });
      return folderShape(input.caller, await viewOfMade(input, made));
    },
  },
  {
    method: 'DELETE',
    path: '/v2/public/storage/folders/:folder',
    action: 'sources.change',
    answer: async input => {
      const folder = await findFolder(input, input.params.folder!);
      if (!folder.made || (await holdsAnything(input, folder))) throw notEmpty(folder.name);
      await input.services.catalogue.deleteClientFolder(input.caller.workspaceId, folder.id);
      return undefined;
    },
  },
  {
    method: 'GET',
    path: '/v2/public/storage/folders',
    action: 'assets.see',
    answer: input => list(input, null),
  },
  {
    method: 'GET',
    path: '/v2/public/storage/search/folders',
    action: 'assets.see',
    answer: input => list(input, undefined),
  },
  {
    method: 'GET',
    path: '/v2/public/storage/folders/:folder/folders',
    action: 'assets.see',
    answer: async input => list(input, await findFolder(input, input.params.folder!)),
  },
  {
    method: 'GET',
    path: '/v2/public/storage/folders/:folder/summary',
    action: 'assets.see',
    answer: async input => summary(input, await findFolder(input, input.params.folder!)),
  },
];

const holdsAnything = async (
  { services, caller }: ClientInput,
  { id, holds }: FolderView,
): Promise<boolean> =>
  !('sources' in holds) ||
  holds.sources.length > 0 ||
  (await services.catalogue.listClientFolders(caller.workspaceId, { parentId: id, limit: 1 })).length > 0;

/**
 * Folders that clients made come first, then those of the catalogue.
 * @param parent null: the top ones; undefined: all that clients made, and the top ones of the catalogue
 */
async function list(input: ClientInput, parent: FolderView | null | undefined) {
  const { services, caller } = input;
  const { pageSize: limit, pageToken, search } = read(listed, input.query);
  const [stage = 'made', place = ''] = pageToken?.split('~', 2) ?? [];
  const named = (each: { name: string }) =>
    search === undefined || each.name.toLowerCase().includes(search.toLowerCase());
  const { workspaceId } = caller;
  if (stage === 'made') {
    const parentId = parent === undefined ? undefined : (parent?.id ?? null);
    const rows = await services.catalogue.listClientFolders(workspaceId, {
      ...{ parentId, search, after: place, limit },
    });
    if (rows.length > 0) {
      const results = await Promise.all(
        rows.map(async made => folderShape(caller, await viewOfMade(input, made))),
      );
      return { results, nextPageToken: rows.length === limit ? `made~${rows.at(-1)!.id}` : 'catalogue~' };
    }
  }
  const within = inCatalogue(parent);
  if (within === null) return { results: [], nextPageToken: null };
  const cursor = stage === 'catalogue' && place !== '' ? place : undefined;
  const page = await services.catalogue.listFolders(workspaceId, { ...within, cursor, limit });
  const theirs = await services.catalogue.clientFoldersOf(
    workspaceId,
    page.items.flatMap(({ sourceId, parentId }) => (sourceId && parentId === null ? [sourceId] : [])),
  );
  const shown = page.items.filter(
    each => named(each) && !(each.parentId === null && each.sourceId && theirs.has(each.sourceId)),
  );
  const results = await Promise.all(
    shown.map(async folder => folderShape(caller, await viewOfCatalogue(input, folder, parent?.path ?? []))),
  );
  return { results, nextPageToken: page.nextCursor && `catalogue~${page.nextCursor}` };
}

/** The folder of the catalogue whose folders are in one; null: there are none. */
function inCatalogue(parent: FolderView | null | undefined): { parentId?: string } | null {
  if (!parent) return {};
  if ('folderId' in parent.holds) return { parentId: parent.holds.folderId };
  const [source] = parent.holds.sources;
  return parent.isSynced && source ? { parentId: source.folderId } : null;
}

/** The names of the counts, by the kind of the assets. */
const COUNTED: Partial<Record<AssetKind, string>> = {
  ...{ video: 'videos', image: 'images', dicom: 'dicomFiles', nifti: 'niftis' },
  ...{ audio: 'audios', pdf: 'pdfs', text: 'plainTexts' },
};
const NOT_HERE = { imageGroups: 0, imageSequences: 0, dicomSeries: 0 };

async function summary({ services: { catalogue }, caller: { workspaceId } }: ClientInput, view: FolderView) {
  const isMade = 'sources' in view.holds;
  const ids =
    'sources' in view.holds ? view.holds.sources.map(({ folderId }) => folderId) : [view.holds.folderId];
  const folders: Folder[] = await Promise.all(ids.map(id => catalogue.getFolder(workspaceId, id)));
  const below = view.made
    ? await catalogue.listClientFolders(workspaceId, { parentId: view.id, limit: 10_000 })
    : [];
  const sum = (of: (folder: Folder) => number) => folders.reduce((all, folder) => all + of(folder), 0);
  const count = (kind: AssetKind) => sum(({ byKind }) => byKind[kind] ?? 0);
  const shown = ASSET_KINDS.filter(kind => COUNTED[kind]);
  const gone =
    'sources' in view.holds
      ? view.holds.sources.reduce((all, { goneCount }) => all + goneCount, 0)
      : await countGone(catalogue, workspaceId, view.holds.folderId);
  return {
    ...NOT_HERE,
    ...Object.fromEntries(shown.map(kind => [COUNTED[kind], count(kind)])),
    files: shown.reduce((all, kind) => all + count(kind), 0),
    folders: below.length + (isMade && !view.isSynced ? 0 : sum(({ childCount }) => childCount)),
    tombstones: gone,
    uploadJobs: view.made ? await catalogue.countJobs(workspaceId, view.made) : 0,
    totalSize: sum(({ total }) => Number(total.sizeBytes)),
  };
}

const countGone = async (
  catalogue: ClientInput['services']['catalogue'],
  workspaceId: string,
  folderId: string,
): Promise<number> =>
  (await catalogue.assetFacets(workspaceId, { folderId, recursive: true, status: 'gone' })).total;

const notEmpty = (folder: string): MooringError =>
  new MooringError('conflict', `“${folder}” holds assets or folders, so it cannot be deleted from here.`, {
    fix: 'Remove its source in Mooring. The storage is not touched.',
  });
