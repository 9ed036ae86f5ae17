import type { CliKind } from '@mooring/storage/cli';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { addKindOption, chooseKind } from '../../kind/choose.ts';
import { addOptions, type Values } from '../../kind/options.ts';
import { alternatives, perKind, wordOf } from '../../kind/words.ts';
import { openSession } from '../../session.ts';
import { readCredential } from './credential.ts';
import { partsOf, readLocation } from './location.ts';
import { renderConnection } from './render.ts';

/** Of an identity that others use too. */
const OWNER_FIRST =
  'Mooring uses it after the owner of the storage has said that this workspace is wanted: see mooring connection setup.';

type Options = Values & { name?: string };

export function addConnection(parent: Command, io: Io, kinds: readonly CliKind[]): void {
  const containers = alternatives(
    kinds.map(({ kind: { words } }) => `a ${words.container} of ${words.service}`),
  );
  const container = wordOf(kinds, 'container');
  const command = parent
    .command('add')
    .summary(`connect ${containers}`)
    .description(`Connects ${containers}. On a terminal, asks for what is missing.`)
    .argument('[location]', `an address of the ${container}`)
    .option('--name <name>', `what to call it (default: the name of the ${container})`);
  addKindOption(command, kinds);
  addOptions(command, kinds.flatMap(optionsOf))
    .addHelpText('after', helpOf(kinds))
    .action(async (address: string | undefined, options: Options, command: Command) => {
      const { client, out } = await openSession(command, io);
      const cli = await chooseKind(io, kinds, optionsOf, { address, values: options });
      const { location, inAddress } = await readLocation(io, cli, address, options);
      const credential = await readCredential(io, cli, {
        ...{ values: options, location, accessMode: 'server', inAddress },
        installation: () => client.call('getInstallation'),
      });
      const connection = await client.call('createConnection', {
        body: {
          name: options.name ?? location.container,
          provider: cli.kind.id,
          location: partsOf(location),
          credential,
        },
      });
      await out.one(connection, () => renderConnection(connection, kinds, out.style, io.now()));
      if (connection.ownership) out.note(`\n${OWNER_FIRST}`);
      out.note(`\nNext: mooring connection check ${connection.id}`);
    });
}

const optionsOf = ({ location, credential }: CliKind) => [...location.options, ...credential.options];

const helpOf = (kinds: readonly CliKind[]): string => `
${perKind(
  kinds,
  ({ location, credential }) =>
    `LOCATION is ${location.help}, such as\n${location.example}; or give ${location.instead}.\n\n${credential.help}`,
)}

Examples:
${kinds.flatMap(({ examples }) => examples.add.map(line => `  mooring connection add ${line}`)).join('\n')}`;
