import { azureCli } from '@mooring/azure/cli';
import type { CliKind } from '@mooring/storage/cli';
import { shelfCli } from '../shelf/cli.ts';

export const KINDS: readonly CliKind[] = [azureCli, shelfCli];
