import type { ConnectionEvent } from '@mooring/contract';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { addLimit, type LimitOptions, pageLimit, take } from '../../limit.ts';
import { relative } from '../../output/quantity.ts';
import { marked, paint } from '../../output/status.ts';
import { plain } from '../../output/text.ts';
import { findConnection } from '../../resolve.ts';
import { openSession } from '../../session.ts';

export function connectionHistory(parent: Command, io: Io): void {
  const history = parent
    .command('history')
    .summary('list what happened to a connection')
    .description('Lists what happened to a connection, newest first: its statuses, and who changed it.')
    .argument('<connection>', 'its id or name');
  addLimit(history, 50).action(async (name: string, options: LimitOptions, command: Command) => {
    const { client, out } = await openSession(command, io);
    const { id: connectionId } = await findConnection(client, name);
    const query = { limit: pageLimit(options) };
    const now = io.now();
    await out.list<ConnectionEvent>(
      take(client.pages('listConnectionEvents', { params: { connectionId }, query }), options, out),
      [
        { title: 'WHEN', of: ({ at }) => relative(at, now) },
        { title: 'WHAT', of: ({ kind }) => kind },
        {
          title: 'STATUS',
          of: ({ status }) => marked(status),
          paint: (text, { status }) => paint(text, status, out.style),
        },
        { title: 'WHO', of: ({ by }) => plain(by ?? 'Mooring') },
        { title: 'WHY', of: ({ detail }) => plain(detail) },
      ],
      'Nothing has happened yet.',
    );
  });
}
