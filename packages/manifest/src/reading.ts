import type { ManifestFlags, ManifestItem, ManifestProblem, ManifestWarning } from './item.ts';

export const MANIFEST_FORMATS = [
  'mooring',
  'encord-json',
  'encord-data-items',
  'encord-csv',
  'v7',
  'v7-readonly',
  'cvat',
  'label-studio',
  'json',
  'json-lines',
  'url-list',
  'csv',
  'parquet',
] as const;
export type ManifestFormat = (typeof MANIFEST_FORMATS)[number];

/** The bytes of a manifest: a file, or chunks of any size. Only a file of Parquet is read without being kept. */
export type ManifestBytes = Blob | AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

/** Which column of a table is what. Columns that are not named here become client metadata. */
export interface ColumnMapping {
  address: string;
  title?: string;
  folder?: string;
  kind?: string;
}

export interface ReadOptions {
  /** Of a table; without it the headings say it. */
  columns?: ColumnMapping;
  /** `container` or `container/folder`: where the names of the file are that are no URL. Without it they say it. */
  base?: string;
  /** Go on after so many items and problems: `index` counts on, and what is before is not given. */
  skip?: number;
  /** Ends the reading with its reason. */
  signal?: AbortSignal;
}

/** A part of a manifest, in the order of the file. */
export interface ManifestBatch {
  format: ManifestFormat;
  items: ManifestItem[];
  problems: ManifestProblem[];
  /** What this batch left out or read in a lenient way; `addWarnings` puts those of batches together. */
  warnings: ManifestWarning[];
  /** What was seen so far. In JSON they can stand behind the items: only the last batch is sure to have them all. */
  flags: ManifestFlags;
  /** Items and problems so far, those that were skipped too: give it as `skip` to go on after this batch. */
  index: number;
  /** Of a table: the names of its columns. */
  headings?: string[];
  /** Bytes of the file as it is stored, so far. */
  bytesRead: number;
}
