import { may } from '@mooring/contract';
import type { Caller } from '../../../access/caller.ts';
import type { ClientFolder, FolderSource } from '../../../catalogue/client-folders.ts';
import { toUuid } from './uuid.ts';

/** A step of the way from a folder up to the top. */
export interface FolderStep {
  id: string;
  parentId: string | null;
  name: string;
}

/** A folder as this client knows it: one that a client made, or one of the catalogue. */
export interface FolderView extends FolderStep {
  /** What a client made; null: the catalogue has it from a source. */
  made: ClientFolder | null;
  /** What it holds: whole sources, or a folder of one. */
  holds: { sources: FolderSource[] } | { folderId: string };
  description: string;
  clientMetadata: Record<string, unknown> | null;
  owner: string;
  createdAt: Date;
  updatedAt: Date;
  isSynced: boolean;
  connectionId: string | null;
  /** Itself, and up to the top. */
  path: FolderStep[];
}

/** The JSON of a folder. The client fails where a key is missing. */
export const folderShape = (caller: Caller, folder: FolderView) => ({
  ...stepShape(folder),
  uuid: toUuid(folder.id),
  parent: folder.parentId && toUuid(folder.parentId),
  description: folder.description,
  clientMetadata: folder.clientMetadata && JSON.stringify(folder.clientMetadata),
  owner: folder.owner,
  createdAt: folder.createdAt.toISOString(),
  lastEditedAt: folder.updatedAt.toISOString(),
  userRole: may(caller, 'sources.change') ? 'admin' : 'user',
  pathToRoot: folder.path.map(stepShape),
  folderType: folder.isSynced ? 'cloudLinked' : 'generic',
  integrationHash: folder.isSynced && folder.connectionId ? toUuid(folder.connectionId) : null,
  remoteUrl: null,
});

const stepShape = ({ id, parentId, name }: FolderStep) => ({
  ...{ uuid: toUuid(id), parentUuid: parentId && toUuid(parentId), name, syncedDatasetHash: null },
});
