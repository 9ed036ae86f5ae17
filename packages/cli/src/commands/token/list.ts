import type { Token, TokenScope } from '@mooring/contract';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { relative } from '../../output/quantity.ts';
import { plain } from '../../output/text.ts';
import { openSession } from '../../session.ts';

const opens = (scope: TokenScope | null): string => {
  if (scope === null) return 'all';
  return scope.kind === 'connection' ? scope.connectionId : scope.folderId;
};

export function listTokens(parent: Command, io: Io): void {
  parent
    .command('list')
    .summary('list the API tokens')
    .description('Lists the API tokens, newest first. Their secrets are not kept.')
    .action(async (_options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const now = io.now();
      await out.list<Token>(
        client.pages('listTokens'),
        [
          { title: 'ID', of: ({ id }) => id },
          { title: 'NAME', of: ({ name }) => name },
          { title: 'ROLE', of: ({ role, readOnly }) => (readOnly ? `${role}, reads only` : role) },
          { title: 'OPENS', of: ({ scope }) => opens(scope) },
          { title: 'WHOSE', of: ({ memberName }) => (memberName === null ? 'service' : plain(memberName)) },
          { title: 'BEGINS', of: ({ hint }) => hint },
          { title: 'USED', of: ({ lastUsedAt }) => (lastUsedAt ? relative(lastUsedAt, now) : 'never') },
          { title: 'FROM TOKEN', of: ({ parentTokenId }) => parentTokenId ?? '' },
          { title: 'EXPIRES', of: ({ expiresAt }) => relative(expiresAt, now) },
        ],
        'There are no tokens.',
      );
    });
}
