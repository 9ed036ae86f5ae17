import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import {
  EXPORT_FORMATS,
  type ExportAddresses,
  type ExportFormat,
  type ExportRequest,
  SPLITS,
  type Split,
} from '@mooring/contract';
import type { MooringClient } from '@mooring/sdk';
import { type Command, Option } from 'commander';
import { UsageError } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { relative } from '../../output/quantity.ts';
import { openSession } from '../../session.ts';
import { findVersion, toVersion } from '../dataset/find.ts';
import { addFilter, type FilterOptions, filterOf, statusOption } from './filter.ts';

interface Options extends FilterOptions {
  format: ExportFormat;
  output?: string;
  link?: string;
  signed?: boolean;
  after?: string;
  dataset?: string;
  versionNumber?: number;
  split?: Split;
  status: 'present' | 'gone' | 'any';
}

const FORMATS = Object.keys(EXPORT_FORMATS) as ExportFormat[];
const HELP = `
Formats:
${FORMATS.map(id => `  ${id.padEnd(14)} ${wordsOf(id)}`).join('\n')}`;

export function exportAssets(parent: Command, io: Io): void {
  const command = parent
    .command('export')
    .summary('write assets in the format of another tool')
    .description(
      'Writes the assets that match the filters, in the order of sources and keys. They are named by container and ' +
        'key, unless links or signed URLs are asked for.',
    )
    .addOption(new Option('--format <format>', 'what to write').choices(FORMATS).makeOptionMandatory())
    .option('--output <file>', 'into this file; without it, to stdout')
    .addOption(
      new Option('--link <name>', 'make a link with this name, for 30 days, and name the assets by it'),
    )
    .addOption(
      new Option('--signed', 'name the assets by signed URLs, which work for minutes').conflicts('link'),
    )
    .option('--after <asset>', 'go on after this asset, where an export was cut off')
    .addOption(
      new Option('--dataset <dataset>', 'id or name: the members of a version, as they were').conflicts([
        'link',
        'after',
      ]),
    )
    .option('--version-number <number>', 'of the dataset; default: the newest', toVersion)
    .addOption(new Option('--split <split>', 'with --dataset: only those of this split').choices(SPLITS))
    .addHelpText('after', HELP);
  addFilter(command)
    .addOption(statusOption())
    .action(async (options: Options, command: Command) => {
      const { format, output, after, status } = options;
      const { client, out } = await openSession(command, io);
      const filter = await filterOf(client, options);
      const addresses = await addressesOf(client, options, filter, text => out.warn(text), io.now());
      const dataset = await datasetOf(client, options);
      const stream = await client.exportAssets({
        ...{ format, filter: { ...filter, status }, addresses },
        ...(dataset && { dataset }),
        ...(after && { after }),
      });
      const source = Readable.fromWeb(stream as ReadableStream);
      if (output === undefined) await pipeline(source, io.stdout, { end: false });
      else {
        // A file with its name is whole.
        await pipeline(source, createWriteStream(`${output}.part`));
        await rename(`${output}.part`, output);
        out.note(`${output} is written.`);
      }
    });
}

async function datasetOf(
  client: MooringClient,
  { dataset, versionNumber, split }: Options,
): Promise<ExportRequest['dataset']> {
  if (dataset === undefined) {
    if (versionNumber === undefined && split === undefined) return undefined;
    throw new UsageError('No dataset is given.', '--version-number and --split need --dataset.');
  }
  const { datasetId: id, version } = await findVersion(client, dataset, versionNumber);
  return { id, version, ...(split && { split }) };
}

async function addressesOf(
  client: MooringClient,
  { link, signed }: Options,
  filter: Awaited<ReturnType<typeof filterOf>>,
  say: (text: string) => void,
  now: Date,
): Promise<ExportAddresses> {
  if (signed) return { kind: 'signed' };
  if (link === undefined) return { kind: 'path' };
  const { id, token, expiresAt } = await client.call('createLink', {
    body: { name: link, scope: { kind: 'filter', filter } },
  });
  say(
    `The links in it need no sign-in. They expire ${relative(expiresAt, now)}; revoke them with: mooring link revoke ${id}`,
  );
  return { kind: 'link', token };
}

function wordsOf(id: ExportFormat): string {
  const { title, holds } = EXPORT_FORMATS[id];
  return holds === null ? title : `${title}: ${holds}`;
}
