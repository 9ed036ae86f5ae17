import type { Command } from 'commander';
import { UsageError } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { plain } from '../../output/text.ts';
import { openSession } from '../../session.ts';
import { addMetadataOptions, type MetadataOptions, metadataOf } from '../asset/metadata-options.ts';

export function describeFolder(parent: Command, io: Io): void {
  const command = parent
    .command('describe')
    .summary('say what a folder is about')
    .description('Changes the description and the client metadata of a folder. No sync changes them.')
    .argument('<folder>', 'its id')
    .option('--description <text>', 'what it is about; an empty text removes it');
  addMetadataOptions(command).action(
    async (folderId: string, options: MetadataOptions & { description?: string }, command: Command) => {
      const { description } = options;
      const metadata = metadataOf(options);
      const isChanged = Object.keys(metadata).length > 0;
      if (description === undefined && !isChanged)
        throw new UsageError('No change is given.', 'Use --description, --set, --set-json or --unset.');
      const { client, out } = await openSession(command, io);
      const folder = await client.call('updateFolder', {
        params: { folderId },
        body: { ...(description !== undefined && { description }), ...(isChanged && { metadata }) },
      });
      await out.one(
        folder,
        () => `${plain(folder.path.join('/'))}: ${plain(folder.description ?? 'no description')}\n`,
      );
    },
  );
}
