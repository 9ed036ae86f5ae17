import { azureServer } from '@mooring/azure/server';
import type { ServerKind } from '@mooring/storage/server';
import { shelfServer } from '../shelf/server.ts';

export const STORAGE_KINDS: readonly ServerKind[] = [azureServer, shelfServer];
