import type { OperationError } from '@mooring/contract';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { renderFix } from '../../output/fix.ts';
import { openSession } from '../../session.ts';
import { renderOperation } from './render.ts';

export function showOperation(parent: Command, io: Io): void {
  parent
    .command('show')
    .summary('show the progress of an operation')
    .description('Shows the progress of an operation. With --errors it lists what went wrong, item by item.')
    .argument('<operation>', 'its id')
    .option('--errors', 'list what went wrong with single items')
    .option('--csv', 'list what went wrong with single items as CSV')
    .action(async (operationId: string, options: { errors?: boolean; csv?: boolean }, command: Command) => {
      const { client, out } = await openSession(command, io);
      if (options.csv) {
        io.stdout.write(await client.call('getOperationErrorsCsv', { params: { operationId } }));
        return;
      }
      if (options.errors) {
        await out.list<OperationError>(
          client.pages('listOperationErrors', { params: { operationId } }),
          [
            { title: 'ITEM', of: ({ item }) => item },
            { title: 'CODE', of: ({ code }) => code },
            { title: 'MESSAGE', of: ({ message }) => message },
            { title: 'FIX', of: ({ fix }) => fix ?? '' },
          ],
          'Nothing went wrong with any item.',
        );
        return;
      }
      const operation = await client.call('getOperation', { params: { operationId } });
      const remedy = operation.problem?.remedy;
      await out.one(operation, () => {
        const lines = remedy
          ? ['', ...renderFix(remedy, `${out.style.bold('Fix:')} `, '', out.style), '']
          : [];
        return renderOperation(operation, out.style, io.now()) + lines.join('\n');
      });
      if (operation.errorCount > 0) out.note(`\nSee them: mooring operation show ${operationId} --errors`);
    });
}
