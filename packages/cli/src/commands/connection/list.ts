import type { Connection } from '@mooring/contract';
import type { CliKind } from '@mooring/storage/cli';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { count, relative } from '../../output/quantity.ts';
import { marked, paint } from '../../output/status.ts';
import { openSession } from '../../session.ts';
import { addressOf } from './render.ts';

export function listConnections(parent: Command, io: Io, kinds: readonly CliKind[]): void {
  parent
    .command('list')
    .summary('list the connections')
    .description('Lists the connections, oldest first.')
    .action(async (_options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const now = io.now();
      await out.list<Connection>(
        client.pages('listConnections'),
        [
          { title: 'ID', of: ({ id }) => id },
          { title: 'NAME', of: ({ name }) => name },
          {
            title: 'STATUS',
            of: ({ status }) => marked(status),
            paint: (text, { status }) => paint(text, status, out.style),
          },
          { title: 'ASSETS', of: ({ assetCount }) => count(assetCount), align: 'right' },
          {
            title: 'CHECKED',
            of: ({ lastCheckedAt }) => (lastCheckedAt ? relative(lastCheckedAt, now) : 'never'),
          },
          { title: 'CONTAINER', of: connection => addressOf(connection, kinds) },
        ],
        'There are no connections yet. Next: mooring connection add',
      );
    });
}
