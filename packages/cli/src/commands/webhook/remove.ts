import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';

export function removeWebhook(parent: Command, io: Io): void {
  parent
    .command('remove')
    .summary('send it no more events')
    .description('Removes a webhook. Mooring sends it nothing more. It also drops what waits to be sent.')
    .argument('<webhook>', 'its id')
    .action(async (webhookId: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      await client.call('deleteWebhook', { params: { webhookId } });
      await out.one({ id: webhookId, removed: true }, () => `${webhookId} is removed.\n`);
    });
}
