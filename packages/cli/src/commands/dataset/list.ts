import type { Dataset } from '@mooring/contract';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { count, size } from '../../output/quantity.ts';
import { openSession } from '../../session.ts';

export function listDatasets(parent: Command, io: Io): void {
  parent
    .command('list')
    .summary('list datasets')
    .description('Lists the datasets, newest first.')
    .action(async (_options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      await out.list<Dataset>(
        client.pages('listDatasets'),
        [
          { title: 'ID', of: ({ id }) => id },
          { title: 'VERSION', of: ({ latest }) => (latest ? String(latest.version) : '–'), align: 'right' },
          { title: 'MEMBERS', of: ({ latest }) => count(latest?.members ?? 0), align: 'right' },
          { title: 'SIZE', of: ({ latest }) => size(Number(latest?.sizeBytes ?? 0)), align: 'right' },
          { title: 'NAME', of: ({ name }) => name },
        ],
        'There are no datasets yet. Next: mooring dataset create NAME',
      );
    });
}
