import type { Operation, Source } from '@mooring/contract';
import type { Command } from 'commander';
import { follow } from '../follow.ts';
import type { Io } from '../io.ts';
import { findConnection, findSources, nameOfSource } from '../resolve.ts';
import { openSession, type Session } from '../session.ts';
import { failIfUnsuccessful, renderOperation } from './operation/render.ts';

interface SyncOptions {
  wait: boolean;
  dryRun?: boolean;
  confirmRemovals?: boolean;
}

export function sync(parent: Command, io: Io): void {
  parent
    .command('sync')
    .summary('bring the catalogue in line with the storage')
    .description(
      'Brings the catalogue in line with what the storage lists: one source, or every source of a connection. A ' +
        'connection without a source gets one for its whole container and prefix. Ctrl-C leaves the sync running. ' +
        'With --json: a list, one operation for each source.',
    )
    .argument('<target>', 'id or name (container/prefix) of a source, or of a connection')
    .option('--no-wait', 'start it and return at once')
    .option('--dry-run', 'count and show what would change, and write no asset')
    .option(
      '--confirm-removals',
      'remove assets whose objects are gone, also if they are a large share of the source',
    )
    .action(async (target: string, options: SyncOptions, command: Command) => {
      const session = await openSession(command, io);
      const { client, out } = session;
      const started: { source: Source; operation: Operation }[] = [];
      for (const source of await sourcesOf(session, target)) {
        const operation = await client.call('syncSource', {
          params: { sourceId: source.id },
          body: {
            ...(options.dryRun && { dryRun: true }),
            ...(options.confirmRemovals && { confirmRemovals: true }),
          },
        });
        started.push({ source, operation });
      }
      const operations: Operation[] = [];
      for (const { source, operation } of started) {
        const label = `Syncing ${nameOfSource(source)}`;
        operations.push(options.wait ? await follow(session, operation.id, label) : operation);
      }
      await out.one(operations, () =>
        operations.map(operation => renderOperation(operation, out.style, io.now())).join('\n'),
      );
      failIfUnsuccessful(session, operations);
      out.note(
        options.wait
          ? '\nNext: mooring asset list'
          : `\nSee the progress: mooring operation show ${operations.map(({ id }) => id).join(' ')}`,
      );
    });
}

async function sourcesOf({ client, out }: Session, target: string): Promise<Source[]> {
  const sources = await findSources(client, target);
  if (sources.length > 0) return sources;
  const { id, name } = await findConnection(client, target);
  const source = await client.call('createSource', { body: { connectionId: id } });
  out.note(`${name} had no source: made ${source.id} for ${nameOfSource(source)}`);
  return [source];
}
