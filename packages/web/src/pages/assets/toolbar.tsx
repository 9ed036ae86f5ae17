import { ASSET_KINDS, ASSET_SORTS, type AssetKind, type AssetSort } from '@mooring/contract';
import { Grid2x2, Search, Table2, X, ZoomIn, ZoomOut } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { KINDS } from '@/components/kind.tsx';
import { Button } from '@/components/ui/button.tsx';
import { cn } from '@/components/ui/cn.ts';
import { Input, Select } from '@/components/ui/input.tsx';
import { formatCount, formatEstimate, formatUnits } from '@/format/numbers.ts';
import { secretIn } from '@/storage-kind.ts';
import { SORT_WORDS } from './filter-words.ts';
import type { AssetSearch } from './search.ts';

const TYPING_MS = 250;

interface SearchProps {
  name: string | undefined;
  onName: (name: string | undefined) => void;
}

/** Filters by words of the key, a moment after the last key was pressed. */
export function NameSearch({ name, onName }: SearchProps) {
  const [text, setText] = useState(name ?? '');
  const input = useRef<HTMLInputElement>(null);
  const sent = useRef(name);
  // What is searched for stands in the address.
  const isSecret = secretIn(text) !== null;
  const wanted = text === '' || isSecret ? undefined : text;

  useEffect(() => {
    // The address changed by itself (back, a link): follow it.
    if (name !== sent.current) setText(name ?? '');
    sent.current = name;
  }, [name]);

  useEffect(() => {
    if (wanted === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = wanted;
      onName(wanted);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [wanted, onName]);

  /** Searches for what is typed by now, and gives the keys to the list. */
  const goToList = () => {
    if (wanted !== sent.current) {
      sent.current = wanted;
      onName(wanted);
      // The list that comes takes the focus, as nothing else has it.
      input.current?.blur();
    } else document.querySelector<HTMLElement>('[role=grid]')?.focus();
  };

  useEffect(() => {
    // From `/` on another page.
    if (location.hash === '#search') input.current?.focus();
  }, []);

  return (
    <search className="relative w-64 max-sm:order-last max-sm:w-full">
      <Search
        aria-hidden
        className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted"
      />
      <Input
        ref={input}
        type="text"
        data-asset-search
        aria-label="Filter by name or path"
        aria-keyshortcuts="/"
        placeholder="Words of name or path"
        value={text}
        maxLength={1024}
        onChange={event => setText(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Enter' || event.key === 'ArrowDown') {
            event.preventDefault();
            goToList();
          }
          if (event.key !== 'Escape') return;
          if (text === '') event.currentTarget.blur();
          else setText('');
        }}
        aria-invalid={isSecret || undefined}
        className="h-8 pr-8 pl-8.5 max-sm:h-10"
      />
      {isSecret && (
        <p
          role="status"
          className="absolute top-full z-10 mt-1 rounded-md border bg-raised px-2 py-1 text-sm text-bad"
        >
          This text holds a secret, so Mooring does not search for it.
        </p>
      )}
      {text !== '' && (
        <Button
          variant="ghost"
          size="icon-sm"
          aria-label="Clear the filter"
          className="absolute top-1/2 right-0.5 -translate-y-1/2"
          onClick={() => {
            setText('');
            input.current?.focus();
          }}
        >
          <X aria-hidden />
        </Button>
      )}
    </search>
  );
}

interface KindsProps {
  kind: AssetKind | undefined;
  /** How many of each kind there are; undefined while that is not known. */
  counts: Partial<Record<AssetKind, number>> | undefined;
  /** Not where another filter leaves fewer. */
  showCounts: boolean;
  isEstimated: boolean;
  onKind: (kind: AssetKind | undefined) => void;
}

/** The kinds that there are, each with its count. */
export function KindFilter({ kind, counts, showCounts, isEstimated, onKind }: KindsProps) {
  const present = ASSET_KINDS.filter(known => known === kind || (counts?.[known] ?? 0) > 0);
  if (counts && present.length === 0) return null;
  const all = Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0);
  const words = (count: number | undefined) =>
    showCounts && count !== undefined ? formatEstimate(count, isEstimated) : undefined;
  return (
    <fieldset
      aria-label="Filter by kind"
      className="flex min-w-0 gap-1 overflow-x-auto px-0.5 py-0.5 [scrollbar-width:none]"
    >
      <KindChip
        label="All"
        count={words(counts && all)}
        isPressed={kind === undefined}
        onClick={() => onKind(undefined)}
      />
      {present.map(known => (
        <KindChip
          key={known}
          label={KINDS[known].many}
          count={words(counts?.[known])}
          isPressed={known === kind}
          onClick={() => onKind(known === kind ? undefined : known)}
        />
      ))}
    </fieldset>
  );
}

function KindChip({
  label,
  count,
  isPressed,
  onClick,
}: {
  label: string;
  count: string | undefined;
  isPressed: boolean;
  onClick: () => void;
}) {
  return (
    <button
      type="button"
      aria-pressed={isPressed}
      onClick={onClick}
      className={cn(
        'flex h-7 shrink-0 items-center gap-1.5 rounded-full px-2.5 text-sm whitespace-nowrap max-sm:h-9 max-sm:px-3',
        isPressed ? 'bg-accent-soft font-medium text-accent' : 'text-muted hover:bg-hover hover:text-ink',
      )}
    >
      {label}
      {count !== undefined && <span className="text-xs font-normal">{count}</span>}
    </button>
  );
}

const VIEWS = [
  { view: undefined, label: 'Grid', icon: Grid2x2 },
  { view: 'table', label: 'Table', icon: Table2 },
] as const;

export function ViewSwitch({
  view,
  onView,
}: {
  view: AssetSearch['view'];
  onView: (view: AssetSearch['view']) => void;
}) {
  return (
    <fieldset aria-label="View" className="flex rounded-md border p-0.5">
      {VIEWS.map(({ view: known, label, icon: Icon }) => (
        <Button
          key={label}
          variant="ghost"
          size="icon-sm"
          aria-label={label}
          title={label}
          aria-pressed={view === known}
          className="h-6.5 max-sm:h-8.5"
          onClick={() => onView(known)}
        >
          <Icon aria-hidden />
        </Button>
      ))}
    </fieldset>
  );
}

const SIZES = ['small', undefined, 'large'] as const;

/** How large the tiles of the grid are. */
export function SizeChoice({
  size,
  onSize,
}: {
  size: AssetSearch['size'];
  onSize: (size: AssetSearch['size']) => void;
}) {
  const at = SIZES.indexOf(size);
  const step = (label: string, to: number, Icon: typeof ZoomIn) => (
    <Button
      variant="ghost"
      size="icon-sm"
      aria-label={label}
      title={label}
      disabled={to < 0 || to >= SIZES.length}
      className="h-6.5 max-sm:h-8.5"
      onClick={() => onSize(SIZES[to])}
    >
      <Icon aria-hidden />
    </Button>
  );
  return (
    <fieldset aria-label="Size of tiles" className="flex rounded-md border p-0.5">
      {step('Smaller tiles', at - 1, ZoomOut)}
      {step('Larger tiles', at + 1, ZoomIn)}
    </fieldset>
  );
}

/** In which order the assets are listed. */
export const SortChoice = ({
  sort,
  onSort,
}: {
  sort: AssetSort | undefined;
  onSort: (sort: AssetSort | undefined) => void;
}) => (
  <Select
    aria-label="Order"
    value={sort ?? 'key'}
    className="h-8 w-auto shrink-0 text-sm max-sm:h-10"
    onChange={event => {
      const chosen = ASSET_SORTS.find(known => known === event.target.value);
      onSort(chosen === 'key' ? undefined : chosen);
    }}
  >
    {Object.entries(SORT_WORDS).map(([known, words]) => (
      <option key={known} value={known}>
        {words}
      </option>
    ))}
  </Select>
);

/** `1,234 assets`; of more than the list can show, how many those are. */
export function AssetTotal({
  total,
  hasMore,
  all,
}: {
  total: number | null;
  hasMore: boolean;
  /** How many match, where that is known. */
  all: { total: number; estimated: boolean } | undefined;
}) {
  const isPart = hasMore && total !== null && all !== undefined;
  return (
    <span role="status" className="text-sm whitespace-nowrap text-muted">
      {isPart
        ? `The first ${formatCount(total)} of ${formatEstimate(all.total, all.estimated)} assets`
        : total === null
          ? 'Counting…'
          : formatUnits(total, 'asset')}
    </span>
  );
}
