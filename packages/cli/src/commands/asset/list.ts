import {
  ARCHIVE_STATES,
  type ArchiveState,
  ASSET_KINDS,
  type Asset,
  type AssetKind,
} from '@mooring/contract';
import { type Command, Option } from 'commander';
import type { Io } from '../../io.ts';
import { addLimit, type LimitOptions, pageLimit, take } from '../../limit.ts';
import { size } from '../../output/quantity.ts';
import { findConnection, findSource } from '../../resolve.ts';
import { openSession } from '../../session.ts';

interface Options extends LimitOptions {
  folder?: string;
  source?: string;
  connection?: string;
  kind?: AssetKind;
  archiveState?: ArchiveState;
  name?: string;
  status: 'present' | 'gone' | 'any';
}

export function listAssets(parent: Command, io: Io): void {
  const list = parent
    .command('list')
    .summary('list assets')
    .description('Lists assets, by source and then by key. All filters must match.')
    .option('--folder <id>', 'in this folder or below it')
    .option('--source <source>', 'of this source (id or name)')
    .option('--connection <connection>', 'of this connection (id or name)')
    .addOption(new Option('--kind <kind>', 'of this kind').choices(ASSET_KINDS))
    .addOption(
      new Option('--archive-state <state>', 'whether the storage lets it be read').choices(ARCHIVE_STATES),
    )
    .option('--name <text>', 'whose key contains this, in any case')
    .addOption(
      new Option('--status <status>', 'whether the object is still in the storage')
        .choices(['present', 'gone', 'any'])
        .default('present'),
    );
  addLimit(list, 100).action(async (options: Options, command: Command) => {
    const { client, out } = await openSession(command, io);
    const { folder, source, connection, kind, archiveState, name, status } = options;
    const query = {
      folderId: folder,
      sourceId: source ? (await findSource(client, source)).id : undefined,
      connectionId: connection ? (await findConnection(client, connection)).id : undefined,
      kind,
      archiveState,
      name,
      status,
      limit: pageLimit(options),
    };
    await out.list<Asset>(
      take(client.pages('listAssets', { query }), options, out),
      [
        { title: 'ID', of: ({ id }) => id },
        { title: 'KIND', of: asset => asset.kind },
        { title: 'SIZE', of: ({ sizeBytes }) => size(sizeBytes), align: 'right' },
        { title: 'STATUS', of: asset => asset.status },
        { title: 'KEY', of: ({ key }) => key },
      ],
      'There are no such assets.',
    );
  });
}
