import type { Invitation, Member } from '@mooring/contract';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { relative } from '../../output/quantity.ts';
import { plain } from '../../output/text.ts';
import { openSession } from '../../session.ts';

export function listMembers(parent: Command, io: Io): void {
  parent
    .command('list')
    .summary('list the people of the workspace')
    .description('Lists members and invitations that still work, with their roles.')
    .action(async (_options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const now = io.now();
      async function* people() {
        yield* client.pages('listMembers');
        yield* client.pages('listInvitations');
      }
      await out.list<Member | Invitation>(
        people(),
        [
          { title: 'ID', of: ({ id }) => id },
          { title: 'NAME', of: person => ('name' in person ? plain(person.name) : '(invited)') },
          { title: 'E-MAIL', of: ({ email }) => plain(email ?? '') },
          { title: 'ROLE', of: ({ role }) => role },
          { title: 'SIGNED IN', of: person => signedIn(person, now) },
        ],
        'There are no members.',
      );
    });
}

function signedIn(person: Member | Invitation, now: Date): string {
  if (!('name' in person)) return `invitation ends ${relative(person.expiresAt, now)}`;
  return person.lastSignedInAt === null ? 'never' : relative(person.lastSignedInAt, now);
}
