import type { Profile } from '@mooring/contract';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { count } from '../../output/quantity.ts';
import { openSession } from '../../session.ts';

export function listProfiles(parent: Command, io: Io): void {
  parent
    .command('list')
    .summary('list profiles')
    .description('Lists the profiles that come with Mooring, then those of the workspace.')
    .action(async (_options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      await out.list<Profile>(
        client.pages('listProfiles'),
        [
          { title: 'NAME', of: ({ name }) => name },
          { title: 'RULES', of: ({ rules }) => count(rules.length), align: 'right' },
          { title: 'DESCRIPTION', of: ({ description }) => description },
        ],
        'There are no profiles.',
      );
    });
}
