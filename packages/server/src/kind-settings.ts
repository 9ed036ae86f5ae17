import { AZURE_SETTINGS } from '@mooring/azure/settings';
import { S3_SETTINGS } from '@mooring/s3/settings';
import type { KindSetting } from '@mooring/storage/server';

/** What the operator can set of the storage kinds, by the names in the configuration. Loads nothing else of them. */
export const KIND_SETTINGS: Readonly<Record<string, KindSetting>> = {
  ...AZURE_SETTINGS,
  ...S3_SETTINGS,
};
