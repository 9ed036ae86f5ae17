import type { SshKey } from '@mooring/contract';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { relative } from '../../output/quantity.ts';
import { plain } from '../../output/text.ts';
import { openSession } from '../../session.ts';

export function listSshKeys(parent: Command, io: Io): void {
  parent
    .command('list')
    .summary('list your SSH keys')
    .description('Lists your SSH keys, newest first.')
    .action(async (_options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const now = io.now();
      await out.list<SshKey>(
        client.pages('listOwnSshKeys'),
        [
          { title: 'ID', of: ({ id }) => id },
          { title: 'NAME', of: ({ name }) => plain(name) },
          { title: 'FINGERPRINT', of: ({ fingerprint }) => fingerprint },
          { title: 'USED', of: ({ lastUsedAt }) => (lastUsedAt ? relative(lastUsedAt, now) : 'never') },
          { title: 'EXPIRES', of: ({ expiresAt }) => relative(expiresAt, now) },
        ],
        'There are no SSH keys.',
      );
    });
}
