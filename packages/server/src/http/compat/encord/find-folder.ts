import type { Folder } from '@mooring/contract';
import type { ClientFolder } from '../../../catalogue/client-folders.ts';
import { notFound } from '../../../platform/problem.ts';
import type { ClientInput } from '../client-route.ts';
import type { FolderStep, FolderView } from './folder-shape.ts';
import { fromUuid } from './uuid.ts';

type Asked = Pick<ClientInput, 'services' | 'caller'>;

/** Deeper ones do not say their whole path. */
const MOST_STEPS = 100;

/** The folder that a UUID is. @throws MooringError `not_found` */
export async function findFolder(asked: Asked, uuid: string, what = 'folder'): Promise<FolderView> {
  const id = fromUuid('folder', uuid, what);
  const { services, caller } = asked;
  const made = await services.catalogue.findClientFolder(caller.workspaceId, id);
  if (made) return viewOfMade(asked, made);
  const folder = await services.catalogue.getFolder(caller.workspaceId, id).catch(() => {
    throw notFound(what, uuid);
  });
  return viewOfCatalogue(asked, folder);
}

/** The folder that a client made. @throws MooringError `not_found` */
export async function findMadeFolder(
  { services, caller }: Asked,
  uuid: string,
  what = 'folder',
): Promise<ClientFolder> {
  const made = await services.catalogue.findClientFolder(caller.workspaceId, fromUuid('folder', uuid, what));
  if (!made) throw notFound(what, uuid);
  return made;
}

export async function viewOfMade({ services, caller }: Asked, made: ClientFolder): Promise<FolderView> {
  const { catalogue } = services;
  const path: FolderStep[] = [made];
  for (let at: ClientFolder | null = made; at?.parentId && path.length < MOST_STEPS; ) {
    at = await catalogue.findClientFolder(caller.workspaceId, at.parentId);
    if (at) path.push(at);
  }
  const sources = await catalogue.sourcesOfFolder(caller.workspaceId, made);
  const { id, parentId, name, description, clientMetadata, createdAt, updatedAt } = made;
  return {
    ...{ id, parentId, name, description, clientMetadata, createdAt, updatedAt, made, path },
    owner: made.madeBy,
    holds: { sources },
    isSynced: made.sourceId !== null,
    connectionId: sources[0]?.connectionId ?? null,
  };
}

/** @param known the way up from its parent, where that is known */
export async function viewOfCatalogue(
  { services: { catalogue }, caller }: Asked,
  folder: Folder,
  known?: FolderStep[],
): Promise<FolderView> {
  const path: FolderStep[] = [folder, ...(known ?? [])];
  if (!known)
    for (let at = folder; at.parentId !== null && path.length < MOST_STEPS; path.push(at))
      at = await catalogue.getFolder(caller.workspaceId, at.parentId);
  const source = folder.sourceId && (await catalogue.getSource(caller.workspaceId, folder.sourceId));
  const at = source ? new Date(source.createdAt) : new Date(0);
  return {
    ...{ id: folder.id, parentId: folder.parentId, name: folder.name, path },
    ...{ made: null, description: '', clientMetadata: null, createdAt: at, updatedAt: at },
    owner: caller.workspace.name,
    holds: { folderId: folder.id },
    isSynced: source ? source.registeredAs === null : false,
    connectionId: source ? source.connectionId : null,
  };
}
