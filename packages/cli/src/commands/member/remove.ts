import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { plain } from '../../output/text.ts';
import { findMember } from '../../resolve.ts';
import { openSession } from '../../session.ts';

export function removeMember(parent: Command, io: Io): void {
  parent
    .command('remove')
    .summary('remove a member, or revoke an invitation')
    .description(
      'Removes a member. Their sessions, personal tokens, links and invitations end at once; service tokens stay. ' +
        'With the id of an invitation, revokes it.',
    )
    .argument('<member>', 'the id, the name or the e-mail address')
    .action(async (who: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      if (who.startsWith('inv_')) {
        await client.call('deleteInvitation', { params: { invitationId: who } });
        return out.one({ id: who, removed: true }, () => `${who} is revoked.\n`);
      }
      const { id, name } = await findMember(client, who);
      await client.call('removeMember', { params: { memberId: id } });
      return out.one({ id, removed: true }, () => `${plain(name)} is removed.\n`);
    });
}
