import { azureServer } from '@mooring/azure/server';
import { directServer } from '@mooring/direct/server';
import { s3Server } from '@mooring/s3/server';
import type { ServerKind } from '@mooring/storage/server';

/** The storage kinds of the server, a line each. The first is the one that is meant where none is named. */
export const STORAGE_KINDS: readonly ServerKind[] = [azureServer, s3Server, directServer];
