import type { Source } from '@mooring/contract';
import { count, duration, relative } from '../../output/quantity.ts';
import type { Style } from '../../output/style.ts';
import { renderDetails } from '../../output/table.ts';
import { plain } from '../../output/text.ts';

/** Everything about a source, a line each. */
export function renderSource(source: Source, connectionName: string, style: Style, now: Date): string {
  const { filters, schedule, lastSyncedAt } = source;
  return renderDetails(
    [
      ['id', source.id],
      ['connection', `${source.connectionId} ${plain(connectionName)}`],
      ['container', plain(source.container)],
      ['prefix', source.prefix ? plain(source.prefix) : null],
      ['folder', source.folderId],
      ['include', globs(filters.include)],
      ['exclude', globs(filters.exclude)],
      ['schedule', schedule ? `every ${duration(schedule.everySeconds * 1000)}` : 'none'],
      ['guard', `stops a sync that would remove more than ${percent(source.maxRemovedShare)}`],
      ['assets', count(source.assetCount)],
      ['synced', lastSyncedAt ? relative(lastSyncedAt, now) : 'never'],
      ['held', source.syncHeld && plain(source.syncHeld)],
    ],
    style,
  );
}

const globs = (all: readonly string[]): string | null => (all.length > 0 ? all.map(plain).join('  ') : null);
const percent = (share: number): string => `${Number((share * 100).toFixed(2))} %`;
