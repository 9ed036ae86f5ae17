import type { ArchiveState } from '@mooring/contract';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { PanelLeft, X } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { Button } from '@/components/ui/button.tsx';
import { SidePanel } from '@/components/ui/dialog.tsx';
import { toVisible } from '@/format/names.ts';
import { Breadcrumbs } from './breadcrumbs.tsx';
import { FolderTree } from './folder-tree.tsx';
import { countKinds, useShownFolders } from './folders.ts';
import { ListedAssets } from './listed-assets.tsx';
import type { AssetSearch, AssetSelection } from './search.ts';
import { KindFilter, NameSearch, ViewSwitch } from './toolbar.tsx';

const ARCHIVE_LABELS: Record<ArchiveState, string> = {
  readable: 'Not archived',
  archived: 'Archived',
  unknown: 'Perhaps archived',
};

const route = getRouteApi('/shell/assets');

export function AssetsPage() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: '/assets' });
  const { folder, kind, archiveState, name, status, view } = search;
  const selection: AssetSelection = useMemo(
    () => ({
      ...(folder && { folder }),
      ...(kind && { kind }),
      ...(archiveState && { archiveState }),
      ...(name && { name }),
      ...(status && { status }),
    }),
    [folder, kind, archiveState, name, status],
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
              showCounts={name === undefined && status === undefined && archiveState === undefined}
              onKind={next => change({ kind: next })}
            />
            {archiveState && (
              <Button size="sm" onClick={() => change({ archiveState: undefined })}>
                {ARCHIVE_LABELS[archiveState]}
                <X aria-label="Show all again" />
              </Button>
            )}
            {status === 'gone' && (
              <Button size="sm" onClick={() => change({ status: undefined })}>
                Gone from the storage
                <X aria-label="Show what is there again" />
              </Button>
            )}
          </div>
        </header>
        {/* Another selection is another list: nothing of the old one stays. */}
        <ListedAssets
          key={JSON.stringify(selection)}
          selection={selection}
          view={view}
          focusedAsset={search.asset}
        />
      </div>
      <SidePanel open={treeShown} onOpenChange={setTreeShown} title="Folders">
        <FolderTree current={folder} linkTo={linkTo} onChoose={() => setTreeShown(false)} />
      </SidePanel>
    </div>
  );
}
