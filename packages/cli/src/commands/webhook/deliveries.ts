import type { WebhookDelivery } from '@mooring/contract';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { addLimit, type LimitOptions, pageLimit, take } from '../../limit.ts';
import { count, relative } from '../../output/quantity.ts';
import { plain } from '../../output/text.ts';
import { openSession } from '../../session.ts';

export function listDeliveries(parent: Command, io: Io): void {
  const deliveries = parent
    .command('deliveries')
    .summary('list what was sent')
    .description('Lists what was sent to a webhook in the last 30 days, newest first, with the result.')
    .argument('<webhook>', 'its id');
  addLimit(deliveries, 50).action(async (webhookId: string, options: LimitOptions, command: Command) => {
    const { client, out } = await openSession(command, io);
    const query = { limit: pageLimit(options) };
    const now = io.now();
    await out.list<WebhookDelivery>(
      take(client.pages('listWebhookDeliveries', { params: { webhookId }, query }), options, out),
      [
        { title: 'ID', of: ({ id }) => id },
        { title: 'EVENT', of: ({ event }) => event },
        { title: 'STATUS', of: ({ status }) => status },
        { title: 'ATTEMPTS', of: ({ attempts }) => count(attempts), align: 'right' },
        { title: 'CREATED', of: ({ createdAt }) => relative(createdAt, now) },
        { title: 'AGAIN', of: ({ nextAttemptAt: at }) => (at ? relative(at, now) : '') },
        { title: 'ERROR', of: ({ error }) => plain(error ?? '') },
      ],
      'Nothing was sent yet.',
    );
  });
}
