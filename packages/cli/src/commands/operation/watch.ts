import type { Command } from 'commander';
import { follow } from '../../follow.ts';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';
import { finishOperation } from './render.ts';

export function watchOperation(parent: Command, io: Io): void {
  parent
    .command('watch')
    .summary('follow an operation until it ends')
    .description(
      'Shows the progress of an operation until it ends. Exits with 1 if it failed or was cancelled. Ctrl-C leaves ' +
        'the operation running.',
    )
    .argument('<operation>', 'its id')
    .action(async (operationId: string, _options: object, command: Command) => {
      const session = await openSession(command, io);
      await finishOperation(session, await follow(session, operationId, operationId));
    });
}
