import type { AssetKind } from '@mooring/contract';
import type { WalkedAsset } from '../catalogue/walk-assets.ts';

/** An asset with the address under which the other tool finds it. */
export interface ExportedAsset extends WalkedAsset {
  /** The last part of its key. */
  name: string;
  /** Container and key: `container/folder/a.jpg`. */
  path: string;
  /** A link or a signed URL; null where paths are asked for, or where it cannot be signed. */
  url: string | null;
}

/** Reads the assets of the export, all or those of some kinds, from the beginning each time. */
export type ReadAssets = (kinds?: readonly AssetKind[]) => AsyncIterable<ExportedAsset[]>;

/**
 * Writes an export piece by piece, holding no more than a batch.
 * @param isContinued it goes on where another one was cut off, so it writes no heading
 */
export type WriteExport = (
  read: ReadAssets,
  options: { isContinued: boolean },
) => AsyncIterable<string | Uint8Array>;

/** The address that the other tool opens: a URL where there is one, else the path. */
export const addressOf = ({ url, path }: ExportedAsset): string => url ?? path;
