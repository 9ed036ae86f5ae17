import type { ExportedAsset } from './format.ts';

export type ColumnType = 'text' | 'whole' | 'number' | 'time';
export interface Column {
  name: string;
  type: ColumnType;
  of: (asset: ExportedAsset) => string | number | Date | null;
}

/** The columns of tables: CSV, Parquet and Arrow. JSON lines have the same names. */
export const COLUMNS: readonly Column[] = [
  { name: 'id', type: 'text', of: asset => asset.id },
  { name: 'name', type: 'text', of: asset => asset.name },
  { name: 'path', type: 'text', of: asset => asset.path },
  { name: 'url', type: 'text', of: asset => asset.url },
  { name: 'kind', type: 'text', of: asset => asset.kind },
  { name: 'mediaType', type: 'text', of: asset => asset.mediaType },
  { name: 'sizeBytes', type: 'whole', of: asset => asset.sizeBytes },
  { name: 'lastModified', type: 'time', of: asset => asset.lastModified },
  { name: 'etag', type: 'text', of: asset => asset.etag },
  { name: 'status', type: 'text', of: asset => (asset.isGone ? 'gone' : 'present') },
  { name: 'width', type: 'whole', of: asset => asset.width },
  { name: 'height', type: 'whole', of: asset => asset.height },
  { name: 'durationSeconds', type: 'number', of: asset => asset.durationSeconds },
  { name: 'frames', type: 'whole', of: asset => asset.frames },
  { name: 'fps', type: 'number', of: asset => asset.fps },
  { name: 'codec', type: 'text', of: asset => asset.codec },
  { name: 'title', type: 'text', of: asset => asset.title },
  { name: 'folderId', type: 'text', of: asset => asset.folderId },
  { name: 'sourceId', type: 'text', of: asset => asset.sourceId },
  { name: 'connectionId', type: 'text', of: asset => asset.connectionId },
  {
    name: 'clientMetadata',
    type: 'text',
    of: ({ clientMetadata }) => clientMetadata && JSON.stringify(clientMetadata),
  },
];
