import type { AuditEntry } from '@mooring/contract';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { addLimit, type LimitOptions, pageLimit, take } from '../../limit.ts';
import { countOf } from '../../output/quantity.ts';
import { plain } from '../../output/text.ts';
import { openSession } from '../../session.ts';
import { addFilter, type FilterOptions, filterOf } from './filter.ts';

export function listAudit(parent: Command, io: Io): void {
  const list = parent
    .command('list')
    .summary('list who did, signed and read what')
    .description('Lists the entries of the audit, newest first. All filters must match.');
  addLimit(addFilter(list), 100).action(async (options: FilterOptions & LimitOptions, command: Command) => {
    const { client, out } = await openSession(command, io);
    const query = { ...filterOf(options), limit: pageLimit(options) };
    await out.list<AuditEntry>(
      take(client.pages('listAuditEntries', { query }), options, out),
      [
        { title: 'NUMBER', of: ({ seq }) => String(seq), align: 'right' },
        { title: 'WHEN', of: ({ at }) => `${at.slice(0, 19).replace('T', ' ')}Z` },
        { title: 'WHO', of: ({ caller }) => plain(caller.name ?? caller.id ?? caller.via) },
        {
          title: 'WHAT',
          of: ({ action, outcome }) => (outcome === 'done' ? action : `${action} (${outcome})`),
        },
        { title: 'ON', of: subjectOf },
        { title: 'FROM', of: ({ address }) => address ?? '' },
      ],
      'There are no such entries.',
    );
  });
}

const subjectOf = ({ assetIds, subjectId }: AuditEntry): string =>
  assetIds.length > 1 ? countOf(assetIds.length, 'assets') : (assetIds[0] ?? subjectId ?? '');
