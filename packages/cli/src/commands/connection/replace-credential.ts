import type { CliKind } from '@mooring/storage/cli';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { findKind } from '../../kind/choose.ts';
import { addOptions, refuseForeign, type Values } from '../../kind/options.ts';
import { perKind } from '../../kind/words.ts';
import { findConnection } from '../../resolve.ts';
import { openSession } from '../../session.ts';
import { readCredential } from './credential.ts';
import { renderConnection } from './render.ts';

type Options = Values & { acceptLess?: boolean };

export function replaceCredential(parent: Command, io: Io, kinds: readonly CliKind[]): void {
  const command = parent
    .command('credential')
    .summary('replace the credential of a connection, or link it again')
    .description(
      'Replaces the credential of a connection. Mooring tries the new one first, and refuses it if it grants less than is ' +
        'in use; the old one works until then. It also links an unlinked connection again.',
    )
    .argument('<connection>', 'its id or name')
    .option('--accept-less', 'accept it even if the storage refuses it, or it grants less than is in use');
  addOptions(command, kinds.flatMap(optionsOf))
    .addHelpText('after', `\n${perKind(kinds, ({ credential }) => credential.help)}`)
    .action(async (name: string, options: Options, command: Command) => {
      const { client, out } = await openSession(command, io);
      const { id, provider, location, accessMode } = await findConnection(client, name);
      const cli = findKind(kinds, provider);
      refuseForeign(kinds, cli, optionsOf, options);
      const credential = await readCredential(io, cli, {
        ...{ values: options, location, accessMode, inAddress: null },
        installation: () => client.call('getInstallation'),
      });
      const connection = await client.call('replaceCredential', {
        params: { connectionId: id },
        body: { credential, acceptLess: options.acceptLess ?? false },
      });
      await out.one(connection, () => renderConnection(connection, kinds, out.style, io.now()));
    });
}

const optionsOf = ({ credential }: CliKind) => credential.options;
