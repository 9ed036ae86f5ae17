import { MooringApiError } from '@mooring/sdk';
import type { Command } from 'commander';
import { EXIT } from '../../exit-code.ts';
import { Exit } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { findConnection } from '../../resolve.ts';
import { openSession } from '../../session.ts';
import { renderCheck } from './render-check.ts';

export function proveConnection(parent: Command, io: Io): void {
  parent
    .command('prove')
    .summary('look for the mark of the storage’s owner')
    .description(
      'Looks in the container for the mark that says that its owner wants this workspace. If there is none, ' +
        'prints the commands that set it, and exits with 5. Until the mark is there, the connection is not used.',
    )
    .argument('<connection>', 'its id or name')
    .action(async (name: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const { id: connectionId } = await findConnection(client, name);
      try {
        const connection = await client.call('proveOwnership', { params: { connectionId } });
        const { ownership } = connection;
        await out.one(connection, () =>
          ownership
            ? `The owner of the storage wants this workspace: ${ownership.provenBy}, ${ownership.provenAt}.\n`
            : 'The credential of this connection proves it by itself.\n',
        );
        out.note(`\nNext: mooring connection check ${connectionId}`);
      } catch (error) {
        if (!(error instanceof MooringApiError) || error.code !== 'ownership_missing') throw error;
        const { checks } = await client.call('getChecks', { params: { connectionId } });
        const check = checks.find(({ id }) => id === 'ownership');
        if (!check) throw error;
        await out.one(check, () => renderCheck(check, out.style));
        throw new Exit(EXIT.checksFailed);
      }
    });
}
