import { differentFixes, type Feed, type Fix } from '@mooring/contract';
import type { Command } from 'commander';
import type { Io } from '../../io.ts';
import { renderFix } from '../../output/fix.ts';
import type { Output } from '../../output/output.ts';
import { count, relative } from '../../output/quantity.ts';
import { plain } from '../../output/text.ts';
import { findSource } from '../../resolve.ts';
import { openSession } from '../../session.ts';

const FULL_SYNC =
  'A full sync finds what changed; it starts by itself as soon as the connection can be used.';

export function listFeeds(parent: Command, io: Io): void {
  parent
    .command('list')
    .summary('list the feeds of a source')
    .description(
      'Lists the feeds of a source, and how many changes the last full sync found that no event had reported.',
    )
    .argument('<source>', 'id or name of the source')
    .action(async (name: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const { id: sourceId } = await findSource(client, name);
      const now = io.now();
      const { items } = await client.call('listFeeds', { params: { sourceId } });
      await out.list<Feed>(
        items,
        [
          { title: 'ID', of: ({ id }) => id },
          { title: 'KIND', of: ({ kind }) => kind },
          { title: 'EVENTS', of: ({ receivedCount }) => count(receivedCount), align: 'right' },
          { title: 'APPLIED', of: ({ appliedCount }) => count(appliedCount), align: 'right' },
          { title: 'WAITING', of: ({ waitingCount }) => count(waitingCount), align: 'right' },
          { title: 'DROPPED', of: ({ droppedCount }) => count(droppedCount), align: 'right' },
          { title: 'UNREADABLE', of: ({ unreadableCount }) => count(unreadableCount), align: 'right' },
          { title: 'LAST', of: ({ lastEventAt }) => (lastEventAt ? relative(lastEventAt, now) : 'never') },
          {
            title: 'CORRECTED',
            of: ({ repaired }) => (repaired ? count(repaired.assets) : ''),
            align: 'right',
          },
          { title: 'ERROR', of: ({ lastError }) => lastError ?? '' },
        ],
        `${sourceId} has no feed. Next: mooring feed add ${sourceId}`,
      );
      for (const feed of items) {
        noteUnreadable(out, feed, now);
        if (feed.remedy) noteFix(out, feed.remedy, `How to mend ${feed.id}: `);
      }
      const wanted = items[0]?.syncWanted;
      if (wanted) out.note(`\n${plain(wanted.reason)} ${FULL_SYNC}`);
    });
}

function noteUnreadable(out: Output, { id, unreadable, unreadableCount }: Feed, now: Date): void {
  if (unreadableCount === 0) return;
  out.note(`\n${id} cannot look at ${count(unreadableCount)} of the places that events name:`);
  for (const { key, problem, nextLookAt } of unreadable)
    out.note(`  ${plain(key)}: ${plain(problem)} Next look: ${relative(nextLookAt, now)}.`);
  const rest = unreadableCount - unreadable.length;
  if (rest > 0) out.note(`  and ${count(rest)} more`);
  for (const fix of differentFixes(unreadable)) noteFix(out, fix, 'Fix: ');
  out.note('Other events go on. A full sync resolves these.');
}

function noteFix(out: Output, fix: Fix, label: string): void {
  out.note(['', ...renderFix(fix, out.errorStyle.bold(label), '', out.errorStyle), ''].join('\n'));
}
