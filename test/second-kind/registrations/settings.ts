import { AZURE_SETTINGS } from '@mooring/azure/settings';
import type { KindSetting } from '@mooring/storage/server';
import { shelfServer } from '../shelf/server.ts';

export const KIND_SETTINGS: Readonly<Record<string, KindSetting>> = {
  ...AZURE_SETTINGS,
  ...shelfServer.settings,
};
