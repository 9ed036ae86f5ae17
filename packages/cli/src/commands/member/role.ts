import { ROLES, type Role } from '@mooring/contract';
import { Argument, type Command } from 'commander';
import type { Io } from '../../io.ts';
import { plain } from '../../output/text.ts';
import { findMember } from '../../resolve.ts';
import { openSession } from '../../session.ts';

export function changeRole(parent: Command, io: Io): void {
  parent
    .command('role')
    .summary('change the role of a member')
    .description('Changes the role of a member. It counts from their next request on.')
    .argument('<member>', 'the id, the name or the e-mail address')
    .addArgument(new Argument('<role>', 'what they may do').choices(ROLES))
    .action(async (who: string, role: Role, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const { id: memberId } = await findMember(client, who);
      const member = await client.call('updateMember', { params: { memberId }, body: { role } });
      await out.one(member, () => `${plain(member.name)} is ${member.role} now.\n`);
    });
}
