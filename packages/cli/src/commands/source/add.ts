import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { findConnection } from '../../resolve.ts';
import { openSession } from '../../session.ts';
import { renderSource } from './render.ts';

interface Options {
  container?: string;
  prefix?: string;
  folder?: string;
}

export function addSource(parent: Command, io: Io): void {
  parent
    .command('add')
    .summary('choose a container and prefix to sync')
    .description('Chooses a container and prefix of a connection to sync into a folder of the catalogue.')
    .argument('<connection>', 'id or name of the connection')
    .option('--container <name>', "the container (default: the connection's)")
    .option('--prefix <prefix>', "only keys that begin with this (default: the connection's)")
    .option(
      '--folder <name>',
      'the top folder that the assets appear in (default: the container, with the prefix)',
    )
    .action(async (name: string, { container, prefix, folder }: Options, command: Command) => {
      const { client, out } = await openSession(command, io);
      const connection = await findConnection(client, name);
      const source = await client.call('createSource', {
        body: { connectionId: connection.id, container, prefix, folderName: folder },
      });
      await out.one(source, () => renderSource(source, connection.name, out.style, io.now()));
      out.note(`\nNext: mooring sync ${source.id}`);
    });
}
