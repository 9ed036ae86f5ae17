import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';

export function revokeToken(parent: Command, io: Io): void {
  parent
    .command('revoke')
    .summary('revoke an API token at once')
    .description(
      'Revokes an API token: from now on Mooring refuses it, and all tokens, links and sessions that came from it.',
    )
    .argument('<token>', 'its id')
    .action(async (tokenId: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      await client.call('deleteToken', { params: { tokenId } });
      await out.one({ id: tokenId, revoked: true }, () => `${tokenId} is revoked.\n`);
    });
}
