import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { findConnection } from '../../resolve.ts';
import { openSession } from '../../session.ts';
import { readCredential } from './credential.ts';
import { CREDENTIAL_HELP, type CredentialOptions, withCredentialOptions } from './credential-options.ts';
import { renderConnection } from './render.ts';

type Options = CredentialOptions & { acceptLess?: boolean };

export function replaceCredential(parent: Command, io: Io): void {
  const command = parent
    .command('credential')
    .summary('replace the credential of a connection, or link it again')
    .description(
      'Replaces the credential of a connection. The new one is tried first, and refused where it grants less than is\n' +
        'in use; the old one works until then. An unlinked connection is linked again by it.',
    )
    .argument('<connection>', 'its id or name')
    .option(
      '--accept-less',
      'take it even where it is refused by the storage, or grants less than is in use',
    );
  withCredentialOptions(command)
    .addHelpText('after', CREDENTIAL_HELP)
    .action(async (name: string, options: Options, command: Command) => {
      const { client, out } = await openSession(command, io);
      const { id } = await findConnection(client, name);
      const credential = await readCredential(io, options, () => client.call('getInstallation'));
      const connection = await client.call('replaceCredential', {
        params: { connectionId: id },
        body: { credential, acceptLess: options.acceptLess ?? false },
      });
      await out.one(connection, () => renderConnection(connection, out.style, io.now()));
    });
}
