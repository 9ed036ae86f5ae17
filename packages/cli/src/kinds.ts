import { azureCli } from '@mooring/azure/cli';
import { directCli } from '@mooring/direct/cli';
import { s3Cli } from '@mooring/s3/cli';
import type { CliKind } from '@mooring/storage/cli';

/** The storage kinds that this command line knows. */
export const KINDS: readonly CliKind[] = [azureCli, s3Cli, directCli];
