import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { assetQuery } from '@/api/queries.ts';
import { useLocate } from './asset-list.ts';
import type { AssetSelection } from './search.ts';

/** Finds the asset that the address names, once, and says where it is. */
export function useRevealFromAddress(
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
