import type { CliKind } from '@mooring/storage/cli';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { wordOf } from '../../kind/words.ts';
import { findSource } from '../../resolve.ts';
import { openSession } from '../../session.ts';

export function removeFeed(parent: Command, io: Io, kinds: readonly CliKind[]): void {
  parent
    .command('remove')
    .summary('stop following changes')
    .description(
      `Removes a feed. The event subscription in ${wordOf(kinds, 'cloud')} stays: remove it there as well.`,
    )
    .argument('<source>', 'id or name of the source')
    .argument('<feed>', 'id of the feed')
    .action(async (name: string, feedId: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const { id: sourceId } = await findSource(client, name);
      await client.call('deleteFeed', { params: { sourceId, feedId } });
      await out.one({ id: feedId, removed: true }, () => `${feedId} is removed.\n`);
    });
}
