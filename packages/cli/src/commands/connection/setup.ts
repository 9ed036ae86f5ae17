import {
  joinSetup,
  SETUP_FORMATS,
  SETUP_SECTIONS,
  type SetupFormat,
  type SetupRequest,
  type SetupSectionId,
} from '@mooring/contract';
import { type Command, Option } from 'commander';
import type { Io } from '../../io.ts';
import { relative } from '../../output/quantity.ts';
import { findConnection } from '../../resolve.ts';
import { openSession } from '../../session.ts';
import { readLocation } from './location.ts';
import { IDENTITY_KINDS, type SetupOptions, setupIdentity, setupIdentityOf } from './setup-identity.ts';

const HELP = `
LOCATION is any address of the container or of a blob in it; or give --account and --container, or --connection.

Examples:
  mooring connection setup https://acme.blob.core.windows.net/photos > setup.sh
  mooring connection setup --connection photos --format terraform > main.tf
  mooring connection setup --connection photos --section removal
  mooring connection setup --connection photos --share`;

type Options = SetupOptions & {
  account?: string;
  container?: string;
  prefix?: string;
  endpoint?: string;
  connection?: string;
  narrowing: 'container' | 'abac' | 'custom-role';
  renditionPrefix?: string;
  origin?: string[];
  eventQueue?: string;
  subscription?: string;
  resourceGroup?: string;
  format: SetupFormat;
  section?: SetupSectionId[];
  share?: boolean;
};

export function setupConnection(parent: Command, io: Io): void {
  parent
    .command('setup')
    .summary('print what to run in Azure')
    .description(
      'Prints what an administrator runs in Azure, with the values filled in. Changes nothing itself.',
    )
    .argument('[location]', 'an address of the container')
    .option('--connection <connection>', 'a connection, by its id or name, in place of a location')
    .option('--account <name>', 'the storage account')
    .option('--container <name>', 'the container')
    .option('--prefix <prefix>', 'only keys that begin with this')
    .option('--endpoint <url>', 'where the account answers, if not at https://ACCOUNT.blob.core.windows.net')
    .addOption(new Option('--identity <kind>', 'whom to let in').choices(IDENTITY_KINDS))
    .option('--client-id <id>', 'the app registration; without it one is made')
    .addOption(
      new Option('--credential <kind>', 'how the app registration is to sign in').choices([
        'secret',
        'certificate',
        'federated',
      ]),
    )
    .option('--principal-id <id>', 'the object id of the managed identity')
    .addOption(
      new Option('--narrowing <way>', 'how the grant is narrowed')
        .choices(['container', 'abac', 'custom-role'])
        .default('container'),
    )
    .option('--rendition-prefix <prefix>', 'where Mooring may write; without it, nowhere')
    .option('--origin <origin...>', 'pages that load from the storage (default: those of the installation)')
    .option('--event-queue <name>', 'a queue to send changes to')
    .option('--subscription <id>', 'the subscription of the account')
    .option('--resource-group <name>', 'the resource group of the account')
    .addOption(new Option('--format <format>', 'what to print').choices(SETUP_FORMATS).default('az-cli'))
    .addOption(
      new Option('--section <section...>', 'only these (default: all but removal)').choices(SETUP_SECTIONS),
    )
    .option('--share', 'print a link instead, which shows it without signing in, for 14 days')
    .addHelpText('after', HELP)
    .action(async (address: string | undefined, options: Options, command: Command) => {
      const { client, out } = await openSession(command, io);
      const [installation, connection] = await Promise.all([
        client.call('getInstallation'),
        options.connection === undefined ? null : findConnection(client, options.connection),
      ]);
      const { location } = connection ?? (await readLocation(io, address, options));
      const body: SetupRequest = {
        location,
        identity:
          connection && options.identity === undefined
            ? setupIdentityOf(connection.credential, installation, io.now())
            : setupIdentity(options, installation, io.now()),
        narrowing: options.narrowing,
        renditionPrefix: options.renditionPrefix ?? connection?.renditionPrefix ?? null,
        origins: options.origin ?? installation.origins,
        eventQueue: options.eventQueue ?? null,
        subscriptionId: options.subscription ?? null,
        resourceGroup: options.resourceGroup ?? null,
        ownership: connection?.ownership
          ? { token: connection.ownership.token, markerKey: connection.ownership.markerKey }
          : null,
      };
      if (options.share) {
        const link = await client.call('createSetupLink', { body });
        await out.one(link, () => `${link.url}\n`);
        out.note(`It opens without signing in until it expires ${relative(link.expiresAt, io.now())}.`);
        return;
      }
      const document = await client.call('generateSetup', { body });
      await out.one(document, () => joinSetup(document, options.format, options.section));
    });
}
