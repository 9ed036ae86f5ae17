import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { renderDetails } from '../../output/table.ts';
import { openSession } from '../../session.ts';

export function addFeed(parent: Command, io: Io): void {
  parent
    .command('add')
    .summary('follow changes in a source as they happen')
    .description(
      `Follows changes as Event Grid tells them: posted to a URL of Mooring, or put into a storage queue that Mooring
reads, which works behind a firewall.`,
    )
    .argument('<source>', 'id of the source')
    .option('--queue <url>', 'a queue of the account to read (default: a URL to post to)')
    .action(async (sourceId: string, { queue }: { queue?: string }, command: Command) => {
      const { client, out } = await openSession(command, io);
      const feed = await client.call('createFeed', {
        params: { sourceId },
        body: queue === undefined ? { kind: 'event-grid' } : { kind: 'storage-queue', queueUrl: queue },
      });
      await out.one(feed, () =>
        renderDetails(
          [
            ['id', feed.id],
            ['queue', feed.queueUrl],
            ['url', feed.webhookUrl],
          ],
          out.style,
        ),
      );
      if (feed.webhookUrl)
        out.note(
          '\nMake an event subscription that posts to this URL. It holds a secret, and is not shown again.',
        );
    });
}
