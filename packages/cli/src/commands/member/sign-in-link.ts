import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { relative } from '../../output/quantity.ts';
import { plain } from '../../output/text.ts';
import { findMember } from '../../resolve.ts';
import { openSession } from '../../session.ts';

export function memberSignInLink(parent: Command, io: Io): void {
  parent
    .command('sign-in-link')
    .summary('make a link that signs a member in')
    .description('Makes a link that signs in as a member, once, within an hour, and prints it.')
    .argument('<member>', 'the id, the name or the e-mail address')
    .action(async (who: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const { id: memberId, name } = await findMember(client, who);
      const link = await client.call('createSignInLink', { body: { memberId } });
      await out.one(link, () => `${link.url}\n`);
      out.note(`It signs in as ${plain(name)}, and ends ${relative(link.expiresAt, io.now())}.`);
    });
}
