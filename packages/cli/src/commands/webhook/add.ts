import { WEBHOOK_EVENTS, type WebhookEvent } from '@mooring/contract';
import { type Command, Option } from 'commander';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';

export function addWebhook(parent: Command, io: Io): void {
  parent
    .command('add')
    .summary('send events to a URL')
    .description(
      'Sends events to a URL, as signed messages that are sent again until they arrive. Prints the secret that ' +
        'verifies them, only this once.',
    )
    .argument('<url>', 'where to send them')
    .addOption(new Option('--event <events...>', 'only these').choices(WEBHOOK_EVENTS))
    .action(async (url: string, options: { event?: WebhookEvent[] }, command: Command) => {
      const { client, out } = await openSession(command, io);
      const body = { url, ...(options.event && { events: options.event }) };
      const webhook = await client.call('createWebhook', { body });
      await out.one(webhook, () => `${webhook.secret}\n`);
      out.note(`${webhook.id} receives ${webhook.events.join(', ')}. The secret is not shown again.`);
      out.note(`\nNext: mooring webhook test ${webhook.id}`);
    });
}
