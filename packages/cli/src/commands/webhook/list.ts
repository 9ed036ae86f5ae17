import type { Webhook } from '@mooring/contract';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { relative } from '../../output/quantity.ts';
import { plain } from '../../output/text.ts';
import { openSession } from '../../session.ts';

export function listWebhooks(parent: Command, io: Io): void {
  parent
    .command('list')
    .summary('list the receivers of events')
    .description('Lists the webhooks, oldest first. Their secrets are not shown.')
    .action(async (_options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const now = io.now();
      await out.list<Webhook>(
        client.pages('listWebhooks'),
        [
          { title: 'ID', of: ({ id }) => id },
          { title: 'URL', of: ({ url }) => plain(url) },
          { title: 'DELIVERED', of: ({ lastDeliveryAt: at }) => (at ? relative(at, now) : 'never') },
          { title: 'ERROR', of: ({ lastError }) => plain(lastError ?? '') },
          { title: 'EVENTS', of: ({ events }) => events.join(' ') },
        ],
        'There are no webhooks.',
      );
    });
}
