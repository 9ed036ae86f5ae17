import type { Asset } from '@mooring/contract';
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useRef,
} from 'react';
import type { AssetList } from './asset-list.ts';
import { type Extent, type Layout, type Move, moveFocus, rowCount, rowTop } from './geometry.ts';
import { PositionLabel, useIsJumping } from './position-label.tsx';
import { useVirtualScroll } from './use-virtual-scroll.ts';

export interface RowProps {
  row: number;
  extent: Extent;
  list: AssetList;
  /** Index of the item that has the focus. */
  focused: number;
  /** Whether to show which one that is, also without the keyboard's focus. */
  isMarked: boolean;
  selection: ReadonlyMap<string, Asset>;
  /** Id of the element of an item. */
  ids: (index: number) => string;
  onOpen: (index: number, event: MouseEvent) => void;
  onToggle: (index: number, upTo: boolean) => void;
}

/** How often at most it says which items are drawn: while a scroll bar is dragged they are others in each frame. */
const RANGE_MS = 50;
/** Items before and after those drawn that should be there before they are scrolled to. */
const AHEAD = 60;

const MOVES: Record<string, Move> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'start',
  End: 'end',
  PageUp: 'page-up',
  PageDown: 'page-down',
};

interface ListViewProps extends Omit<RowProps, 'row' | 'extent' | 'ids'> {
  total: number;
  layoutFor: (widthPx: number) => Layout;
  Row: (props: RowProps) => ReactNode;
  head?: ReactNode;
  /** Bring this item into the middle; another object each time it is to happen. */
  reveal: { index: number } | null;
  onFocusIndex: (index: number) => void;
  onOpenIndex: (index: number) => void;
  onSelectAll: () => void;
  onClear: () => void;
  /** Which items are drawn or soon will be, so that they can be fetched. */
  onRange: (first: number, last: number) => void;
}

/**
 * The assets as a grid or a table: one element has the keyboard's focus and says which item is active, so
 * that items may come and go while it scrolls.
 */
export function ListView({
  total,
  layoutFor,
  Row,
  head,
  reveal: wanted,
  onFocusIndex,
  onOpenIndex,
  onSelectAll,
  onClear,
  onRange,
  ...row
}: ListViewProps) {
  const { scroller, extent, drawn, height, reveal } = useVirtualScroll(layoutFor, total);
  const { columns, padding, cellHeight } = extent.layout;
  const baseId = useId();
  const ids = useCallback((index: number) => `${baseId}-${index}`, [baseId]);

  const firstIndex = drawn.first * columns;
  const lastIndex = Math.min(total, (drawn.last + 1) * columns) - 1;
  const reportedAt = useRef(0);
  useEffect(() => {
    const report = () => {
      reportedAt.current = performance.now();
      onRange(Math.max(0, firstIndex - AHEAD), lastIndex + AHEAD);
    };
    const timer = setTimeout(report, reportedAt.current + RANGE_MS - performance.now());
    return () => clearTimeout(timer);
  }, [onRange, firstIndex, lastIndex]);

  // Once when the list appears (the view may have been switched), and whenever another place is wanted.
  const revealed = useRef<ListViewProps['reveal']>(null);
  const { focused } = row;
  useEffect(() => {
    if (extent.viewHeight === 0) return;
    const target = wanted ?? { index: focused };
    if (revealed.current !== null && (wanted === null || wanted === revealed.current)) return;
    revealed.current = target;
    if (target.index > 0) reveal(target.index, 'middle');
  }, [wanted, focused, reveal, extent.viewHeight]);

  // Arrow keys work as soon as the page is there, unless the focus has a place on it already. Phones have none.
  useEffect(() => {
    if (matchMedia('(pointer: fine)').matches && isFocusFree()) {
      scroller.current?.focus({ preventScroll: true });
    }
  }, [scroller]);
  const isJumping = useIsJumping(drawn.first, drawn.last);

  const onKeyDown = (event: KeyboardEvent) => {
    if (isSelectAll(event)) {
      event.preventDefault();
      onSelectAll();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = MOVES[event.key];
    if (move) {
      const index = moveFocus(extent, row.focused, move);
      onFocusIndex(index);
      reveal(index);
    } else if (event.key === 'Enter') onOpenIndex(row.focused);
    else if (event.key === ' ') row.onToggle(row.focused, event.shiftKey);
    else if (event.key === 'Escape') onClear();
    else return;
    event.preventDefault();
  };

  /** The focus stays on the list when something in it is clicked. */
  const onMouseDown = (event: MouseEvent) => {
    if (event.target === event.currentTarget || event.button !== 0) return;
    event.preventDefault();
    scroller.current?.focus({ preventScroll: true });
  };

  const isDrawn = row.focused >= firstIndex && row.focused <= lastIndex;
  const rows = Array.from({ length: Math.max(0, drawn.last - drawn.first + 1) }, (_, i) => drawn.first + i);
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {head}
      {isJumping && total > 0 && (
        <PositionLabel
          index={Math.min(firstIndex, total - 1)}
          total={total}
          asset={row.list.at(firstIndex)}
        />
      )}
      <div
        ref={scroller}
        role="grid"
        tabIndex={0}
        aria-label="Assets"
        aria-multiselectable
        aria-rowcount={rowCount(extent.layout, total)}
        aria-colcount={columns}
        aria-activedescendant={isDrawn ? ids(row.focused) : undefined}
        onKeyDown={onKeyDown}
        onMouseDown={onMouseDown}
        className="relative min-h-0 flex-1 overflow-y-auto outline-none [scrollbar-gutter:stable]"
      >
        <div role="rowgroup" className="relative" style={{ height }}>
          {rows.map(index => (
            <div
              key={index}
              role="row"
              aria-rowindex={index + 1}
              className="absolute"
              style={{
                top: rowTop(extent.layout, index) + drawn.shift,
                left: padding,
                right: padding,
                height: cellHeight,
              }}
            >
              <Row row={index} extent={extent} ids={ids} {...row} />
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

const isSelectAll = (event: KeyboardEvent): boolean =>
  (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'a';

/** Whether the focus is nowhere, or on what led here: the links around the page. */
function isFocusFree(): boolean {
  const { activeElement } = document;
  const main = document.getElementById('main');
  if (!activeElement || activeElement === main) return true;
  return !main?.contains(activeElement) && activeElement.closest('[role=dialog]') === null;
}
