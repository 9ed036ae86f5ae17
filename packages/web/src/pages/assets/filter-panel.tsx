import type { AssetFacets } from '@mooring/contract';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { cn } from '@/components/ui/cn.ts';
import { formatCount, formatEstimate } from '@/format/numbers.ts';
import { FACET_WORDS, RANGES, valueWords } from './filter-words.ts';
import { DayFields, MetadataField, RangeFields } from './range-fields.tsx';
import { type AssetSelection, FACET_FILTERS, type FacetFilter, type SearchChanges } from './search.ts';

/** Choices of a facet that are seen before the others are asked for. */
const FEW_CHOICES = 6;

/** Not all assets have one, so that one choice is a choice. */
const ALONE = new Set<FacetFilter>(['failedRule', 'warning', 'tag']);

interface PanelProps {
  selection: AssetSelection;
  /** Undefined while the counts are not known. */
  facets: AssetFacets | undefined;
  onChange: (changes: SearchChanges) => void;
}

/** What can be asked of assets, with how many there are of each choice. */
export function FilterPanel({ selection, facets, onChange }: PanelProps) {
  return (
    <div className="grid gap-5">
      {FACET_FILTERS.map(facet => (
        <Choices
          key={facet}
          facet={facet}
          chosen={selection[facet]}
          choices={facets?.facets[facet] ?? []}
          isEstimated={facets?.estimated ?? false}
          onChoose={value => onChange({ [facet]: value })}
        />
      ))}
      <MetadataField selection={selection} onChange={onChange} />
      <DayFields selection={selection} onChange={onChange} />
      {RANGES.map(range => (
        <RangeFields key={range.title} range={range} selection={selection} onChange={onChange} />
      ))}
      <p className="text-sm text-muted">
        Duration, frames, width and height are known of assets that were probed.{' '}
        <Link to="/why-not" className="text-accent underline">
          Why do assets not fit?
        </Link>
      </p>
    </div>
  );
}

interface ChoicesProps {
  facet: FacetFilter;
  chosen: string | undefined;
  choices: { value: string; count: number }[];
  isEstimated: boolean;
  onChoose: (value: string | undefined) => void;
}

function Choices({ facet, chosen, choices, isEstimated, onChoose }: ChoicesProps) {
  const [showsAll, setShowsAll] = useState(false);
  const all =
    chosen && !choices.some(({ value }) => value === chosen)
      ? [...choices, { value: chosen, count: 0 }]
      : choices;
  // One choice that all assets share leaves nothing to choose.
  if (all.length === 0 || (all.length === 1 && !chosen && !ALONE.has(facet))) return null;
  const seen = showsAll ? all : all.filter(({ value }, at) => at < FEW_CHOICES || value === chosen);
  return (
    <fieldset className="grid gap-0.5">
      <legend className="pb-1 text-sm font-medium">{FACET_WORDS[facet]}</legend>
      {seen.map(({ value, count }) => (
        <button
          key={value}
          type="button"
          aria-pressed={value === chosen}
          onClick={() => onChoose(value === chosen ? undefined : value)}
          className={cn(
            '-mx-2 flex min-h-7 items-center justify-between gap-3 rounded-md px-2 text-left text-sm max-sm:min-h-10',
            value === chosen ? 'bg-accent-soft font-medium text-accent' : 'hover:bg-hover',
          )}
        >
          <span className="min-w-0 break-words">{valueWords(facet, value)}</span>
          <span className="text-xs font-normal text-muted">{formatEstimate(count, isEstimated)}</span>
        </button>
      ))}
      {all.length > seen.length && (
        <button
          type="button"
          className="justify-self-start text-sm text-accent hover:underline max-sm:min-h-10"
          onClick={() => setShowsAll(true)}
        >
          Show {formatCount(all.length - seen.length)} more
        </button>
      )}
    </fieldset>
  );
}
