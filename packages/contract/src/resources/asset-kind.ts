import { z } from 'zod';

/** `points`: clouds of points; `mesh`: surfaces in space; `array`: numbers in any number of dimensions. */
export const assetKind = z.enum([
  'image',
  'video',
  'audio',
  'pdf',
  'dicom',
  'nifti',
  'text',
  'table',
  'points',
  'mesh',
  'array',
  'other',
]);
export type AssetKind = z.infer<typeof assetKind>;

export const ASSET_KINDS = assetKind.options;
