import { openAsBlob } from 'node:fs';
import { Readable } from 'node:stream';
import type { Operation, RegistrationOptions } from '@mooring/contract';
import type { Command } from 'commander';
import { UsageError } from '../failure.ts';
import { follow } from '../follow.ts';
import type { Io } from '../io.ts';
import { findConnection } from '../resolve.ts';
import { openSession, type Session } from '../session.ts';
import { failIfUnsuccessful, renderOperation } from './operation/render.ts';

interface RegisterOptions extends Partial<Omit<RegistrationOptions, 'connectionId'>> {
  connection?: string;
  wait: boolean;
}

const MOST_SHOWN = 20;

export function register(parent: Command, io: Io): void {
  parent
    .command('register')
    .summary('register the objects that a list names')
    .description(
      'Registers the objects that a list names, in any format that Mooring reads: JSON, JSON lines, CSV, Parquet or one ' +
        'URL a line, also compressed. Without --ignore-errors all items are registered, or none. Ctrl-C leaves the ' +
        'registration running.',
    )
    .argument('<file>', 'the list; - for standard input')
    .option('--folder <name>', 'the top folder that the assets appear in')
    .option('--connection <connection>', 'the connection to take where several fit')
    .option('--ignore-errors', 'register what can be, and list the rest')
    .option('--skip-duplicate-urls', 'leave objects as they are that the folder has already')
    .option('--upsert-metadata', 'with --skip-duplicate-urls: still write their client metadata')
    .option('--base <container>', 'the container, or container/folder, of names that are no URL')
    .option('--address-column <heading>', 'of a table: the column that holds the URLs or paths')
    .option('--title-column <heading>', 'with --address-column: the column with the titles')
    .option('--kind-column <heading>', 'with --address-column: the column with the kinds of assets')
    .option('--dry-run', 'resolve and check everything, and write no asset')
    .option('--no-wait', 'start it and return at once')
    .action(async (file: string, { connection, wait, ...options }: RegisterOptions, command: Command) => {
      const session = await openSession(command, io);
      const { client, out } = session;
      const connectionId =
        connection === undefined ? undefined : (await findConnection(client, connection)).id;
      const list = file === '-' ? toWeb(io.stdin) : await openList(file);
      const started = await client.register(list, {
        ...options,
        ...(connectionId !== undefined && { connectionId }),
      });
      const operation = wait ? await follow(session, started.id, 'Registering') : started;
      await out.one(operation, () => renderOperation(operation, out.style, io.now()));
      if (wait) await showErrors(session, operation);
      failIfUnsuccessful(session, [operation]);
      out.note(
        wait ? '\nNext: mooring asset list' : `\nSee the progress: mooring operation show ${operation.id}`,
      );
    });
}

const toWeb = (stdin: Readable) => Readable.toWeb(stdin) as ReadableStream<Uint8Array>;

async function openList(file: string): Promise<Blob> {
  try {
    return await openAsBlob(file);
  } catch (error) {
    throw new UsageError(
      `The file ${file} cannot be read: ${(error as Error).message}.`,
      'Give the path of a list.',
    );
  }
}

/** The first items that could not be registered, and why. */
async function showErrors({ client, out, io }: Session, { id, errorCount }: Operation): Promise<void> {
  if (errorCount === 0 || out.json) return;
  const params = { operationId: id };
  const { items } = await client.call('listOperationErrors', { params, query: { limit: MOST_SHOWN } });
  for (const { item, message, fix } of items)
    io.stderr.write(`${item}\n  ${message}${fix === null ? '' : ` ${fix}`}\n`);
  if (errorCount > items.length) io.stderr.write(`and ${errorCount - items.length} more\n`);
}
