import type { Asset } from '@mooring/contract';
import { Link } from '@tanstack/react-router';
import { Check } from 'lucide-react';
import { KINDS } from '@/components/kind.tsx';
import { Name } from '@/components/name.tsx';
import { Time } from '@/components/time.tsx';
import { cn } from '@/components/ui/cn.ts';
import { toVisible } from '@/format/names.ts';
import { formatBytes } from '@/format/numbers.ts';
import { AssetLink } from './asset-link.tsx';
import { tableLayout } from './geometry.ts';
import type { RowProps } from './list-view.tsx';
import { Preview } from './preview.tsx';
import { FewTags } from './tag-chips.tsx';

const ROW_PX = 40;
const PREVIEW_PX = 32;
export const layoutTable = (widthPx: number) => tableLayout(widthPx, ROW_PX);

/** Columns of the heading and the rows; on a phone name and size only. */
const COLUMNS =
  'grid grid-cols-[2.25rem_2.5rem_minmax(0,1fr)_5.5rem] items-center lg:grid-cols-[2.25rem_2.5rem_minmax(0,3fr)_minmax(0,2fr)_5rem_6rem_5rem_9rem]';
const WIDE = 'max-lg:hidden';

/** Stands above the list and does not scroll. */
export const TableHead = () => (
  <div aria-hidden className="shrink-0 overflow-hidden border-b [scrollbar-gutter:stable]">
    <div className={cn(COLUMNS, 'h-8 pr-4 text-xs font-medium text-muted')}>
      <span />
      <span />
      <span>Name</span>
      <span className={WIDE}>Folder</span>
      <span className={WIDE}>Kind</span>
      <span className="text-right">Size</span>
      <span className={cn(WIDE, 'pl-5')}>Tier</span>
      <span className={cn(WIDE, 'pl-3')}>Modified</span>
    </div>
  </div>
);

export function TableRow({
  row: index,
  list,
  focused,
  isMarked,
  selection,
  ids,
  onOpen,
  onToggle,
}: RowProps) {
  const asset = list.at(index);
  const isSelected = asset !== undefined && selection.has(asset.id);
  const cells = asset ? (
    <>
      <span role="gridcell" className="grid place-items-center">
        <button
          type="button"
          tabIndex={-1}
          aria-label={`Select ${toVisible(asset.name)}`}
          aria-pressed={isSelected}
          onClick={event => onToggle(index, event.shiftKey)}
          className="grid size-9 place-items-center"
        >
          <span
            className={cn(
              'grid size-4.5 place-items-center rounded-sm border border-edge [&_svg]:size-3.5',
              isSelected ? 'border-accent bg-accent text-on-accent' : 'text-transparent',
            )}
          >
            <Check aria-hidden strokeWidth={3} />
          </span>
        </button>
      </span>
      <span role="gridcell" className="block size-8 overflow-hidden rounded-sm bg-tile">
        <Preview key={asset.id} asset={asset} small widthPx={PREVIEW_PX} />
      </span>
      <span
        role="gridcell"
        id={ids(index)}
        aria-selected={isSelected}
        className="@container flex min-w-0 pr-4"
      >
        <AssetLink
          assetId={asset.id}
          tabIndex={-1}
          onClick={event => onOpen(index, event)}
          className="min-w-0 truncate hover:underline"
        >
          <Name text={asset.name} />
        </AssetLink>
        <FewTags tags={asset.tags} />
      </span>
      <span role="gridcell" className={cn(WIDE, 'min-w-0 pr-4 text-muted')}>
        <FolderLink asset={asset} />
      </span>
      <span role="gridcell" className={cn(WIDE, 'text-muted')}>
        {KINDS[asset.kind].one}
      </span>
      <span role="gridcell" className="text-right text-muted">
        {formatBytes(asset.sizeBytes)}
      </span>
      <span role="gridcell" className={cn(WIDE, 'truncate pl-5 text-muted')}>
        {asset.tier ?? (asset.archiveState === 'archived' ? 'archived' : '–')}
      </span>
      <span role="gridcell" className={cn(WIDE, 'truncate pl-3 text-muted')}>
        <Time at={asset.lastModified} />
      </span>
    </>
  ) : (
    <>
      <span role="gridcell" id={ids(index)} />
      <span className="size-8 rounded-sm bg-tile" />
      <span className="h-3 w-2/5 rounded-sm bg-tile" />
    </>
  );
  return (
    <div
      className={cn(
        COLUMNS,
        'absolute inset-0 border-b pr-4',
        isSelected ? 'bg-accent-soft' : 'hover:bg-hover',
        index === focused && isMarked && 'outline-2 -outline-offset-2 outline-accent/60',
        index === focused &&
          'in-focus-visible:outline-2 in-focus-visible:-outline-offset-2 in-focus-visible:outline-accent',
      )}
    >
      {cells}
    </div>
  );
}

/** The directory that an asset lies in; its last part stays in sight. */
function FolderLink({ asset: { key, name, folderId } }: { asset: Asset }) {
  const directory = toVisible(key.slice(0, key.length - name.length).replace(/\/$/, ''));
  if (directory === '') return null;
  return (
    <Link
      to="/assets"
      search={({ asset: _, ...search }) => ({ ...search, folder: folderId })}
      tabIndex={-1}
      title={directory.slice(0, 500)}
      className="block truncate text-left hover:underline [direction:rtl]"
    >
      <bdi dir="ltr">{directory}</bdi>
    </Link>
  );
}
