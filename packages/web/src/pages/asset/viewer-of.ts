import type { Asset, KnownFacts } from '@mooring/contract';

/** What decides how an asset is shown. */
export type Content = Pick<KnownFacts, 'mediaType' | 'kind'>;

export type Viewer =
  | 'image'
  | 'video'
  | 'audio'
  | 'pdf'
  | 'dicom'
  | 'nifti'
  | 'text'
  | 'json'
  | 'csv'
  | 'parquet';

const BY_TYPE: Partial<Record<string, Viewer>> = {
  'application/json': 'json',
  'text/csv': 'csv',
  'text/tab-separated-values': 'csv',
  'application/vnd.apache.parquet': 'parquet',
};

const BY_KIND: Partial<Record<Content['kind'], Viewer>> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  pdf: 'pdf',
  dicom: 'dicom',
  nifti: 'nifti',
  text: 'text',
};

/** Which viewer shows it; null: none does. */
export const viewerOf = ({ mediaType, kind }: Content): Viewer | null =>
  BY_TYPE[mediaType] ?? BY_KIND[kind] ?? null;

/** Images that browsers show, by their names; others of the kind need a viewer that their bytes decide on. */
const PLAIN_IMAGE = /\.(avif|bmp|gif|ico|jfif|jpe?g|a?png|svg|webp)$/i;

/**
 * What an asset holds, as far as it is known without reading it: by its facts. A name decides only where it names an
 * image of every day, or where a probe has found nothing. Null: its first bytes have to be read.
 */
export function knownContent({ media, kind, name, sizeBytes }: Asset): Content | null {
  if (media?.facts) return media.facts;
  const isByName = media !== null || sizeBytes === 0 || (kind === 'image' && PLAIN_IMAGE.test(name));
  return isByName ? { mediaType: '', kind } : null;
}
