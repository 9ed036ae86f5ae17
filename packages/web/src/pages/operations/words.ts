import type { Operation, OperationKind, SyncCounts } from '@mooring/contract';
import { formatCount, formatUnits } from '@/format/numbers.ts';

/** What each kind of operation is called, and while it goes on. */
export const KIND_WORDS: Record<OperationKind, { name: string; doing: string }> = {
  sync: { name: 'Sync', doing: 'Syncing' },
  inventory: { name: 'Inventory report', doing: 'Reading an inventory report' },
  'remove-source': { name: 'Removal of a source', doing: 'Removing a source' },
  'remove-connection': { name: 'Removal of a connection', doing: 'Removing a connection' },
};

/** What an operation is called. */
export const nameOf = ({ kind, report }: Pick<Operation, 'kind' | 'report'>): string =>
  report ? 'Dry run' : KIND_WORDS[kind].name;

/** The counts of a sync that are shown, in this order. */
export const COUNT_WORDS: Record<keyof SyncCounts, string> = {
  listed: 'listed',
  added: 'added',
  changed: 'changed',
  removed: 'gone',
  restored: 'restored',
  unchanged: 'unchanged',
  skipped: 'skipped',
};

/** `1,204 added, 3 gone`; `nothing changed` where that is so. */
export function describeCounts(counts: SyncCounts): string {
  const parts = (['added', 'changed', 'removed', 'restored'] as const)
    .filter(name => counts[name] > 0)
    .map(name => `${formatCount(counts[name])} ${COUNT_WORDS[name]}`);
  return parts.join(', ') || 'nothing changed';
}

/** A title and a sentence for the moment an operation ends. */
export function describeEnd(operation: Operation): [title: string, description?: string] {
  const name = nameOf(operation);
  if (operation.status === 'failed')
    return [`${name} failed`, operation.problem?.detail ?? 'See Operations.'];
  if (operation.status === 'cancelled') return [`${name} cancelled`, 'What it had done stays.'];
  if (!operation.counts) return [`${name} done`];
  const errors = operation.errorCount > 0 ? `; ${formatUnits(operation.errorCount, 'error')}` : '';
  const found = `${formatUnits(operation.counts.listed, 'object')} listed, ${describeCounts(operation.counts)}${errors}`;
  return [`${name} done`, operation.report ? `${found}; nothing was written.` : `${found}.`];
}
