import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';
import { type CredentialOptions, readCredential } from './credential.ts';
import { type LocationOptions, readLocation } from './location.ts';
import { renderConnection } from './render.ts';

const HELP = `
LOCATION is any address of the container or of a blob in it, such as
https://acme.blob.core.windows.net/photos/2026/; or give --account and --container.

The credential is an app registration (--tenant-id, --client-id and its secret) or an account SAS token.
Secrets come from a file (- for standard input), from MOORING_CLIENT_SECRET, MOORING_SAS_TOKEN and
MOORING_DELIVERY_SAS_TOKEN, or from a hidden question.

Examples:
  mooring connection add https://acme.blob.core.windows.net/photos \\
    --tenant-id 72f9… --client-id 1b2a… --client-secret-file secret.txt
  mooring connection add --account acme --container photos --sas-token-file - < sas.txt`;

type Options = LocationOptions & CredentialOptions & { name?: string };

export function addConnection(parent: Command, io: Io): void {
  parent
    .command('add')
    .summary('connect a container of Azure Blob Storage')
    .description('Connects a container of Azure Blob Storage. On a terminal, asks for what is missing.')
    .argument('[location]', 'an address of the container')
    .option('--name <name>', 'what to call it (default: the name of the container)')
    .option('--account <name>', 'the storage account')
    .option('--container <name>', 'the container')
    .option('--prefix <prefix>', 'only keys that begin with this')
    .option('--endpoint <url>', 'where the account answers, if not at https://ACCOUNT.blob.core.windows.net')
    .option('--tenant-id <id>', 'the directory (tenant) of the app registration')
    .option('--client-id <id>', 'the application (client) id of the app registration')
    .option('--client-secret-file <file>', 'its client secret, in a file')
    .option('--client-secret <secret>', 'the secret itself, for everybody on this machine to see')
    .option('--sas-token-file <file>', 'an account SAS token, in a file')
    .option('--sas-token <token>', 'the token itself, for everybody on this machine to see')
    .option('--delivery-sas-token-file <file>', 'a second token that grants only read on objects, in a file')
    .option('--delivery-sas-token <token>', 'that token itself, for everybody on this machine to see')
    .addHelpText('after', HELP)
    .action(async (address: string | undefined, options: Options, command: Command) => {
      const { client, out } = await openSession(command, io);
      const { location, sasInAddress } = await readLocation(io, address, options);
      const credential = await readCredential(io, options, sasInAddress);
      const connection = await client.call('createConnection', {
        body: { name: options.name ?? location.container, location, credential },
      });
      await out.one(connection, () => renderConnection(connection, out.style, io.now()));
      out.note(`\nNext: mooring connection check ${connection.id}`);
    });
}
