import type { Source } from '@mooring/contract';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { count, relative } from '../../output/quantity.ts';
import { plain } from '../../output/text.ts';
import { findConnection, nameOfSource, readConnectionNames } from '../../resolve.ts';
import { openSession } from '../../session.ts';

export function listSources(parent: Command, io: Io): void {
  parent
    .command('list')
    .summary('list the sources')
    .description('Lists the sources: which containers and prefixes are synced into the catalogue.')
    .option('--connection <connection>', 'only those of this connection (id or name)')
    .action(async (options: { connection?: string }, command: Command) => {
      const { client, out } = await openSession(command, io);
      const connectionId = options.connection
        ? (await findConnection(client, options.connection)).id
        : undefined;
      const names = out.json ? null : await readConnectionNames(client);
      const now = io.now();
      const sources = await Array.fromAsync(client.pages('listSources', { query: { connectionId } }));
      await out.list<Source>(
        sources,
        [
          { title: 'ID', of: ({ id }) => id },
          { title: 'CONNECTION', of: source => names?.get(source.connectionId) ?? source.connectionId },
          { title: 'ASSETS', of: ({ assetCount }) => count(assetCount), align: 'right' },
          { title: 'GONE', of: ({ goneCount }) => count(goneCount), align: 'right' },
          {
            title: 'SYNCED',
            of: ({ lastSyncedAt }) => (lastSyncedAt ? relative(lastSyncedAt, now) : 'never'),
          },
          { title: 'NAME', of: nameOfSource },
        ],
        'There are no sources yet. Next: mooring sync CONNECTION',
      );
      for (const { id, syncHeld } of sources)
        if (syncHeld) out.note(`\n${id} does not sync by schedule: ${plain(syncHeld)}`);
    });
}
