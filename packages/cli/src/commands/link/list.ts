import type { Link } from '@mooring/contract';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { relative } from '../../output/quantity.ts';
import { plain } from '../../output/text.ts';
import { openSession } from '../../session.ts';

export function listLinks(parent: Command, io: Io): void {
  parent
    .command('list')
    .summary('list the links that still work')
    .description('Lists the links that open assets without signing in, newest first. The links are not kept.')
    .action(async (_options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const now = io.now();
      await out.list<Link>(
        client.pages('listLinks'),
        [
          { title: 'ID', of: ({ id }) => id },
          { title: 'NAME', of: ({ name }) => plain(name) },
          { title: 'OPENS', of: ({ scope }) => opensWords(scope) },
          { title: 'ORIGINS', of: ({ origins }) => origins?.join(' ') ?? 'any' },
          { title: 'MADE BY', of: ({ memberName }) => (memberName === null ? 'service' : plain(memberName)) },
          { title: 'USED', of: ({ lastUsedAt }) => (lastUsedAt ? relative(lastUsedAt, now) : 'never') },
          { title: 'EXPIRES', of: ({ expiresAt }) => relative(expiresAt, now) },
        ],
        'There are no links.',
      );
    });
}

/** `folderId=fld_… kind=image`; one asset by its id. */
const opensWords = (scope: Link['scope']): string =>
  scope.kind === 'asset' ? scope.assetId : filterWords(scope.filter);

/** A filter of assets as people read it. */
export function filterWords({
  recursive,
  ...conditions
}: Extract<Link['scope'], { kind: 'filter' }>['filter']): string {
  const words = Object.entries(conditions).map(([name, value]) => plain(`${name}=${value}`));
  if (words.length === 0) return 'all assets';
  return [...words, ...(recursive ? [] : ['recursive=false'])].join(' ');
}
