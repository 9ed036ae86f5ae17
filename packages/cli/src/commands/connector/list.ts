import type { Connector } from '@mooring/contract';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { count, relative } from '../../output/quantity.ts';
import { plain } from '../../output/text.ts';
import { openSession } from '../../session.ts';
import { findConnector } from './find.ts';
import { renderConnector } from './render.ts';

export function listConnectors(parent: Command, io: Io): void {
  parent
    .command('list')
    .summary('list the connectors')
    .description('Lists the connectors to other tools, newest first.')
    .action(async (_options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const now = io.now();
      await out.list<Connector>(
        client.pages('listConnectors'),
        [
          { title: 'ID', of: ({ id }) => id },
          { title: 'NAME', of: ({ name }) => plain(name) },
          { title: 'PROJECT', of: ({ projectTitle }) => plain(projectTitle) },
          { title: 'TASKS', of: ({ tasks }) => count(tasks.present), align: 'right' },
          { title: 'ANNOTATED', of: ({ tasks }) => count(tasks.annotated), align: 'right' },
          { title: 'GONE', of: ({ tasks }) => count(tasks.gone), align: 'right' },
          { title: 'PUSHED', of: ({ lastPushAt: at }) => (at ? relative(at, now) : 'never') },
        ],
        'There are no connectors.',
      );
    });
}

export function showConnector(parent: Command, io: Io): void {
  parent
    .command('show')
    .summary('show one connector')
    .description('Shows where the assets of a connector go, and how many tasks there are.')
    .argument('<connector>', 'id or name')
    .action(async (idOrName: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const connector = await findConnector(client, idOrName);
      await out.one(connector, () => renderConnector(connector, out.style, io.now()));
    });
}
