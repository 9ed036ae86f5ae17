import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';
import { addFilter, type FilterOptions, filterOf } from './filter.ts';

const PAGE_ENTRIES = 1000;

export function exportAudit(parent: Command, io: Io): void {
  const command = parent
    .command('export')
    .summary('write the entries as JSON lines')
    .description(
      'Writes the entries of the audit to stdout, the oldest first, each as a line of JSON. Without a filter the ' +
        'file can be verified later: mooring audit verify FILE.',
    );
  addFilter(command).action(async (options: FilterOptions, command: Command) => {
    const { client, out } = await openSession(command, io);
    const query = { ...filterOf(options), order: 'oldest', limit: PAGE_ENTRIES } as const;
    await out.lines(client.pages('listAuditEntries', { query }));
  });
}
