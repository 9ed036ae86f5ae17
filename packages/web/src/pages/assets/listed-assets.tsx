import type { Asset, AssetFacets } from '@mooring/contract';
import { useNavigate } from '@tanstack/react-router';
import { type MouseEvent, useCallback, useEffect, useRef, useState } from 'react';
import { ProblemView, toProblem } from '@/components/problem.tsx';
import { toast } from '@/components/ui/toast.tsx';
import { formatCount } from '@/format/numbers.ts';
import { GRID_LAYOUTS, GridRow } from './asset-grid.tsx';
import { useAssetList, useAssetRange } from './asset-list.ts';
import { layoutTable, TableHead, TableRow } from './asset-table.tsx';
import { ListView } from './list-view.tsx';
import { NoAssets } from './no-assets.tsx';
import type { AssetSearch, AssetSelection } from './search.ts';
import { SelectionBar } from './selection-bar.tsx';
import { AssetTotal } from './toolbar.tsx';
import { useRevealFromAddress } from './use-reveal.ts';

const MAX_RANGE = 10_000;
/** The address follows the focus when it rests: browsers allow few changes of the address a second. */
const ADDRESS_MS = 300;
/** Shown while it is not known how many there are. */
const PLACEHOLDERS = 60;

interface Props {
  selection: AssetSelection;
  view: AssetSearch['view'];
  size: AssetSearch['size'];
  /** The asset that the address names. */
  focusedAsset: string | undefined;
  /** How many match, where that is known. */
  counted: AssetFacets | undefined;
}

/** The assets of a selection as a grid or a table, with the focus, what is selected, and what can be done with it. */
export function ListedAssets({ selection: chosen, view, size, focusedAsset, counted }: Props) {
  const navigate = useNavigate({ from: '/assets' });
  const [range, setRange] = useState({ first: 0, last: 0 });
  const list = useAssetList(chosen, range.first, range.last);
  const fetchRange = useAssetRange(chosen, list.every);
  /** Null where they do not come; the page says so. */
  const assetsAt = (first: number, last: number): Promise<Asset[] | null> =>
    fetchRange(first, last).catch((error: unknown) => {
      const { title, detail } = toProblem(error);
      toast(title, detail);
      return null;
    });
  const [focused, setFocused] = useState(0);
  const [selected, setSelected] = useState<ReadonlyMap<string, Asset>>(new Map());
  const lastToggled = useRef(0);

  // The focus is shown once it means something: the asset that the address names was found, or it was moved.
  const [mark, setMark] = useState<'none' | 'found' | 'moved'>('none');
  const onFound = useCallback((index: number) => {
    setFocused(index);
    setMark('found');
  }, []);
  const reveal = useRevealFromAddress(chosen, list.every, focusedAsset, onFound);

  const focusedId = list.at(focused)?.id;
  useEffect(() => {
    if (mark !== 'moved' || !focusedId || focusedId === focusedAsset) return;
    const timer = setTimeout(
      () => navigate({ search: before => ({ ...before, asset: focusedId }), replace: true }),
      ADDRESS_MS,
    );
    return () => clearTimeout(timer);
  }, [mark, focusedId, focusedAsset, navigate]);

  const onFocusIndex = (index: number) => {
    setMark('moved');
    setFocused(index);
  };

  const open = async (index: number) => {
    const asset = list.at(index);
    if (!asset) return;
    // So that going back finds the place again.
    await navigate({ search: before => ({ ...before, asset: asset.id }), replace: true });
    await navigate({
      to: '/assets/$assetId',
      params: { assetId: asset.id },
      search: ({ asset: _, ...before }) => before,
    });
  };

  const toggle = async (index: number, upTo: boolean) => {
    const [first, last] = upTo
      ? ([lastToggled.current, index].sort((a, b) => a - b) as [number, number])
      : [index, index];
    if (last - first >= MAX_RANGE) {
      toast(`At most ${formatCount(MAX_RANGE)} at once`, 'Select a shorter stretch.');
      return;
    }
    const assets = await assetsAt(first, last);
    if (!assets) return;
    const isAdding = upTo || !selected.has(assets[0]?.id ?? '');
    setSelected(before => {
      const next = new Map(before);
      for (const asset of assets) isAdding ? next.set(asset.id, asset) : next.delete(asset.id);
      return next;
    });
    lastToggled.current = index;
    onFocusIndex(index);
  };

  /** All that match, as far as so many can be selected. */
  const selectAll = async () => {
    if (!list.total) return;
    const count = Math.min(list.total, MAX_RANGE);
    const assets = await assetsAt(0, count - 1);
    if (!assets) return;
    setSelected(new Map(assets.map(asset => [asset.id, asset])));
    if (count < list.total) {
      toast(`The first ${formatCount(MAX_RANGE)} are selected`, 'Filter the list to select the others.');
    }
  };

  const onOpen = (index: number, event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.button !== 0) return;
    event.preventDefault();
    if (event.shiftKey || selected.size > 0) void toggle(index, event.shiftKey);
    else void open(index);
  };

  const onRange = useCallback((first: number, last: number) => setRange({ first, last }), []);

  if (list.error) {
    return (
      <div className="p-4">
        <ProblemView error={list.error} onRetry={() => void list.retry()} />
      </div>
    );
  }
  if (list.total === 0) return <NoAssets selection={chosen} />;
  const isTable = view === 'table';
  return (
    <>
      <ListView
        key={view ?? 'grid'}
        total={list.total ?? PLACEHOLDERS}
        list={list}
        layoutFor={isTable ? layoutTable : GRID_LAYOUTS[size ?? 'medium']}
        Row={isTable ? TableRow : GridRow}
        head={isTable ? <TableHead /> : undefined}
        focused={focused}
        isMarked={mark !== 'none'}
        selection={selected}
        reveal={reveal}
        onFocusIndex={onFocusIndex}
        onOpenIndex={index => void open(index)}
        onOpen={onOpen}
        onToggle={(index, upTo) => void toggle(index, upTo)}
        onSelectAll={() => void selectAll()}
        onClear={() => setSelected(new Map())}
        onRange={onRange}
      />
      <SelectionBar
        selection={selected}
        all={
          list.total !== null && list.total > selected.size
            ? { selection: chosen, total: counted?.total ?? list.total }
            : null
        }
        onSelectAll={selected.size < Math.min(list.total ?? 0, MAX_RANGE) ? () => void selectAll() : null}
        onClear={() => setSelected(new Map())}
      />
      <footer className="flex h-8 shrink-0 items-center justify-between border-t px-4 max-sm:px-3">
        <AssetTotal total={list.total} hasMore={list.hasMore} all={counted} />
      </footer>
    </>
  );
}
