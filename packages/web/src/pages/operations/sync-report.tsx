import type { OperationOf, SyncCounts, SyncReport } from '@mooring/contract';
import { FullName } from '@/components/name.tsx';
import { Section } from '@/components/page.tsx';
import { formatCount } from '@/format/numbers.ts';

type Sort = keyof SyncReport['samples'];

const SORTS: [Sort, string][] = [
  ['added', 'Would be added'],
  ['changed', 'Would be changed'],
  ['removed', 'Would be gone'],
  ['restored', 'Would be restored'],
  ['skipped', 'Would be skipped'],
];
const REASONS: Record<string, string> = {
  placeholder: 'placeholder of a folder',
  unstorable: 'its key cannot be stored',
  filtered: 'left out by the filters',
  rendition: 'made by Mooring',
};

/** What a dry run found: some of the keys of each sort. */
export function SyncReportView({ operation: { counts, report } }: { operation: OperationOf<'sync'> }) {
  if (!report) return null;
  const shown = SORTS.filter(([sort]) => report.samples[sort].length > 0);
  return (
    <Section
      title="What a sync would do"
      about={
        shown.length === 0
          ? 'Nothing: the catalogue agrees with the storage.'
          : 'This was a dry run: nothing was written.'
      }
    >
      {shown.map(([sort, words]) => (
        <details key={sort} open={sort !== 'skipped'} className="grid">
          <summary className="font-medium">
            {words}: {formatCount(countOf(counts, sort))}
          </summary>
          <ul className="grid pt-1 text-sm">
            {report.samples[sort].map(({ key, reason }) => (
              <li key={key} className="flex flex-wrap gap-x-3 border-b py-1.5 last:border-b-0">
                <FullName text={key} />
                {reason && <span className="text-muted">{REASONS[reason] ?? reason}</span>}
              </li>
            ))}
          </ul>
        </details>
      ))}
    </Section>
  );
}

const countOf = (counts: SyncCounts | null, sort: Sort): number => counts?.[sort] ?? 0;
