import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { countOf, relative } from '../../output/quantity.ts';
import { plain } from '../../output/text.ts';
import { findConnection } from '../../resolve.ts';
import { openSession } from '../../session.ts';

export function issuedUrls(parent: Command, io: Io): void {
  parent
    .command('urls')
    .summary('list assets with signed URLs that still work')
    .description('Lists the assets with signed URLs that still work, and when each URL expires.')
    .argument('<connection>', 'its id or name')
    .action(async (name: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const { id: connectionId } = await findConnection(client, name);
      const issued = await client.call('getIssuedUrls', { params: { connectionId } });
      if (out.json) return out.one(issued, () => '');
      const now = io.now();
      await out.list(
        issued.items,
        [
          { title: 'ENDS', of: ({ endsAt }) => relative(endsAt, now) },
          { title: 'ASSET', of: ({ assetId }) => assetId ?? 'a test' },
          { title: 'KEY', of: ({ key }) => plain(key) },
        ],
        'No signed URL works any more.',
      );
      const left = issued.count - issued.items.length;
      if (left > 0) out.note(`And ${countOf(left, 'URLs')} that end sooner.`);
    });
}
