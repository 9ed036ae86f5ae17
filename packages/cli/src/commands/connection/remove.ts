import { text } from '@clack/prompts';
import type { Connection } from '@mooring/contract';
import type { Command } from 'commander';
import { UsageError } from '../../failure.ts';
import { follow } from '../../follow.ts';
import { canAsk, type Io } from '../../io.ts';
import { countOf } from '../../output/quantity.ts';
import { plain } from '../../output/text.ts';
import { findConnection } from '../../resolve.ts';
import { answered } from '../../secret.ts';
import { openSession } from '../../session.ts';
import { finishOperation } from '../operation/render.ts';

interface Options {
  keepAssets?: boolean;
  yes?: boolean;
  wait: boolean;
}

export function removeConnection(parent: Command, io: Io): void {
  parent
    .command('remove')
    .summary('stop using a connection and forget its assets')
    .description(
      'Stops using a connection at once, then removes its sources and assets from the catalogue, or marks them as ' +
        'gone. Nothing in the storage is touched. Asks for the name of the connection first.',
    )
    .argument('<connection>', 'its id or name')
    .option('--keep-assets', 'keep its assets as gone ones, for labels elsewhere')
    .option('--yes', 'do not ask')
    .option('--no-wait', 'do not wait until everything is removed')
    .action(async (name: string, options: Options, command: Command) => {
      const session = await openSession(command, io);
      const connection = await findConnection(session.client, name);
      if (!options.yes) await confirm(io, connection, options);
      const operation = await session.client.call('deleteConnection', {
        params: { connectionId: connection.id },
        query: { assets: options.keepAssets ? 'tombstone' : 'remove' },
      });
      const end = options.wait
        ? await follow(session, operation.id, `Removing ${connection.name}`)
        : operation;
      await finishOperation(session, end);
    });
}

async function confirm(io: Io, { name, assetCount }: Connection, { keepAssets }: Options): Promise<void> {
  if (!canAsk(io)) {
    throw new UsageError('Removing a connection asks for its name, but there is no terminal.', 'Give --yes.');
  }
  io.stderr.write(
    (keepAssets
      ? `This removes the connection ${plain(name)} and marks its ${countOf(assetCount, 'assets')} as gone.\n`
      : `This removes the connection ${plain(name)} with ${countOf(assetCount, 'assets')} from the catalogue.\n`) +
      'The objects in the storage stay as they are. It cannot be undone.\n',
  );
  const typed = await text({
    message: `Type ${plain(name)} to remove it`,
    input: io.stdin,
    output: io.stderr,
    validate: value => (value === name ? undefined : `That is not ${plain(name)}. Press Ctrl-C to keep it.`),
  });
  answered(typed);
}
