import type { Folder } from '@mooring/contract';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { count, size } from '../../output/quantity.ts';
import { openSession } from '../../session.ts';

export function listFolders(parent: Command, io: Io): void {
  parent
    .command('list')
    .summary('list folders')
    .description('Lists the folders inside a folder, or the top folders, by name.')
    .argument('[folder]', 'id of the folder to look into')
    .action(async (parentId: string | undefined, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      await out.list<Folder>(
        client.pages('listFolders', { query: { parentId } }),
        [
          { title: 'ID', of: ({ id }) => id },
          { title: 'ASSETS', of: ({ total }) => count(total.assets), align: 'right' },
          { title: 'SIZE', of: ({ total }) => size(Number(total.sizeBytes)), align: 'right' },
          { title: 'FOLDERS', of: ({ childCount }) => count(childCount), align: 'right' },
          { title: 'NAME', of: ({ name }) => name },
        ],
        parentId ? 'There are no folders in it.' : 'There are no folders yet. Next: mooring sync CONNECTION',
      );
    });
}
