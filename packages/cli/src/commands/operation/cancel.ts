import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';
import { renderOperation } from './render.ts';

export function cancelOperation(parent: Command, io: Io): void {
  parent
    .command('cancel')
    .summary('ask an operation to stop')
    .description(
      'Asks an operation to stop. What it has done so far stays. One that has finished stays as it is.',
    )
    .argument('<operation>', 'its id')
    .action(async (operationId: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const operation = await client.call('cancelOperation', { params: { operationId } });
      await out.one(operation, () => renderOperation(operation, out.style, io.now()));
    });
}
