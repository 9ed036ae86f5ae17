import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  atOffset,
  centring,
  fullHeight,
  gridLayout,
  MAX_SCROLL_PX,
  moveFocus,
  relaidOut,
  revealing,
  rowTop,
  type ScrollPosition,
  scrolled,
  scrollHeight,
  settled,
  tableLayout,
  visibleRows,
} from './geometry.ts';

const MILLION = 1_000_000;
const extentOf = (total: number, widthPx = 1200, viewHeight = 800) => ({
  layout: gridLayout(widthPx, 160, 4, 12),
  total,
  viewHeight,
});

describe('gridLayout', () => {
  test('fills the width with square tiles of about the wanted size', () => {
    const layout = gridLayout(1200, 160, 4, 12);
    expect(layout.columns).toBe(7);
    expect(layout.columns * layout.cellWidth + 6 * 4 + 24).toBeCloseTo(1200);
    expect(layout.cellHeight).toBe(layout.cellWidth);
  });

  test('never fewer than two a row', () => {
    expect(gridLayout(200, 160, 4, 12).columns).toBe(2);
    expect(gridLayout(0, 160, 4, 12).columns).toBe(2);
  });
});

describe('a list that fits', () => {
  const extent = extentOf(1000);

  test('scrolls pixel by pixel', () => {
    expect(scrollHeight(extent.layout, 1000)).toBe(fullHeight(extent.layout, 1000));
    expect(scrolled(extent, { top: 0, offset: 0 }, 5000)).toEqual({ top: 5000, offset: 5000 });
  });

  test('draws what is in view and some more', () => {
    const { first, last } = visibleRows(extent, { top: 0, offset: 5000 }, 1);
    expect(rowTop(extent.layout, first + 1)).toBeLessThanOrEqual(5000);
    expect(rowTop(extent.layout, last)).toBeGreaterThanOrEqual(5800);
    expect(last - first).toBeLessThan(9);
  });

  test('nothing to draw of nothing', () => {
    const { first, last } = visibleRows(extentOf(0), { top: 0, offset: 0 }, 2);
    expect(last).toBeLessThan(first);
  });
});

describe('a list of a million', () => {
  const extent = { layout: tableLayout(1200, 36), total: MILLION, viewHeight: 800 };
  const bottom = fullHeight(extent.layout, MILLION) - extent.viewHeight;

  test('is squeezed into what browsers can lay out', () => {
    expect(fullHeight(extent.layout, MILLION)).toBe(36_000_000);
    expect(scrollHeight(extent.layout, MILLION)).toBe(MAX_SCROLL_PX);
  });

  test('the end of the scroll bar is the end of the list', () => {
    const end = scrolled(extent, { top: 0, offset: 0 }, MAX_SCROLL_PX - 800);
    expect(end.offset).toBeCloseTo(bottom);
    expect(visibleRows(extent, end, 0).last).toBe(MILLION - 1);
  });

  test('a wheel moves pixel by pixel, even far down', () => {
    const middle = atOffset(extent, 20_000_000);
    const next = scrolled(extent, middle, middle.top + 100);
    expect(next.offset - middle.offset).toBe(100);
  });

  test('both ends are reached by small movements, however they drift', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bottom }), fc.boolean(), (start, down) => {
        let position: ScrollPosition = atOffset(extent, start);
        // The browser holds scrollTop inside its range; the list settles when the scrolling rests.
        const step = (by: number) => {
          const top = Math.min(Math.max(position.top + by, 0), MAX_SCROLL_PX - 800);
          position = settled(extent, scrolled(extent, position, top));
        };
        const aim = down ? bottom : 0;
        position = atOffset(
          extent,
          down ? Math.max(position.offset, bottom - 50_000) : Math.min(position.offset, 50_000),
        );
        for (let i = 0; i < 200 && Math.abs(position.offset - aim) > 1; i++) step(down ? 700 : -700);
        expect(Math.abs(position.offset - aim)).toBeLessThanOrEqual(1);
      }),
      { numRuns: 50 },
    );
  });

  test('settling moves nothing in sight', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bottom }), fc.integer({ min: -700, max: 700 }), (offset, by) => {
        const from = atOffset(extent, offset);
        const moved = scrolled(extent, from, Math.min(Math.max(from.top + by, 0), MAX_SCROLL_PX - 800));
        expect(settled(extent, moved).offset).toBe(moved.offset);
      }),
    );
  });
});

test('an item brought into view is whole, and one in view stays where it is', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: MILLION }),
      fc.float({ min: 0, max: 1, noNaN: true }),
      fc.float({ min: 0, max: 1, noNaN: true }),
      (total, at, from) => {
        const extent = extentOf(total);
        const height = fullHeight(extent.layout, total);
        const index = Math.min(total - 1, Math.floor(at * total));
        const position = revealing(extent, atOffset(extent, from * height), index);
        const top = rowTop(extent.layout, Math.floor(index / extent.layout.columns));
        expect(top).toBeGreaterThanOrEqual(position.offset - 0.001);
        expect(top + extent.layout.cellHeight).toBeLessThanOrEqual(
          position.offset + extent.viewHeight + 0.001,
        );
        expect(revealing(extent, position, index)).toEqual(position);
      },
    ),
  );
});

test('what was at the top of the view stays there when the width changes', () => {
  const before = extentOf(10_000, 1200);
  const after = extentOf(10_000, 700);
  const index = 2100; // a multiple of both numbers of columns
  const from = atOffset(before, rowTop(before.layout, index / before.layout.columns));
  const to = relaidOut(before, after, from);
  expect(to.offset).toBeCloseTo(rowTop(after.layout, index / after.layout.columns));
});

test('an item is centred where there is room around it', () => {
  const extent = extentOf(10_000);
  const { offset } = centring(extent, 5000);
  const top = rowTop(extent.layout, Math.floor(5000 / extent.layout.columns));
  expect(top + extent.layout.cellHeight / 2 - offset).toBeCloseTo(extent.viewHeight / 2);
  expect(centring(extent, 0).offset).toBe(0);
});

test('the focus stays inside, for every key', () => {
  const moves = ['left', 'right', 'up', 'down', 'start', 'end', 'page-up', 'page-down'] as const;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.array(fc.constantFrom(...moves)), (total, pressed) => {
      const extent = extentOf(total);
      const end = pressed.reduce((index, move) => moveFocus(extent, index, move), 0);
      expect(end).toBeGreaterThanOrEqual(0);
      expect(end).toBeLessThan(total);
    }),
  );
});

test('down from the row before the last goes to the last item where the last row is shorter', () => {
  const extent = extentOf(16); // rows of 7, 7 and 2
  expect(moveFocus(extent, 10, 'down')).toBe(15);
  expect(moveFocus(extent, 15, 'down')).toBe(15);
  expect(moveFocus(extent, 3, 'up')).toBe(3);
});
