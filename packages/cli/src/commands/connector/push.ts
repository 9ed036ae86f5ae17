import type { Operation } from '@mooring/contract';
import type { Command } from 'commander';
import { follow } from '../../follow.ts';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';
import { failIfUnsuccessful, renderOperation } from '../operation/render.ts';
import { findConnector } from './find.ts';

export function pushConnector(parent: Command, io: Io): void {
  parent
    .command('push')
    .summary('bring the tasks of a connector up to date')
    .description(
      'Makes tasks of new assets, changes those of changed ones, and marks or removes those of gone ones. Tasks with ' +
        'annotations or drafts are never removed. Reads which tasks have annotations.',
    )
    .argument('<connector>', 'id or name')
    .option('--no-wait', 'start it and return at once')
    .action(async (idOrName: string, { wait }: { wait: boolean }, command: Command) => {
      const session = await openSession(command, io);
      const { client, out } = session;
      const { id: connectorId } = await findConnector(client, idOrName);
      const started = await client.call('pushConnector', { params: { connectorId } });
      const operation: Operation = wait ? await follow(session, started.id, 'Pushing assets') : started;
      await out.one(operation, () => renderOperation(operation, out.style, io.now()));
      failIfUnsuccessful(session, [operation]);
    });
}
