import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';
import { renderOperation } from './render.ts';

export function retryOperation(parent: Command, io: Io): void {
  parent
    .command('retry')
    .summary('register only the items again that failed')
    .description(
      'Registers the items again that failed in a registration with --ignore-errors. They are kept for 7 days. Items ' +
        'that could not be read are not among them.',
    )
    .argument('<operation>', 'the id of the registration')
    .action(async (operationId: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const operation = await client.call('retryRegistration', { params: { operationId } });
      await out.one(operation, () => renderOperation(operation, out.style, io.now()));
      out.note(`\nSee the progress: mooring operation watch ${operation.id}`);
    });
}
