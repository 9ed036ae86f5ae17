import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';
import { readCredential } from './credential.ts';
import { CREDENTIAL_HELP, type CredentialOptions, withCredentialOptions } from './credential-options.ts';
import { type LocationOptions, readLocation } from './location.ts';
import { renderConnection } from './render.ts';

const HELP = `
LOCATION is any address of the container or of a blob in it, such as
https://acme.blob.core.windows.net/photos/2026/; or give --account and --container.

${CREDENTIAL_HELP.trim()}

Examples:
  mooring connection add https://acme.blob.core.windows.net/photos \\
    --tenant-id 72f9… --client-id 1b2a… --client-secret-file secret.txt
  mooring connection add --account acme --container photos --sas-token-file - < sas.txt
  mooring connection add https://acme.blob.core.windows.net/photos --mooring-app --tenant-id 72f9…`;

/** Of an identity that others use too. */
const OWNER_FIRST =
  'It is used once the owner of the storage says that this workspace is wanted: see mooring connection setup.';

type Options = LocationOptions & CredentialOptions & { name?: string };

export function addConnection(parent: Command, io: Io): void {
  const command = parent
    .command('add')
    .summary('connect a container of Azure Blob Storage')
    .description('Connects a container of Azure Blob Storage. On a terminal, asks for what is missing.')
    .argument('[location]', 'an address of the container')
    .option('--name <name>', 'what to call it (default: the name of the container)')
    .option('--account <name>', 'the storage account')
    .option('--container <name>', 'the container')
    .option('--prefix <prefix>', 'only keys that begin with this')
    .option('--endpoint <url>', 'where the account answers, if not at https://ACCOUNT.blob.core.windows.net');
  withCredentialOptions(command)
    .addHelpText('after', HELP)
    .action(async (address: string | undefined, options: Options, command: Command) => {
      const { client, out } = await openSession(command, io);
      const { location, sasInAddress } = await readLocation(io, address, options);
      const installation = () => client.call('getInstallation');
      const credential = await readCredential(io, options, installation, sasInAddress);
      const connection = await client.call('createConnection', {
        body: { name: options.name ?? location.container, location, credential },
      });
      await out.one(connection, () => renderConnection(connection, out.style, io.now()));
      if (connection.ownership) out.note(`\n${OWNER_FIRST}`);
      out.note(`\nNext: mooring connection check ${connection.id}`);
    });
}
