import type { ManifestFormat } from '@mooring/manifest';

/** How people name the formats of lists. */
export const FORMAT_WORDS: Record<ManifestFormat, string> = {
  mooring: 'Mooring’s own manifest',
  'encord-json': 'Encord upload, JSON',
  'encord-data-items': 'Encord data items, JSON',
  'encord-csv': 'Encord upload, CSV',
  v7: 'V7 registration',
  'v7-readonly': 'V7 registration, read-only storage',
  cvat: 'CVAT manifest',
  'label-studio': 'Label Studio tasks',
  json: 'JSON',
  'json-lines': 'JSON lines',
  'url-list': 'One URL or path a line',
  csv: 'CSV',
  parquet: 'Parquet',
};
