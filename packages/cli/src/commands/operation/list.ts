import { type Operation, type OperationStatus, operationStatus } from '@mooring/contract';
import { type Command, Option } from 'commander';
import type { Io } from '../../io.ts';
import { addLimit, type LimitOptions, pageLimit, take } from '../../limit.ts';
import { count, duration, relative } from '../../output/quantity.ts';
import { marked, paint } from '../../output/status.ts';
import { readNames } from '../../resolve.ts';
import { openSession } from '../../session.ts';

interface Options extends LimitOptions {
  status?: OperationStatus;
  subject?: string;
}

export function listOperations(parent: Command, io: Io): void {
  const list = parent
    .command('list')
    .summary('list operations')
    .description('Lists operations, newest first.')
    .addOption(new Option('--status <status>', 'only those in this status').choices(operationStatus.options))
    .option('--subject <id>', 'only those of this source or connection');
  addLimit(list, 20).action(async (options: Options, command: Command) => {
    const { client, out } = await openSession(command, io);
    const now = io.now();
    const names = out.json ? null : await readNames(client);
    const query = {
      status: options.status,
      subjectId: options.subject,
      limit: pageLimit(options),
    };
    await out.list<Operation>(
      take(client.pages('listOperations', { query }), options, out),
      [
        { title: 'ID', of: ({ id }) => id },
        { title: 'KIND', of: ({ kind }) => kind },
        { title: 'SUBJECT', of: ({ subject }) => names?.get(subject.id) ?? subject.id },
        {
          title: 'STATUS',
          of: ({ status }) => marked(status),
          paint: (text, { status }) => paint(text, status, out.style),
        },
        {
          title: 'DONE',
          of: ({ done, total }) => `${count(done)}${total === null ? '' : ` of ${count(total)}`}`,
          align: 'right',
        },
        { title: 'ERRORS', of: ({ errorCount }) => count(errorCount), align: 'right' },
        { title: 'CREATED', of: ({ createdAt }) => relative(createdAt, now) },
        { title: 'TOOK', of: ({ durationMs }) => (durationMs === null ? '' : duration(durationMs)) },
      ],
      'There are no such operations.',
    );
  });
}
