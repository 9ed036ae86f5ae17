// The arithmetic of long lists. Nothing is measured: rows have one height, so any of a million is found by
// division. Browsers lay out some 33 million pixels at most (Chromium; Firefox 17.8), so a taller list is squeezed
// into MAX_SCROLL_PX: small movements go pixel by pixel, jumps of the scroll bar are scaled.

export const MAX_SCROLL_PX = 15_000_000;

export interface Layout {
  columns: number;
  /** Width and height of a cell, without the gap after it, in pixels. */
  cellWidth: number;
  cellHeight: number;
  gap: number;
  /** Empty space before the first and after the last row. */
  padding: number;
}

/** As many square tiles as fit, at least two a row, at about `wantedPx` each. */
export function gridLayout(widthPx: number, wantedPx: number, gap: number, padding: number): Layout {
  const inner = Math.max(0, widthPx - 2 * padding);
  const columns = Math.max(2, Math.round((inner + gap) / (wantedPx + gap)));
  const cell = Math.max(1, (inner - gap * (columns - 1)) / columns);
  return { columns, cellWidth: cell, cellHeight: cell, gap, padding };
}

export const tableLayout = (widthPx: number, rowPx: number): Layout => ({
  columns: 1,
  cellWidth: widthPx,
  cellHeight: rowPx,
  gap: 0,
  padding: 0,
});

const rowPitch = ({ cellHeight, gap }: Layout): number => cellHeight + gap;
export const rowCount = ({ columns }: Layout, total: number): number => Math.ceil(total / columns);

/** Top of a row from the top of the whole list, were it laid out in full. */
export const rowTop = (layout: Layout, row: number): number => layout.padding + row * rowPitch(layout);

/** Height of the list were it laid out in full. */
export const fullHeight = (layout: Layout, total: number): number =>
  total === 0 ? 0 : rowTop(layout, rowCount(layout, total)) - layout.gap + layout.padding;

/** Height that the browser is given to scroll. */
export const scrollHeight = (layout: Layout, total: number): number =>
  Math.min(fullHeight(layout, total), MAX_SCROLL_PX);

/**
 * Where the view is: `top` is the browser's scrollTop, `offset` the place in the list laid out in full. The two
 * differ only in lists taller than MAX_SCROLL_PX. A row is drawn at `rowTop - offset + top`.
 */
export interface ScrollPosition {
  top: number;
  offset: number;
}

export interface Extent {
  layout: Layout;
  total: number;
  viewHeight: number;
}

const clamp = (value: number, max: number): number => Math.min(Math.max(value, 0), Math.max(0, max));
const maxTop = ({ layout, total, viewHeight }: Extent): number => scrollHeight(layout, total) - viewHeight;
const maxOffset = ({ layout, total, viewHeight }: Extent): number => fullHeight(layout, total) - viewHeight;
/** How many pixels of the list go by for one of the scroll bar. */
const scaleOf = (extent: Extent): number => (maxTop(extent) > 0 ? maxOffset(extent) / maxTop(extent) : 1);

/** After the browser has scrolled to `top`. */
export function scrolled(extent: Extent, from: ScrollPosition, top: number): ScrollPosition {
  const moved = top - from.top;
  const scale = scaleOf(extent);
  if (scale === 1) return { top, offset: top };
  // A wheel, a key or a finger moves less than a screen; more is the scroll bar, or a jump.
  const isJump = Math.abs(moved) > extent.viewHeight;
  return { top, offset: clamp(isJump ? top * scale : from.offset + moved, maxOffset(extent)) };
}

/**
 * The position from which one can go on in both directions: small movements let `top` and `offset` drift
 * apart, so that one could reach its end before the other. To be taken up when the scrolling rests.
 */
export const settled = (extent: Extent, { offset }: ScrollPosition): ScrollPosition =>
  atOffset(extent, offset);

export function atOffset(extent: Extent, offset: number): ScrollPosition {
  const inside = clamp(offset, maxOffset(extent));
  return { top: scaleOf(extent) === 1 ? inside : Math.round(inside / scaleOf(extent)), offset: inside };
}

/** The position that shows the item at `index` whole, moving as little as may be; the same where it is in view. */
export function revealing(extent: Extent, from: ScrollPosition, index: number): ScrollPosition {
  const { layout, viewHeight } = extent;
  const top = rowTop(layout, Math.floor(index / layout.columns));
  const bottom = top + layout.cellHeight;
  const margin = Math.min(layout.gap + layout.padding, (viewHeight - layout.cellHeight) / 2);
  if (top - margin < from.offset) return atOffset(extent, top - margin);
  if (bottom + margin > from.offset + viewHeight) return atOffset(extent, bottom + margin - viewHeight);
  return from;
}

/** The position that shows the item at `index` in the middle. */
export const centring = (extent: Extent, index: number): ScrollPosition => {
  const { layout, viewHeight } = extent;
  const top = rowTop(layout, Math.floor(index / layout.columns));
  return atOffset(extent, top - (viewHeight - layout.cellHeight) / 2);
};

/** Where to be after the layout has changed, so that what was at the top of the view stays there. */
export function relaidOut(before: Extent, after: Extent, { offset }: ScrollPosition): ScrollPosition {
  if (before.viewHeight === 0 || offset === 0) return atOffset(after, 0);
  const row = (offset - before.layout.padding) / rowPitch(before.layout);
  const index = Math.max(0, Math.floor(row)) * before.layout.columns;
  const within = (row - Math.floor(row)) * rowPitch(after.layout);
  return atOffset(after, rowTop(after.layout, Math.floor(index / after.layout.columns)) + within);
}

/** First and last row to draw, inclusive: those in view and `spare` more on both sides. `last < first` for none. */
export function visibleRows(
  extent: Extent,
  { offset }: ScrollPosition,
  spare: number,
): { first: number; last: number } {
  const { layout, total, viewHeight } = extent;
  const pitch = rowPitch(layout);
  return {
    first: Math.max(0, Math.floor((offset - layout.padding) / pitch) - spare),
    last: Math.min(
      rowCount(layout, total) - 1,
      Math.floor((offset - layout.padding + viewHeight) / pitch) + spare,
    ),
  };
}

export type Move = 'left' | 'right' | 'up' | 'down' | 'start' | 'end' | 'page-up' | 'page-down';

/** Where the focus goes from the item at `index`; stays inside the list. */
export function moveFocus({ layout, total, viewHeight }: Extent, index: number, move: Move): number {
  const page = Math.max(1, Math.floor(viewHeight / rowPitch(layout)));
  const { columns } = layout;
  const inside = (target: number) => Math.min(Math.max(target, 0), total - 1);
  switch (move) {
    case 'left':
      return inside(index - 1);
    case 'right':
      return inside(index + 1);
    case 'up':
      return index - columns < 0 ? index : index - columns;
    case 'down': {
      const isLastRow = Math.floor(index / columns) === rowCount(layout, total) - 1;
      return isLastRow ? index : inside(index + columns);
    }
    case 'page-up':
      return inside(index - page * columns < 0 ? index % columns : index - page * columns);
    case 'page-down':
      return inside(index + page * columns);
    case 'start':
      return 0;
    case 'end':
      return total - 1;
  }
}
