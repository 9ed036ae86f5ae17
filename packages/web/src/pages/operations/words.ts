import { countsOf, isDryRun, OPERATION_KINDS, type Operation } from '@mooring/contract';
import { formatCount, formatUnits } from '@/format/numbers.ts';

/** What an operation is called. */
export const nameOf = (operation: Pick<Operation, 'kind' | 'report'>): string =>
  isDryRun(operation) ? 'Dry run' : OPERATION_KINDS[operation.kind].name;

/** `1,204 added, 3 gone`; `nothing changed` where that is so; null where it counts nothing. */
export function describeCounts(operation: Pick<Operation, 'kind' | 'counts'>): string | null {
  const counts = countsOf(operation);
  if (counts.length === 0) return null;
  const parts = counts
    .filter(({ role, count }) => role === 'change' && count > 0)
    .map(({ count, word }) => `${formatCount(count)} ${word}`);
  return parts.join(', ') || 'nothing changed';
}

/** A title and a sentence for the moment an operation ends. */
export function describeEnd(operation: Operation): [title: string, description?: string] {
  const name = nameOf(operation);
  if (operation.status === 'failed')
    return [`${name} failed`, operation.problem?.detail ?? 'See Operations.'];
  if (operation.status === 'cancelled') return [`${name} cancelled`, 'Its results up to then stay.'];
  const counts = describeCounts(operation);
  if (counts === null) return [`${name} done`];
  const unit = operation.unit.replace(/s$/, '');
  const total = countsOf(operation)
    .filter(({ role }) => role === 'total')
    .map(({ count, word }) => `${formatUnits(count, unit)} ${word}, `);
  const errors = operation.errorCount > 0 ? `; ${formatUnits(operation.errorCount, 'error')}` : '';
  const found = `${total.join('')}${counts}${errors}`;
  return [`${name} done`, isDryRun(operation) ? `${found}; nothing was written.` : `${found}.`];
}
