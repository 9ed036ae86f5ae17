import type { Asset } from '@mooring/contract';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useAssetList, useLocate } from '@/pages/assets/asset-list.ts';
import { type AssetSearch, type AssetSelection, selectionOf } from '@/pages/assets/search.ts';

export interface Neighbours {
  previous: Asset | null;
  next: Asset | null;
  /** Position in the list, from 0; null while or where that is not known. */
  index: number | null;
  total: number | null;
}

/** What comes before and after an asset in the list that the address names: all assets, where it names none. */
export function useNeighbours(asset: Asset | undefined, search: AssetSearch): Neighbours {
  const chosen = JSON.stringify(selectionOf(search));
  const selection: AssetSelection = useMemo(() => JSON.parse(chosen), [chosen]);
  const every = useAssetList(selection, 0, 0, asset !== undefined).every;
  const locate = useLocate(selection, every);
  const { data: index = null, isPlaceholderData } = useQuery({
    queryKey: ['assets', 'position', selection, every, asset?.id],
    queryFn: () => locate(asset!),
    enabled: asset !== undefined,
    placeholderData: keepPreviousData,
  });
  const list = useAssetList(selection, Math.max(0, (index ?? 0) - 1), (index ?? 0) + 1, index !== null);
  if (index === null) return { previous: null, next: null, index: null, total: list.total };
  // While the position of the new asset is not known, its neighbours are not either.
  if (isPlaceholderData || list.at(index)?.id !== asset?.id) {
    return { previous: null, next: null, index, total: list.total };
  }
  return { previous: list.at(index - 1) ?? null, next: list.at(index + 1) ?? null, index, total: list.total };
}
