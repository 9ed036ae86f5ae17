import { useQuery } from '@tanstack/react-query';
import { installationQuery } from '@/api/queries.ts';
import { cn } from '@/components/ui/cn.ts';
import { KINDS } from '@/kinds.ts';
import { type Draft, withAddress, withKind } from './draft.ts';

/** Which service holds the data; nothing where there is no choice. */
export function KindChoice({ draft, change }: { draft: Draft; change: (changes: Partial<Draft>) => void }) {
  const { data: installation } = useQuery(installationQuery);
  const kinds = KINDS.filter(({ id }) => installation?.storageKinds.includes(id) ?? true);
  if (kinds.length < 2) return null;
  return (
    <fieldset className="grid gap-2 sm:grid-cols-2">
      <legend className="mb-1.5 text-sm font-medium">Where the data is</legend>
      {kinds.map(kind => {
        const isChosen = kind.id === draft.provider;
        return (
          <label
            key={kind.id}
            className={cn(
              'flex cursor-pointer items-center gap-3 rounded-lg border px-4 py-2.5 font-medium has-focus-visible:outline-2 has-focus-visible:outline-accent',
              isChosen ? 'border-accent bg-accent-soft' : 'hover:bg-hover',
            )}
          >
            <input
              type="radio"
              name="storage-kind"
              checked={isChosen}
              onChange={() => change(withAddress(withKind(draft, kind), draft.address))}
              className="accent-accent outline-none"
            />
            {kind.words.service}
          </label>
        );
      })}
    </fieldset>
  );
}
