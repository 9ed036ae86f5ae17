import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';

export function revokeLink(parent: Command, io: Io): void {
  parent
    .command('revoke')
    .summary('revoke a link at once')
    .description(
      'Revokes a link: from now on Mooring refuses it. A signed URL that it gave out before works until its end, minutes later.',
    )
    .argument('<link>', 'its id')
    .action(async (linkId: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      await client.call('deleteLink', { params: { linkId } });
      await out.one({ id: linkId, revoked: true }, () => `${linkId} is revoked.\n`);
    });
}
