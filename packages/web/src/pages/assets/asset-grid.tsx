import type { Asset } from '@mooring/contract';
import { Check } from 'lucide-react';
import type { MouseEvent } from 'react';
import { cn } from '@/components/ui/cn.ts';
import { toVisible } from '@/format/names.ts';
import { AssetLink } from './asset-link.tsx';
import { gridLayout } from './geometry.ts';
import type { RowProps } from './list-view.tsx';
import { Preview } from './preview.tsx';

const PHONE_PX = 640;

/** @param tilePx about so wide is a tile on a desktop, and on a phone */
const layoutOf = (tilePx: number, phoneTilePx: number) => (widthPx: number) =>
  widthPx < PHONE_PX ? gridLayout(widthPx, phoneTilePx, 3, 6) : gridLayout(widthPx, tilePx, 5, 12);

/** By the size of tiles. On a phone five, three or two stand in a row. */
export const GRID_LAYOUTS = {
  small: layoutOf(90, 70),
  medium: layoutOf(150, 116),
  large: layoutOf(280, 180),
} as const;

export function GridRow({
  row,
  extent,
  list,
  focused,
  isMarked,
  selection,
  ids,
  onOpen,
  onToggle,
}: RowProps) {
  const { columns, cellWidth, gap } = extent.layout;
  const first = row * columns;
  const indexes = Array.from({ length: Math.min(columns, extent.total - first) }, (_, i) => first + i);
  return indexes.map((index, column) => {
    const asset = list.at(index);
    const isSelected = asset !== undefined && selection.has(asset.id);
    return (
      <div
        key={index}
        id={ids(index)}
        role="gridcell"
        aria-colindex={column + 1}
        aria-selected={isSelected}
        className={cn(
          'group absolute inset-y-0 rounded-sm',
          index === focused && isMarked && 'outline-2 outline-offset-1 outline-accent/70',
          index === focused &&
            'in-focus-visible:outline-3 in-focus-visible:outline-offset-1 in-focus-visible:outline-accent',
        )}
        style={{ left: column * (cellWidth + gap), width: cellWidth }}
      >
        {asset ? (
          <Tile
            key={asset.id}
            asset={asset}
            widthPx={cellWidth}
            isSelected={isSelected}
            isSelecting={selection.size > 0}
            onOpen={event => onOpen(index, event)}
            onToggle={event => onToggle(index, event.shiftKey)}
          />
        ) : (
          <span className="block size-full rounded-sm bg-tile" />
        )}
      </div>
    );
  });
}

interface TileProps {
  asset: Asset;
  widthPx: number;
  isSelected: boolean;
  isSelecting: boolean;
  onOpen: (event: MouseEvent) => void;
  onToggle: (event: MouseEvent) => void;
}

function Tile({ asset, widthPx, isSelected, isSelecting, onOpen, onToggle }: TileProps) {
  const name = toVisible(asset.name);
  return (
    <>
      <AssetLink
        assetId={asset.id}
        tabIndex={-1}
        title={name.slice(0, 200)}
        onClick={onOpen}
        onContextMenu={event => {
          // A finger that rests on a tile selects it, as there is nothing to hover over.
          if (!isTouch(event)) return;
          event.preventDefault();
          onToggle(event);
        }}
        className={cn('block size-full overflow-hidden rounded-sm bg-tile', isSelected && 'scale-92')}
      >
        <span className="sr-only">{name}</span>
        <span aria-hidden className="block size-full">
          <Preview asset={asset} widthPx={widthPx} />
        </span>
      </AssetLink>
      {isSelected && (
        <span className="pointer-events-none absolute inset-0 rounded-sm ring-3 ring-accent ring-inset" />
      )}
      <button
        type="button"
        tabIndex={-1}
        aria-label={`Select ${name}`}
        aria-pressed={isSelected}
        onClick={onToggle}
        className={cn(
          'absolute top-1 left-1 grid size-7 place-items-center rounded-full opacity-0 group-hover:opacity-100',
          (isSelected || isSelecting) && 'opacity-100',
        )}
      >
        <span
          className={cn(
            'grid size-5 place-items-center rounded-full border-2 border-white shadow-float [&_svg]:size-3.5',
            isSelected ? 'bg-accent text-on-accent' : 'bg-black/35 text-white',
          )}
        >
          <Check aria-hidden strokeWidth={3} />
        </span>
      </button>
    </>
  );
}

const isTouch = ({ nativeEvent }: MouseEvent): boolean =>
  nativeEvent instanceof PointerEvent && nativeEvent.pointerType === 'touch';
