import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ListFilter, PanelLeft, X } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { sourcesQuery } from '@/api/queries.ts';
import { Button } from '@/components/ui/button.tsx';
import { SidePanel } from '@/components/ui/dialog.tsx';
import { toVisible } from '@/format/names.ts';
import { MakeLink } from '@/pages/links/make-link.tsx';
import { useFacets } from './asset-list.ts';
import { Breadcrumbs } from './breadcrumbs.tsx';
import { FilterChips } from './filter-chips.tsx';
import { FilterPanel } from './filter-panel.tsx';
import { chipsOf } from './filter-words.ts';
import { FolderTree } from './folder-tree.tsx';
import { countKinds, useShownFolders } from './folders.ts';
import { ListedAssets } from './listed-assets.tsx';
import {
  type AssetSearch,
  type AssetSelection,
  isFiltered,
  linkScopeOf,
  type SearchChanges,
  selectionOf,
} from './search.ts';
import { KindFilter, NameSearch, SizeChoice, SortChoice, ViewSwitch } from './toolbar.tsx';
import { useIsWide } from './use-is-wide.ts';

const route = getRouteApi('/shell/assets');

export function AssetsPage() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/assets' });
  const { folder, kind, name, view, size, sort } = search;
  const selectionKey = JSON.stringify(selectionOf(search));
  const selection: AssetSelection = useMemo(() => JSON.parse(selectionKey), [selectionKey]);

  const change = useCallback(
    (changes: SearchChanges, replace = false) =>
      navigate({ search: ({ asset: _, ...before }) => ({ ...before, ...changes }) as AssetSearch, replace }),
    [navigate],
  );
  const onFilter = useCallback((changes: SearchChanges) => void change(changes), [change]);
  const onName = useCallback((next: string | undefined) => void change({ name: next }, true), [change]);
  const linkTo = (folderId: string | undefined) => ({
    to: '/assets' as const,
    search: {
      ...(folderId && { folder: folderId }),
      ...(kind && { kind }),
      ...(view && { view }),
      ...(size && { size }),
    },
  });
  const [panel, setPanel] = useState<'folders' | 'filters' | null>(null);
  const isWide = useIsWide();
  const { folders } = useShownFolders(folder);
  const { data: sources } = useQuery({ ...sourcesQuery, enabled: search.source !== undefined });
  const source = sources?.find(({ id }) => id === search.source);
  const chips = chipsOf(selection, source && source.container + (source.prefix && `/${source.prefix}`));
  const { data: facets, isPlaceholderData } = useFacets(
    selection,
    isFiltered(selection) || panel === 'filters',
  );
  const filters = <FilterPanel selection={selection} facets={facets} onChange={onFilter} />;

  return (
    <div className="flex h-full">
      <title>{`${folder && folders?.[0] ? toVisible(folders[0].name) : 'Assets'} · Mooring`}</title>
      <aside
        aria-label="Folders"
        className="relative w-64 shrink-0 overflow-y-auto border-r p-2 max-lg:hidden"
      >
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
              onClick={() => setPanel('folders')}
            >
              <PanelLeft aria-hidden />
            </Button>
            <Breadcrumbs folder={folder} linkTo={linkTo} />
            <NameSearch name={name} onName={onName} />
            {view !== 'table' && <SizeChoice size={size} onSize={next => change({ size: next }, true)} />}
            <ViewSwitch view={view} onView={next => change({ view: next }, true)} />
          </div>
          <div className="flex items-center gap-2 max-sm:flex-wrap">
            <KindFilter
              kind={kind}
              counts={facets ? kindCounts(facets.facets.kind) : folders && countKinds(folders)}
              showCounts={facets !== undefined || !isFiltered(selection)}
              isEstimated={facets?.estimated ?? false}
              onKind={next => change({ kind: next })}
            />
            <div className="ml-auto flex shrink-0 items-center gap-2">
              <MakeLink scope={linkScopeOf(selection)} what="each asset that is listed here" />
              <SortChoice sort={sort} onSort={next => change({ sort: next })} />
              <Button
                aria-expanded={panel === 'filters'}
                onClick={() => setPanel(panel === 'filters' ? null : 'filters')}
              >
                <ListFilter aria-hidden />
                Filters
                {chips.length > 0 && <span className="text-accent">{chips.length}</span>}
              </Button>
            </div>
          </div>
          <FilterChips chips={chips} onChange={onFilter} />
        </header>
        {/* Another selection is another list: nothing of the old one stays. */}
        <ListedAssets
          key={selectionKey}
          selection={selection}
          view={view}
          size={size}
          focusedAsset={search.asset}
          counted={isPlaceholderData ? undefined : facets}
        />
      </div>
      {isWide && panel === 'filters' && (
        <aside aria-label="Filters" className="flex w-72 shrink-0 flex-col border-l">
          <div className="flex items-center justify-between border-b py-1.5 pr-2 pl-4">
            <h2 className="font-semibold">Filters</h2>
            <Button variant="ghost" size="icon" aria-label="Close the filters" onClick={() => setPanel(null)}>
              <X aria-hidden />
            </Button>
          </div>
          <div className="relative min-h-0 flex-1 overflow-y-auto p-4">{filters}</div>
        </aside>
      )}
      <SidePanel open={!isWide && panel === 'filters'} onOpenChange={() => setPanel(null)} title="Filters">
        <div className="p-2">{filters}</div>
      </SidePanel>
      <SidePanel open={panel === 'folders'} onOpenChange={() => setPanel(null)} title="Folders">
        <FolderTree current={folder} linkTo={linkTo} onChoose={() => setPanel(null)} />
      </SidePanel>
    </div>
  );
}

const kindCounts = (choices: readonly { value: string; count: number }[]) =>
  Object.fromEntries(choices.map(({ value, count }) => [value, count]));
