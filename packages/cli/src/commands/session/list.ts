import type { Session } from '@mooring/contract';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { relative } from '../../output/quantity.ts';
import { plain } from '../../output/text.ts';
import { openSession } from '../../session.ts';

export function listSessions(parent: Command, io: Io): void {
  parent
    .command('list')
    .summary('list the sessions of browsers')
    .description('Lists the sessions of browsers that have not ended, newest first.')
    .action(async (_options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const now = io.now();
      await out.list<Session>(
        client.pages('listSessions'),
        [
          { title: 'ID', of: ({ id }) => id },
          { title: 'WHO', of: ({ name }) => plain(name) },
          { title: 'SIGNED IN', of: ({ createdAt }) => relative(createdAt, now) },
          { title: 'ENDS', of: ({ expiresAt }) => relative(expiresAt, now) },
          { title: 'FROM TOKEN', of: ({ parentTokenId }) => parentTokenId ?? '' },
        ],
        'There are no sessions.',
      );
    });
}
