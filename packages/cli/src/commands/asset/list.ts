import { ASSET_SORTS, type Asset } from '@mooring/contract';
import { type Command, Option } from 'commander';
import type { Io } from '../../io.ts';
import { addLimit, type LimitOptions, pageLimit, take } from '../../limit.ts';
import { size } from '../../output/quantity.ts';
import { openSession } from '../../session.ts';
import { addFilter, type FilterOptions, filterOf, statusOption } from './filter.ts';

interface Options extends LimitOptions, FilterOptions {
  status: 'present' | 'gone' | 'any';
  sort: (typeof ASSET_SORTS)[number];
}

export function listAssets(parent: Command, io: Io): void {
  const list = addFilter(
    parent.command('list').summary('list assets').description('Lists assets. All filters must match.'),
  )
    .addOption(statusOption())
    .addOption(
      new Option('--sort <order>', 'by what to sort; -: the greatest first')
        .choices(ASSET_SORTS)
        .default('key'),
    );
  addLimit(list, 100).action(async (options: Options, command: Command) => {
    const { client, out } = await openSession(command, io);
    const { status, sort } = options;
    const query = { ...(await filterOf(client, options)), status, sort, limit: pageLimit(options) };
    await out.list<Asset>(
      take(client.pages('listAssets', { query }), options, out),
      [
        { title: 'ID', of: ({ id }) => id },
        { title: 'KIND', of: asset => asset.kind },
        { title: 'SIZE', of: ({ sizeBytes }) => size(sizeBytes), align: 'right' },
        { title: 'STATUS', of: asset => asset.status },
        { title: 'FAILS', of: ({ failedRules }) => failedRules.map(({ rule }) => rule).join(' ') },
        { title: 'TAGS', of: ({ tags }) => tags.join(', ') },
        { title: 'KEY', of: ({ key }) => key },
      ],
      'There are no such assets.',
    );
  });
}
