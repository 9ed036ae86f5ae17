import { X } from 'lucide-react';
import { Button } from '@/components/ui/button.tsx';
import type { Chip } from './filter-words.ts';
import type { SearchChanges } from './search.ts';

/** The filters that hold. Each can be taken away, or all of them. */
export function FilterChips({
  chips,
  onChange,
}: {
  chips: readonly Chip[];
  onChange: (changes: SearchChanges) => void;
}) {
  if (chips.length === 0) return null;
  const withoutAll: SearchChanges = Object.assign({}, ...chips.map(({ without }) => without));
  return (
    <ul aria-label="Filters that hold" className="flex flex-wrap gap-1.5">
      {chips.map(({ words, without }) => (
        <li key={words} className="min-w-0 max-w-full">
          <Button size="sm" className="max-w-full" onClick={() => onChange(without)}>
            <span className="truncate">{words}</span>
            <X aria-label="Remove this filter" />
          </Button>
        </li>
      ))}
      {chips.length > 1 && (
        <li>
          <Button size="sm" variant="ghost" onClick={() => onChange(withoutAll)}>
            Remove all
          </Button>
        </li>
      )}
    </ul>
  );
}
