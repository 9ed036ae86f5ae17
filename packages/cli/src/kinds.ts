import { azureCli } from '@mooring/azure/cli';
import { directCli } from '@mooring/direct/cli';
import type { CliKind } from '@mooring/storage/cli';

/** The storage kinds that this command line knows. */
export const KINDS: readonly CliKind[] = [azureCli, directCli];
