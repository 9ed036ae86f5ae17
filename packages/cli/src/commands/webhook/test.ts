import type { Command } from 'commander';
import { EXIT } from '../../exit-code.ts';
import { Exit } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { plain } from '../../output/text.ts';
import { openSession } from '../../session.ts';

export function testWebhook(parent: Command, io: Io): void {
  parent
    .command('test')
    .summary('send one event now')
    .description('Sends one event of the type webhook.test now. Exits with 5 when it does not arrive.')
    .argument('<webhook>', 'its id')
    .action(async (webhookId: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const delivery = await client.call('testWebhook', { params: { webhookId } });
      const { status, responseStatus, error } = delivery;
      await out.one(delivery, () =>
        status === 'delivered'
          ? `It answered ${responseStatus}.\n`
          : `It did not arrive. ${plain(error ?? '')}\n`,
      );
      if (status !== 'delivered') throw new Exit(EXIT.checksFailed);
    });
}
