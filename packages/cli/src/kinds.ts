import { azureCli } from '@mooring/azure/cli';
import type { CliKind } from '@mooring/storage/cli';

/** The storage kinds that this command line knows. */
export const KINDS: readonly CliKind[] = [azureCli];
