import type { Command } from 'commander';
import { follow } from '../../follow.ts';
import type { Io } from '../../io.ts';
import { findSource } from '../../resolve.ts';
import { openSession } from '../../session.ts';
import { finishOperation } from '../operation/render.ts';

export function recheckSource(parent: Command, io: Io): void {
  parent
    .command('recheck')
    .summary('ask the storage again for each registered asset')
    .description(
      'Asks the storage again for each asset that was registered from a list: is it still there, and has it changed? ' +
        'Ctrl-C leaves it running.',
    )
    .argument('<source>', 'id or name of the source')
    .option('--no-wait', 'start it and return at once')
    .action(async (name: string, { wait }: { wait: boolean }, command: Command) => {
      const session = await openSession(command, io);
      const { client } = session;
      const { id: sourceId } = await findSource(client, name);
      const started = await client.call('recheckSource', { params: { sourceId } });
      const operation = wait ? await follow(session, started.id, 'Checking') : started;
      await finishOperation(session, operation);
    });
}
