import type { Asset } from '@mooring/contract';
import type { Clock } from '@mooring/storage/server';
import { createAssets } from './assets.ts';
import { createClientFolders } from './client-folders.ts';
import type { Db } from './db.ts';
import { type AssetDescription, describeAssets } from './describe-assets.ts';
import { createFolders } from './folders.ts';
import { noteArchived } from './note-archived.ts';
import { createProfiles } from './profiles.ts';
import { createSources } from './sources.ts';
import { createWorkspaces } from './workspaces.ts';

/** What is in the storage, as last synced: sources, their folders and their assets; and how many there may be. */
export const createCatalogue = ({ db, clock }: { db: Db; clock: Clock }) => ({
  ...createSources({ db, clock }),
  ...createFolders({ db }),
  ...createClientFolders({ db, clock }),
  ...createAssets({ db }),
  ...createProfiles({ db, clock }),
  ...createWorkspaces({ db }),
  describeAssets: (workspaceId: string, descriptions: readonly AssetDescription[]) =>
    describeAssets(db, workspaceId, descriptions),
  noteArchived: (workspaceId: string, asset: Asset) => noteArchived({ db, clock }, workspaceId, asset),
});
export type Catalogue = ReturnType<typeof createCatalogue>;
