import type { CliKind } from '@mooring/storage/cli';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { findConnection } from '../../resolve.ts';
import { openSession } from '../../session.ts';
import { renderConnection } from './render.ts';

export function showConnection(parent: Command, io: Io, kinds: readonly CliKind[]): void {
  parent
    .command('show')
    .summary('show one connection')
    .description('Shows one connection. Secrets are never shown.')
    .argument('<connection>', 'its id or name')
    .action(async (name: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const connection = await findConnection(client, name);
      await out.one(connection, () => renderConnection(connection, kinds, out.style, io.now()));
    });
}
