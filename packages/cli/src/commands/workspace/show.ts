import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';
import { renderWorkspace } from './render.ts';

export function showWorkspace(parent: Command, io: Io): void {
  parent
    .command('show')
    .summary('show the number of assets and its limit')
    .description('Shows the number of assets in the workspace, its limit, and how many are over quota.')
    .action(async (_options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const workspace = await client.call('getWorkspace');
      await out.one(workspace, () => renderWorkspace(workspace, out.style));
    });
}
