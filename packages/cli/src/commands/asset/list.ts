import { ARCHIVE_STATES, ASSET_KINDS, ASSET_SORTS, type Asset, MEDIA_WARNINGS } from '@mooring/contract';
import { type Command, Option } from 'commander';
import type { Io } from '../../io.ts';
import { addLimit, type LimitOptions, pageLimit, take } from '../../limit.ts';
import { size } from '../../output/quantity.ts';
import { findConnection, findSource } from '../../resolve.ts';
import { openSession } from '../../session.ts';

/** Options whose names and values are those of the API's filter. */
const FILTERS: Option[] = [
  new Option('--kind <kind>', 'of this kind, by content where that is known').choices(ASSET_KINDS),
  new Option('--media-type <type>', 'of this media type, e.g. image/jpeg'),
  new Option('--codec <codec>', 'whose video has this codec, e.g. avc1.64001f'),
  new Option('--tier <tier>', 'in this tier of the storage'),
  new Option('--archive-state <state>', 'whether the storage lets it be read').choices(ARCHIVE_STATES),
  new Option('--warning <code>', 'of which the probe has warned').choices(MEDIA_WARNINGS),
  new Option('--profile-result <result>', 'whether it meets the profile of its source').choices([
    'passing',
    'failing',
  ]),
  new Option('--failed-rule <rule>', 'that fails this rule of its profile'),
  new Option('--min-size-bytes <bytes>', 'at least this large'),
  new Option('--max-size-bytes <bytes>', 'at most this large'),
  new Option('--modified-from <time>', 'changed then or later, e.g. 2026-11-01T00:00:00Z'),
  new Option('--modified-before <time>', 'changed earlier'),
  new Option('--min-width <pixels>', 'at least this wide'),
  new Option('--max-width <pixels>', 'at most this wide'),
  new Option('--min-height <pixels>', 'at least this high'),
  new Option('--max-height <pixels>', 'at most this high'),
  new Option('--min-duration-seconds <seconds>', 'at least this long'),
  new Option('--max-duration-seconds <seconds>', 'at most this long'),
  new Option('--min-frames <frames>', 'with at least so many frames'),
  new Option('--max-frames <frames>', 'with at most so many frames'),
  new Option('--name <words>', 'whose key contains these words; * stands for any text'),
  new Option('--status <status>', 'whether the object is still in the storage')
    .choices(['present', 'gone', 'any'])
    .default('present'),
  new Option('--sort <order>', 'by what to sort; -: the greatest first').choices(ASSET_SORTS).default('key'),
];

interface Options extends LimitOptions {
  folder?: string;
  source?: string;
  connection?: string;
}

export function listAssets(parent: Command, io: Io): void {
  const list = parent
    .command('list')
    .summary('list assets')
    .description('Lists assets. All filters must match.')
    .option('--folder <id>', 'in this folder or below it')
    .option('--source <source>', 'of this source (id or name)')
    .option('--connection <connection>', 'of this connection (id or name)');
  for (const option of FILTERS) list.addOption(option);
  addLimit(list, 100).action(async (options: Options, command: Command) => {
    const { client, out } = await openSession(command, io);
    const { folder, source, connection, limit: _limit, all: _all, ...filter } = options;
    const query = {
      ...filter,
      folderId: folder,
      sourceId: source ? (await findSource(client, source)).id : undefined,
      connectionId: connection ? (await findConnection(client, connection)).id : undefined,
      limit: pageLimit(options),
    };
    await out.list<Asset>(
      take(client.pages('listAssets', { query }), options, out),
      [
        { title: 'ID', of: ({ id }) => id },
        { title: 'KIND', of: asset => asset.kind },
        { title: 'SIZE', of: ({ sizeBytes }) => size(sizeBytes), align: 'right' },
        { title: 'STATUS', of: asset => asset.status },
        { title: 'FAILS', of: ({ failedRules }) => failedRules.map(({ rule }) => rule).join(' ') },
        { title: 'KEY', of: ({ key }) => key },
      ],
      'There are no such assets.',
    );
  });
}
