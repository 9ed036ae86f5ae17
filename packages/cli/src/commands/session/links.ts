import type { SetupLinkListed, SignInLinkListed } from '@mooring/contract';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { relative } from '../../output/quantity.ts';
import { openSession } from '../../session.ts';
import { kindOf } from './ids.ts';

export function listSessionLinks(parent: Command, io: Io): void {
  parent
    .command('links')
    .summary('list the links that still work')
    .description(
      'Lists sign-in links that were not used, and setup links, which show an administrator what to run. ' +
        'The links themselves are not kept.',
    )
    .action(async (_options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const now = io.now();
      async function* links() {
        yield* client.pages('listSignInLinks');
        yield* client.pages('listSetupLinks');
      }
      await out.list<SignInLinkListed | SetupLinkListed>(
        links(),
        [
          { title: 'ID', of: ({ id }) => id },
          { title: 'KIND', of: ({ id }) => kindOf(id) ?? '' },
          { title: 'MADE', of: ({ createdAt }) => relative(createdAt, now) },
          { title: 'ENDS', of: ({ expiresAt }) => relative(expiresAt, now) },
          { title: 'FROM TOKEN', of: ({ parentTokenId }) => parentTokenId ?? '' },
        ],
        'There are no links.',
      );
    });
}
