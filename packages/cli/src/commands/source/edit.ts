import type { SourceUpdate } from '@mooring/contract';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { findConnection, findSource } from '../../resolve.ts';
import { openSession } from '../../session.ts';
import { renderSource } from './render.ts';

interface Options {
  include?: string[] | true;
  exclude?: string[] | true;
  everySeconds?: string;
  maxRemovedShare?: string;
  profile?: string;
}

export function editSource(parent: Command, io: Io): void {
  parent
    .command('edit')
    .summary('change the filters, the schedule, the guard or the profile of a source')
    .description(
      'Changes the values that are given and keeps the rest. Filters take effect with the next sync. Globs match what comes ' +
        'after the prefix of the source: * stays within a directory, ** does not. An empty --include or --exclude ' +
        'takes all of its globs away.',
    )
    .argument('<source>', 'id or name (container/prefix)')
    .option('--include [globs...]', 'only keys that match one of these')
    .option('--exclude [globs...]', 'no keys that match one of these')
    .option(
      '--every-seconds <seconds>',
      'time from the start of one sync to the next; 0: no syncs by schedule',
    )
    .option('--max-removed-share <share>', 'stop a sync that would remove more, from 0 to 1')
    .option('--profile <profile>', 'the rules that its assets must meet: see mooring profile list')
    .action(async (name: string, options: Options, command: Command) => {
      const { client, out } = await openSession(command, io);
      const source = await findSource(client, name);
      const params = { sourceId: source.id };
      const body: SourceUpdate = {};
      if (options.include || options.exclude) {
        body.filters = {
          include: globsOf(options.include) ?? source.filters.include,
          exclude: globsOf(options.exclude) ?? source.filters.exclude,
        };
      }
      if (options.everySeconds !== undefined)
        body.schedule =
          Number(options.everySeconds) === 0 ? null : { everySeconds: Number(options.everySeconds) };
      if (options.maxRemovedShare !== undefined) body.maxRemovedShare = Number(options.maxRemovedShare);
      if (options.profile !== undefined) body.profile = options.profile;
      const changed = await client.call('updateSource', { params, body });
      if (out.json) return out.one(changed, () => '');
      const connection = await findConnection(client, changed.connectionId);
      await out.one(changed, () => renderSource(changed, connection.name, out.style, io.now()));
    });
}

/** The option without a value is `true`. */
const globsOf = (globs: string[] | true | undefined): string[] | undefined => (globs === true ? [] : globs);
