import type { Operation } from '@mooring/contract';
import type { Command } from 'commander';
import { UsageError } from '../../failure.ts';
import { follow } from '../../follow.ts';
import type { Io } from '../../io.ts';
import { openSession } from '../../session.ts';
import { addFilter, type FilterOptions, filterOf, hasFilter, statusOption } from '../asset/filter.ts';
import { failIfUnsuccessful, renderOperation } from '../operation/render.ts';
import { findDataset } from './find.ts';

interface Options extends FilterOptions {
  status: 'present' | 'gone' | 'any';
  all?: boolean;
  remove?: boolean;
  replace?: boolean;
  note?: string;
  wait: boolean;
}

export function createVersion(parent: Command, io: Io): void {
  const create = parent
    .command('version')
    .summary('make a version: add assets, take some out, or bring all up to date')
    .description(
      'Makes a version of the members of the newest one that are still there, as they are now. The assets with these ids, ' +
        'or those that match the filters, are added; with --remove they are taken out. Versions before stay as they are.',
    )
    .argument('<dataset>', 'id or name')
    .argument('[assets...]', 'ids of assets')
    .addOption(statusOption())
    .option('--all', 'all assets of the workspace')
    .option('--remove', 'take them out rather than add them')
    .option('--replace', 'begin with no members')
    .option('--note <text>', 'why, or what is new')
    .option('--no-wait', 'start it and return at once');
  addFilter(create).action(async (idOrName: string, ids: string[], options: Options, command: Command) => {
    const session = await openSession(command, io);
    const { client, out } = session;
    const dataset = await findDataset(client, idOrName);
    const { remove, replace = false, note = '', wait, status } = options;
    const parts = [
      ...(ids.length > 0 ? [{ assetIds: ids }] : []),
      ...(options.all || hasFilter(options)
        ? [{ filter: { ...(await filterOf(client, options)), status } }]
        : []),
    ];
    if (replace && (remove || parts.length === 0))
      throw new UsageError('The version would have no members.', 'Name assets that it begins with.');
    const started = await client.call('createDatasetVersion', {
      params: { datasetId: dataset.id },
      body: { keep: !replace, note, ...(remove ? { remove: parts } : { add: parts }) },
    });
    const operation: Operation = wait ? await follow(session, started.id, 'Making a version') : started;
    await out.one(operation, () => renderOperation(operation, out.style, io.now()));
    failIfUnsuccessful(session, [operation]);
    if (wait) out.note(`\nNext: mooring dataset members ${dataset.id}`);
  });
}
