import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react';
import {
  centring,
  type Extent,
  type Layout,
  relaidOut,
  revealing,
  type ScrollPosition,
  scrolled,
  scrollHeight,
  settled,
  visibleRows,
} from './geometry.ts';

const SPARE_ROWS = 2;
/** When no scroll event has come for so long, the scrolling rests. */
const REST_MS = 160;

interface Drawn {
  first: number;
  last: number;
  /** Add it to a row's place in the full list to get its place in the scrolled element. */
  shift: number;
}

/**
 * Scrolling of a list of any length by arithmetic alone. Give `scroller` to the element that scrolls and draw
 * the rows `drawn.first` to `drawn.last` in an element of `height`.
 */
export function useVirtualScroll(layoutFor: (widthPx: number) => Layout, total: number) {
  const scroller = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const extent: Extent = useMemo(
    () => ({ layout: layoutFor(size.width), total, viewHeight: size.height }),
    [layoutFor, size, total],
  );
  const position = useRef<ScrollPosition>({ top: 0, offset: 0 });
  const [drawn, setDrawn] = useState<Drawn>({ first: 0, last: -1, shift: 0 });

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => setSize({ width: element.clientWidth, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  /** Takes up a position; renders only where other rows come into view. */
  const take = useCallback(
    (next: ScrollPosition) => {
      position.current = next;
      const element = scroller.current;
      if (element && element.scrollTop !== next.top) element.scrollTop = next.top;
      const { first, last } = visibleRows(extent, next, SPARE_ROWS);
      const shift = next.top - next.offset;
      setDrawn(was =>
        was.first === first && was.last === last && was.shift === shift ? was : { first, last, shift },
      );
    },
    [extent],
  );

  const drawnExtent = useRef(extent);
  useLayoutEffect(() => {
    const before = drawnExtent.current;
    drawnExtent.current = extent;
    const isSameLayout = before.layout.columns === extent.layout.columns && before.viewHeight > 0;
    take(isSameLayout ? settled(extent, position.current) : relaidOut(before, extent, position.current));
  }, [extent, take]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    let rest: ReturnType<typeof setTimeout> | undefined;
    const onScroll = () => {
      take(scrolled(extent, position.current, element.scrollTop));
      clearTimeout(rest);
      rest = setTimeout(() => {
        // Where it has moved on, the browser is about to say so: to settle now would take that back.
        const isAtRest = Math.abs(element.scrollTop - position.current.top) < 1;
        if (isAtRest) take(settled(extent, position.current));
      }, REST_MS);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      element.removeEventListener('scroll', onScroll);
      clearTimeout(rest);
    };
  }, [extent, take]);

  const reveal = useCallback(
    (index: number, where: 'near' | 'middle' = 'near') =>
      take(where === 'middle' ? centring(extent, index) : revealing(extent, position.current, index)),
    [extent, take],
  );

  return { scroller, extent, drawn, height: scrollHeight(extent.layout, total), reveal };
}
