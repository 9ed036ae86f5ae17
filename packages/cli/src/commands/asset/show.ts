import { type Asset, mediaWords } from '@mooring/contract';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { count, relative, size } from '../../output/quantity.ts';
import { renderDetails } from '../../output/table.ts';
import { plain } from '../../output/text.ts';
import { openSession } from '../../session.ts';

export function showAsset(parent: Command, io: Io): void {
  parent
    .command('show')
    .summary('show one asset')
    .description('Shows what the catalogue knows of one asset.')
    .argument('<asset>', 'its id')
    .action(async (assetId: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const asset = await client.call('getAsset', { params: { assetId } });
      const now = io.now();
      await out.one(asset, () =>
        renderDetails(
          [
            ['id', asset.id],
            ['key', plain(asset.key)],
            ['kind', asset.kind],
            ['content type', asset.contentType && plain(asset.contentType)],
            ['size', `${size(asset.sizeBytes)} (${count(asset.sizeBytes)} bytes)`],
            ['status', asset.goneAt ? `gone since ${relative(asset.goneAt, now)}` : asset.status],
            ['tier', asset.tier && plain(asset.tier)],
            ['archive state', asset.archiveState],
            ['tags', asset.tags.length > 0 ? plain(asset.tags.join(', ')) : null],
            ['client metadata', asset.clientMetadata && plain(JSON.stringify(asset.clientMetadata))],
            ['etag', plain(asset.etag)],
            ['modified', `${asset.lastModified} (${relative(asset.lastModified, now)})`],
            ['folder', asset.folderId],
            ['source', asset.sourceId],
            ['connection', asset.connectionId],
            ...mediaRows(asset),
            ...failureRows(asset),
          ],
          out.style,
        ),
      );
    });
}

/** Why it does not meet its profile, and what mends it. */
const failureRows = ({ failedRules }: Asset): [string, string][] =>
  failedRules.flatMap(({ rule, message, fix }): [string, string][] => [
    [`fails ${rule}`, plain(message)],
    ...fix.steps.map((step): [string, string] => ['', plain(step)]),
    ...fix.snippets.map(({ text }): [string, string] => ['', plain(text)]),
  ]);

function mediaRows({ media }: Asset): [string, string][] {
  if (!media) return [['content', 'not probed yet']];
  const { facts, warnings, problem } = media;
  return [
    ...(facts ? mediaWords(facts) : []).map(({ name, text }): [string, string] => [
      name.toLowerCase(),
      plain(text),
    ]),
    ...warnings.map(({ message }): [string, string] => ['warning', plain(message)]),
    ...(problem ? [['problem', plain(problem.message)] as [string, string]] : []),
  ];
}
