import {
  DATASET_CHANGES,
  type DatasetChange,
  type DatasetMember,
  type DatasetVersion,
  SPLITS,
} from '@mooring/contract';
import { type Command, Option } from 'commander';
import type { Io } from '../../io.ts';
import { addLimit, type LimitOptions, pageLimit, take } from '../../limit.ts';
import { count, relative, size } from '../../output/quantity.ts';
import { openSession } from '../../session.ts';
import { findDataset, findVersion, toVersion } from './find.ts';
import { changeWords, splitWords } from './render.ts';

export function listVersions(parent: Command, io: Io): void {
  const list = parent
    .command('versions')
    .summary('list the versions of a dataset')
    .description('Lists the versions of a dataset, newest first.')
    .argument('<dataset>', 'id or name');
  addLimit(list, 100).action(async (idOrName: string, options: LimitOptions, command: Command) => {
    const { client, out } = await openSession(command, io);
    const { id } = await findDataset(client, idOrName);
    const query = { limit: pageLimit(options) };
    await out.list<DatasetVersion>(
      take(client.pages('listDatasetVersions', { params: { datasetId: id }, query }), options, out),
      [
        { title: 'VERSION', of: ({ version }) => String(version), align: 'right' },
        { title: 'MEMBERS', of: ({ members }) => count(members), align: 'right' },
        { title: 'CHANGES', of: changeWords },
        { title: 'SPLITS', of: splitWords },
        { title: 'MADE', of: ({ createdAt }) => relative(createdAt, io.now()) },
        { title: 'NOTE', of: ({ note }) => note },
      ],
      'It has no version yet.',
    );
  });
}

export function listMembers(parent: Command, io: Io): void {
  const list = parent
    .command('members')
    .summary('list the members of a version')
    .description('Lists the members of a version as they were when it was made.')
    .argument('<dataset>', 'id or name')
    .option('--version-number <number>', 'of this version; default: the newest', toVersion)
    .addOption(new Option('--split <split>', 'only those of this split').choices(SPLITS));
  interface Options extends LimitOptions {
    versionNumber?: number;
    split?: (typeof SPLITS)[number];
  }
  addLimit(list, 100).action(async (idOrName: string, options: Options, command: Command) => {
    const { client, out } = await openSession(command, io);
    const params = await findVersion(client, idOrName, options.versionNumber);
    const query = { limit: pageLimit(options), ...(options.split && { split: options.split }) };
    await out.list<DatasetMember>(
      take(client.pages('listDatasetMembers', { params, query }), options, out),
      [
        { title: 'ID', of: ({ assetId }) => assetId },
        { title: 'SPLIT', of: ({ split }) => split ?? '–' },
        { title: 'SIZE', of: ({ sizeBytes }) => size(sizeBytes), align: 'right' },
        { title: 'NOW', of: ({ now }) => now },
        { title: 'KEY', of: ({ key }) => key },
      ],
      'It has no members.',
    );
  });
}

export function showDifference(parent: Command, io: Io): void {
  const diff = parent
    .command('diff')
    .summary('show what is different between two versions')
    .description('Lists the members that were added, changed or have gone between two versions.')
    .argument('<dataset>', 'id or name')
    .option('--from <number>', 'the earlier version; default: the one before the later', toVersion)
    .option('--to <number>', 'the later version; default: the newest', toVersion)
    .addOption(new Option('--change <change>', 'only these').choices(DATASET_CHANGES));
  interface Options extends LimitOptions {
    from?: number;
    to?: number;
    change?: (typeof DATASET_CHANGES)[number];
  }
  addLimit(diff, 100).action(async (idOrName: string, options: Options, command: Command) => {
    const { client, out } = await openSession(command, io);
    const params = await findVersion(client, idOrName, options.to);
    const from = options.from === undefined ? {} : { from: options.from };
    const difference = await client.call('getDatasetDifference', { params, query: from });
    out.note(
      `Version ${difference.to} against ${difference.from}: ${changeWords(difference)}, ${count(difference.same)} the same`,
    );
    const query = { ...from, limit: pageLimit(options), ...(options.change && { change: options.change }) };
    await out.list<DatasetChange>(
      take(client.pages('listDatasetChanges', { params, query }), options, out),
      [
        { title: 'CHANGE', of: ({ change }) => change },
        { title: 'WHAT', of: ({ what }) => what.join(', ') },
        { title: 'ID', of: ({ assetId }) => assetId },
        { title: 'KEY', of: ({ key }) => key },
      ],
      'Nothing is different.',
    );
  });
}
