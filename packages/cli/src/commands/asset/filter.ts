import { ARCHIVE_STATES, ASSET_KINDS, MEDIA_WARNINGS } from '@mooring/contract';
import type { MooringClient } from '@mooring/sdk';
import { type Command, Option } from 'commander';
import { findConnection, findSource } from '../../resolve.ts';

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
  new Option('--tag <tag>', 'with this tag'),
  new Option('--annotated <answer>', 'whether a tool that it was pushed to has an annotation of it').choices([
    'yes',
    'no',
  ]),
  new Option('--dataset-id <id>', 'in the newest version of this dataset'),
  new Option('--metadata <key=value>', 'whose client metadata says so; a key alone: any value'),
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
];
const NAMES = FILTERS.map(option => option.attributeName());

export interface FilterOptions extends Record<string, unknown> {
  folder?: string;
  source?: string;
  connection?: string;
}

/** Adds the options that say which assets are meant. */
export function addFilter(command: Command): Command {
  command
    .option('--folder <id>', 'in this folder or below it')
    .option('--source <source>', 'of this source (id or name)')
    .option('--connection <connection>', 'of this connection (id or name)');
  for (const option of FILTERS) command.addOption(option);
  return command;
}

/** Whether the assets are those of a status, too. */
export const statusOption = (): Option =>
  new Option('--status <status>', 'whether the object is still in the storage')
    .choices(['present', 'gone', 'any'])
    .default('present');

/** Whether anything is asked of the assets. */
export const hasFilter = (options: FilterOptions): boolean =>
  [...NAMES, 'folder', 'source', 'connection'].some(name => options[name] !== undefined);

/** The filter of the API that the options say. */
export async function filterOf(client: MooringClient, options: FilterOptions) {
  const { folder, source, connection } = options;
  const given = NAMES.flatMap(name => (options[name] === undefined ? [] : [[name, options[name]] as const]));
  return {
    ...Object.fromEntries(given),
    ...(folder && { folderId: folder }),
    ...(source && { sourceId: (await findSource(client, source)).id }),
    ...(connection && { connectionId: (await findConnection(client, connection)).id }),
  };
}
