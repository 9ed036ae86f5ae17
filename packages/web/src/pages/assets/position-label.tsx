import type { Asset } from '@mooring/contract';
import { useEffect, useRef, useState } from 'react';
import { toVisible } from '@/format/names.ts';
import { formatCount } from '@/format/numbers.ts';

const SHOWN_MS = 900;

/** Whether the list moves by more than what is drawn of it, as when a scroll bar is dragged; and for a moment after. */
export function useIsJumping(first: number, last: number): boolean {
  const before = useRef({ first, last });
  const [jumps, setJumps] = useState(0);
  useEffect(() => {
    const was = before.current;
    before.current = { first, last };
    // Nothing was drawn before the first time.
    if (was.last >= was.first && (first > was.last || last < was.first)) setJumps(count => count + 1);
  }, [first, last]);
  useEffect(() => {
    if (jumps === 0) return;
    const timer = setTimeout(() => setJumps(0), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [jumps]);
  return jumps > 0;
}

/** Where in the list the view is, beside the scroll bar. Screen readers have the position of the row. */
export const PositionLabel = ({
  index,
  total,
  asset,
}: {
  index: number;
  total: number;
  asset: Asset | undefined;
}) => (
  <p
    aria-hidden
    className="pointer-events-none absolute right-5 z-10 max-w-72 -translate-y-1/2 truncate rounded-md border bg-raised px-2.5 py-1 text-sm shadow-float"
    style={{ top: `${8 + (84 * index) / total}%` }}
  >
    <span className="font-medium">{formatCount(index + 1)}</span>
    <span className="text-muted"> of {formatCount(total)}</span>
    {asset && ` · ${toVisible(asset.name)}`}
  </p>
);
