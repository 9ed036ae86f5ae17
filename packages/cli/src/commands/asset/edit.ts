import { type AssetEdit, type AssetEditResult, MOST_EDITED_AT_ONCE, type Operation } from '@mooring/contract';
import type { MooringClient } from '@mooring/sdk';
import type { Command } from 'commander';
import { UsageError } from '../../failure.ts';
import { follow } from '../../follow.ts';
import type { Io } from '../../io.ts';
import { count } from '../../output/quantity.ts';
import { openSession, type Session } from '../../session.ts';
import { failIfUnsuccessful, renderOperation } from '../operation/render.ts';
import { addFilter, type FilterOptions, filterOf, hasFilter, statusOption } from './filter.ts';
import { addMetadataOptions, type MetadataOptions, metadataOf } from './metadata-options.ts';

type Change = Pick<AssetEdit, 'tags' | 'metadata'>;
interface WhichOptions extends FilterOptions {
  status: 'present' | 'gone' | 'any';
  all?: boolean;
  wait: boolean;
}

export function tagAssets(parent: Command, io: Io): void {
  const several = (value: string, before: string[] = []) => [...before, value];
  const command = parent
    .command('tag')
    .summary('put tags on assets, and take tags off')
    .description(
      'Changes tags of the assets with these ids, or of all that match the filters. No sync changes tags.',
    )
    .option('--add <tag>', 'put it on; several times for several tags', several)
    .option('--remove <tag>', 'take it off', several);
  addWhich(command).action(
    async (
      ids: string[],
      options: WhichOptions & { add?: string[]; remove?: string[] },
      command: Command,
    ) => {
      const tags = { add: options.add ?? [], remove: options.remove ?? [] };
      if (tags.add.length + tags.remove.length === 0)
        throw new UsageError('No tag is given.', 'Use --add or --remove.');
      const session = await openSession(command, io);
      await edit(session, options, ids, { tags });
    },
  );
}

export function changeMetadata(parent: Command, io: Io): void {
  const command = parent
    .command('meta')
    .summary('change the client metadata of assets')
    .description(
      'Changes client metadata of the assets with these ids, or of all that match the filters. Other keys stay. No sync changes client metadata.',
    );
  addWhich(addMetadataOptions(command)).action(
    async (ids: string[], options: WhichOptions & MetadataOptions, command: Command) => {
      const metadata = metadataOf(options);
      if (Object.keys(metadata).length === 0)
        throw new UsageError('No change is given.', 'Use --set, --set-json or --unset.');
      const session = await openSession(command, io);
      await edit(session, options, ids, { metadata });
    },
  );
}

const addWhich = (command: Command): Command =>
  addFilter(command.argument('[assets...]', 'their ids'))
    .addOption(statusOption())
    .option('--all', 'all assets of the workspace, where no filter is given')
    .option('--no-wait', 'with filters: start it and return at once');

async function edit(session: Session, options: WhichOptions, ids: string[], change: Change): Promise<void> {
  const { all, wait, status } = options;
  if (ids.length > 0) {
    if (all || hasFilter(options))
      throw new UsageError('Both ids and filters are given.', 'Give either ids of assets, or filters.');
    return editByIds(session, ids, change);
  }
  if (!all && !hasFilter(options))
    throw new UsageError('No assets are named.', 'Give their ids, or filters such as --folder, or --all.');
  const { client, out, io } = session;
  const body = { filter: { ...(await filterOf(client, options)), status }, ...change };
  const started = await client.call('editAssets', { body });
  const operation: Operation = wait ? await follow(session, started.id, 'Editing') : started;
  await out.one(operation, () => renderOperation(operation, out.style, io.now()));
  failIfUnsuccessful(session, [operation]);
}

async function editByIds({ client, out }: Session, ids: string[], change: Change): Promise<void> {
  const sum: AssetEditResult = { changed: 0, unchanged: 0, refused: [], missing: [] };
  for (let at = 0; at < ids.length; at += MOST_EDITED_AT_ONCE) {
    const result = await editSome(client, ids.slice(at, at + MOST_EDITED_AT_ONCE), change);
    sum.changed += result.changed;
    sum.unchanged += result.unchanged;
    sum.refused.push(...result.refused);
    sum.missing.push(...result.missing);
  }
  await out.one(sum, () => `${count(sum.changed)} changed, ${count(sum.unchanged)} were so already\n`);
  for (const { assetId, message } of sum.refused) out.warn(`${assetId} is not changed. ${message}`);
  for (const assetId of sum.missing) out.warn(`There is no asset ${assetId}.`);
}

const editSome = (client: MooringClient, assetIds: string[], { tags, metadata }: Change) =>
  tags
    ? client.call('tagAssets', { body: { assetIds, tags } })
    : client.call('describeAssets', { body: { assetIds, metadata: metadata ?? {} } });
