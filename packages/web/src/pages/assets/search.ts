import { ARCHIVE_STATES, type ArchiveState, ASSET_KINDS, type AssetKind } from '@mooring/contract';
import { secretIn } from '@/storage-kind.ts';

/** What is shown of the assets, as the address has it. All of it is optional, and all of it is text. */
export interface AssetSearch {
  folder?: string;
  kind?: AssetKind;
  archiveState?: ArchiveState;
  name?: string;
  /** Tombstones instead of what is present. */
  status?: 'gone';
  view?: 'table';
  /** The asset that has the focus in the list. */
  asset?: string;
}

/** Reads the address leniently: what makes no sense is left out. */
export function readAssetSearch(search: Record<string, unknown>): AssetSearch {
  const text = (name: string) =>
    typeof search[name] === 'string' && search[name] !== '' ? search[name] : undefined;
  const folder = text('folder');
  const kind = ASSET_KINDS.find(known => known === search.kind);
  const archiveState = ARCHIVE_STATES.find(known => known === search.archiveState);
  const name = text('name')?.slice(0, 1024);
  const asset = text('asset');
  return {
    ...(folder?.startsWith('fld_') ? { folder } : {}),
    ...(kind ? { kind } : {}),
    ...(archiveState ? { archiveState } : {}),
    ...(name && secretIn(name) === null ? { name } : {}),
    ...(search.status === 'gone' ? { status: 'gone' as const } : {}),
    ...(search.view === 'table' ? { view: 'table' as const } : {}),
    ...(asset?.startsWith('ast_') ? { asset } : {}),
  };
}

/** The part of it that chooses which assets there are. */
export type AssetSelection = Pick<AssetSearch, 'folder' | 'kind' | 'archiveState' | 'name' | 'status'>;

/** The same as the API's filter. */
export const toFilter = ({ folder, kind, archiveState, name, status }: AssetSelection) => ({
  ...(folder ? { folderId: folder } : {}),
  ...(kind ? { kind } : {}),
  ...(archiveState ? { archiveState } : {}),
  ...(name ? { name } : {}),
  ...(status ? { status } : {}),
});
