import type { Asset } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { PanelLeft } from 'lucide-react';
import { type MouseEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { assetQuery } from '@/api/queries.ts';
import { ProblemView } from '@/components/problem.tsx';
import { Button } from '@/components/ui/button.tsx';
import { SidePanel } from '@/components/ui/dialog.tsx';
import { toast } from '@/components/ui/toast.tsx';
import { toVisible } from '@/format/names.ts';
import { formatCount } from '@/format/numbers.ts';
import { GridRow, layoutGrid } from './asset-grid.tsx';
import { useAssetList, useAssetRange, useLocate } from './asset-list.ts';
import { layoutTable, TableHead, TableRow } from './asset-table.tsx';
import { Breadcrumbs } from './breadcrumbs.tsx';
import { FolderTree } from './folder-tree.tsx';
import { countKinds, useShownFolders } from './folders.ts';
import { ListView } from './list-view.tsx';
import { NoAssets } from './no-assets.tsx';
import type { AssetSearch, AssetSelection } from './search.ts';
import { SelectionBar } from './selection-bar.tsx';
import { AssetTotal, KindFilter, NameSearch, ViewSwitch } from './toolbar.tsx';

const route = getRouteApi('/shell/assets');
const MAX_RANGE = 10_000;
/** The address follows the focus when it rests: browsers allow few changes of the address a second. */
const ADDRESS_MS = 300;

export function AssetsPage() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/assets' });
  const { folder, kind, name, status, view } = search;
  const selection: AssetSelection = useMemo(
    () => ({
      ...(folder && { folder }),
      ...(kind && { kind }),
      ...(name && { name }),
      ...(status && { status }),
    }),
    [folder, kind, name, status],
  );

  const change = useCallback(
    (changes: { [K in keyof AssetSearch]?: AssetSearch[K] | undefined }, replace = false) =>
      navigate({ search: ({ asset: _, ...before }) => ({ ...before, ...changes }) as AssetSearch, replace }),
    [navigate],
  );
  const onName = useCallback((next: string | undefined) => void change({ name: next }, true), [change]);
  const linkTo = (folderId: string | undefined) => ({
    to: '/assets' as const,
    search: { ...(folderId && { folder: folderId }), ...(kind && { kind }), ...(view && { view }) },
  });
  const [treeShown, setTreeShown] = useState(false);
  const { folders } = useShownFolders(folder);

  return (
    <div className="flex h-full">
      <title>{`${folder && folders?.[0] ? toVisible(folders[0].name) : 'Assets'} · Mooring`}</title>
      <aside aria-label="Folders" className="w-64 shrink-0 overflow-y-auto border-r p-2 max-lg:hidden">
        <FolderTree current={folder} linkTo={linkTo} />
      </aside>
      <div className="relative flex min-w-0 flex-1 flex-col">
        <header className="grid grid-cols-[minmax(0,1fr)] gap-1.5 border-b px-4 py-2 max-sm:px-3">
          <div className="flex items-center gap-2 max-sm:flex-wrap">
            <Button
              variant="ghost"
              size="icon"
              aria-label="Show folders"
              className="-ml-2 lg:hidden"
              onClick={() => setTreeShown(true)}
            >
              <PanelLeft aria-hidden />
            </Button>
            <Breadcrumbs folder={folder} linkTo={linkTo} />
            <NameSearch name={name} onName={onName} />
            <ViewSwitch view={view} onView={next => change({ view: next }, true)} />
          </div>
          <div className="flex items-center gap-3">
            <KindFilter
              kind={kind}
              counts={folders && countKinds(folders)}
              showCounts={name === undefined && status === undefined}
              onKind={next => change({ kind: next })}
            />
            {status === 'gone' && (
              <Button size="sm" variant="ghost" aria-pressed onClick={() => change({ status: undefined })}>
                Gone from the storage ×
              </Button>
            )}
          </div>
        </header>
        {/* Another selection is another list: nothing of the old one stays. */}
        <List key={JSON.stringify(selection)} selection={selection} view={view} focusedAsset={search.asset} />
      </div>
      <SidePanel open={treeShown} onOpenChange={setTreeShown} title="Folders">
        <FolderTree current={folder} linkTo={linkTo} onChoose={() => setTreeShown(false)} />
      </SidePanel>
    </div>
  );
}

interface ListProps {
  selection: AssetSelection;
  view: AssetSearch['view'];
  focusedAsset: string | undefined;
}

function List({ selection: chosen, view, focusedAsset }: ListProps) {
  const navigate = useNavigate({ from: '/assets' });
  const [range, setRange] = useState({ first: 0, last: 0 });
  const list = useAssetList(chosen, range.first, range.last);
  const fetchRange = useAssetRange(chosen, list.every);
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
    const assets = await fetchRange(first, last);
    const isAdding = upTo || !selected.has(assets[0]?.id ?? '');
    setSelected(before => {
      const next = new Map(before);
      for (const asset of assets) isAdding ? next.set(asset.id, asset) : next.delete(asset.id);
      return next;
    });
    lastToggled.current = index;
    onFocusIndex(index);
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
        total={list.total ?? 60}
        list={list}
        layoutFor={isTable ? layoutTable : layoutGrid}
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
        onClear={() => setSelected(new Map())}
        onRange={onRange}
      />
      <SelectionBar selection={selected} onClear={() => setSelected(new Map())} />
      <footer className="flex h-8 shrink-0 items-center justify-between border-t px-4 max-sm:px-3">
        <AssetTotal total={list.total} />
      </footer>
    </>
  );
}

/** Finds the asset that the address names, once, and says where it is. */
function useRevealFromAddress(
  selection: AssetSelection,
  every: number,
  assetId: string | undefined,
  onFound: (index: number) => void,
): { index: number } | null {
  const locate = useLocate(selection, every);
  const [wanted] = useState(assetId);
  const { data: asset } = useQuery({ ...assetQuery(wanted ?? ''), enabled: wanted !== undefined });
  const [found, setFound] = useState<{ index: number } | null>(null);
  const isDone = useRef(false);
  useEffect(() => {
    if (!asset || isDone.current) return;
    let left = false;
    // Not in the list any more, or the list cannot be read (which it says itself): it begins at its start.
    locate(asset).then(
      index => {
        if (left || index === null) return;
        isDone.current = true;
        setFound({ index });
        onFound(index);
      },
      () => undefined,
    );
    return () => {
      left = true;
    };
  }, [asset, locate, onFound]);
  return found;
}
