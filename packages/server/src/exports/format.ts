import type { AssetKind, Split } from '@mooring/contract';
import type { Table } from './columns.ts';

/** An asset with the address under which the other tool finds it. Facts of the content are null where it is not probed. */
export interface ExportedAsset {
  id: string;
  /** The last part of its key. */
  name: string;
  /** Container and key: `container/folder/a.jpg`. */
  path: string;
  key: string;
  /** A link or a signed URL; null where paths are asked for, or where it cannot be signed. */
  url: string | null;
  kind: AssetKind;
  mediaType: string | null;
  sizeBytes: number;
  etag: string;
  title: string | null;
  width: number | null;
  height: number | null;
  durationSeconds: number | null;
  fps: number | null;
  /** Of the version of a dataset. */
  split: Split | null;
  tags: string[];
  clientMetadata: Record<string, unknown> | null;
}

/** The assets of an export, from the beginning each time. No more is held than a batch. */
export interface ExportedAssets {
  /** All or those of some kinds, one by one. */
  read: (kinds?: readonly AssetKind[]) => AsyncIterable<ExportedAsset[]>;
  /** All, as columns: ten times as fast. */
  tables: () => AsyncIterable<Table>;
}

/**
 * Writes an export piece by piece, holding no more than a batch.
 * @param isContinued it goes on where another one was cut off, so it writes no heading
 */
export type WriteExport = (
  assets: ExportedAssets,
  options: { isContinued: boolean },
) => AsyncIterable<string | Uint8Array>;

/** The address that the other tool opens: a URL where there is one, else the path. */
export const addressOf = ({ url, path }: ExportedAsset): string => url ?? path;
