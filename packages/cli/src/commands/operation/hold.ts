import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';
import { renderOperation } from './render.ts';

export function pauseOperation(parent: Command, io: Io): void {
  hold(parent, io, 'pause', 'pauseOperation', 'Holds an operation; what it has done so far stays.');
}

export function resumeOperation(parent: Command, io: Io): void {
  hold(parent, io, 'resume', 'resumeOperation', 'Lets a paused operation continue where it stopped.');
}

function hold(
  parent: Command,
  io: Io,
  name: string,
  route: 'pauseOperation' | 'resumeOperation',
  description: string,
): void {
  parent
    .command(name)
    .summary(`${name} an operation`)
    .description(description)
    .argument('<operation>', 'its id')
    .action(async (operationId: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const operation = await client.call(route, { params: { operationId } });
      await out.one(operation, () => renderOperation(operation, out.style, io.now()));
    });
}
