import type { Asset, Page } from '@mooring/contract';
import { keepPreviousData, queryOptions, useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { client } from '@/api/client.ts';
import { sumOf, useShownFolders } from './folders.ts';
import { comparing, findPage, type Place } from './order.ts';
import { type AssetSelection, isFiltered, toFilter } from './search.ts';

// A list of any length, of which only the pages in view are fetched. The API gives cursors into it at regular
// steps (anchors), so that page 3,141 costs as much as the first.

const LONG_LIST = 100_000;
/** Items a page. The longer the list, the fewer cursors there should be of it. */
const pageSizeFor = (expected: number): number => (expected > LONG_LIST ? 500 : 200);

/** The filter with the order. */
const toQuery = (selection: AssetSelection) => ({
  ...toFilter(selection),
  ...(selection.sort && { sort: selection.sort }),
});

const anchorsQuery = (selection: AssetSelection, every: number) =>
  queryOptions({
    queryKey: ['assets', 'anchors', selection, every],
    queryFn: ({ signal }) =>
      client.call('getAssetAnchors', { query: { ...toQuery(selection), every }, signal }),
    staleTime: 30_000,
  });

const pageQuery = (selection: AssetSelection, every: number, cursor: string | null) =>
  queryOptions({
    queryKey: ['assets', 'page', selection, every, cursor],
    queryFn: ({ signal }): Promise<Page<Asset>> =>
      client.call('listAssets', {
        query: { ...toQuery(selection), limit: every, ...(cursor === null ? {} : { cursor }) },
        signal,
      }),
    staleTime: 30_000,
  });

/**
 * The assets of a selection, as far as they are needed for the items `first` to `last` (inclusive).
 * `total` is null until it is known; `at(index)` is undefined for what is not there yet.
 */
export function useAssetList(selection: AssetSelection, first: number, last: number, enabled = true) {
  // The folders' counters say how many there will be, exactly where nothing is chosen.
  const shownFolders = useShownFolders(selection.folder);
  const expected = shownFolders.folders && sumOf(shownFolders.folders, selection.kind);
  const isExact = !isFiltered(selection);
  const every = pageSizeFor(expected ?? 0);
  const isReady = enabled && expected !== undefined;
  const anchors = useQuery({ ...anchorsQuery(selection, every), enabled: isReady });
  const cursors = anchors.data?.cursors ?? [null];

  const firstPage = Math.max(0, Math.min(Math.floor(first / every), cursors.length - 1));
  const lastPage = Math.max(firstPage, Math.min(Math.floor(last / every), cursors.length - 1));
  const wanted = isReady ? cursors.slice(firstPage, lastPage + 1) : [];
  const pages = useQueries({
    queries: wanted.map(cursor => pageQuery(selection, every, cursor)),
  });

  // While a sync changes the list most of its cursors move, and with them the keys of pages: what was shown at a
  // position stays until the new page has come.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list remembers nothing of this one
  const shown = useMemo(() => new Map<number, Asset[]>(), [selection, every]);
  pages.forEach((page, i) => {
    if (page.data) shown.set(firstPage + i, page.data.items);
  });
  for (const page of shown.keys()) {
    if (page < firstPage || page > lastPage) shown.delete(page);
  }

  const at = (index: number): Asset | undefined => shown.get(Math.floor(index / every))?.[index % every];
  const failed = [shownFolders, anchors, ...pages].filter(query => query.error);
  return {
    total: anchors.data?.total ?? (isExact ? (expected ?? null) : null),
    /** Whether more match than the list can show. */
    hasMore: anchors.data?.more ?? false,
    at,
    error: failed[0]?.error ?? null,
    retry: () => Promise.all(failed.map(query => query.refetch())),
    every,
  };
}
export type AssetList = ReturnType<typeof useAssetList>;

/** How many assets match, in all and with each other choice of a filter. Until that is known, those of the list before. */
export const useFacets = (selection: AssetSelection, enabled: boolean) =>
  useQuery({
    queryKey: ['assets', 'facets', selection],
    queryFn: ({ signal }) => client.call('getAssetFacets', { query: toFilter(selection), signal }),
    staleTime: 30_000,
    ...(enabled && { placeholderData: keepPreviousData }),
    enabled,
  });

/** The assets at `first` to `last` (inclusive), fetching those that are not there yet. */
export function useAssetRange(selection: AssetSelection, every: number) {
  const queryClient = useQueryClient();
  return useCallback(
    async (first: number, last: number): Promise<Asset[]> => {
      const { cursors } = await queryClient.fetchQuery(anchorsQuery(selection, every));
      const start = Math.floor(first / every);
      const pages = await Promise.all(
        cursors
          .slice(start, Math.floor(last / every) + 1)
          .map(cursor => queryClient.fetchQuery(pageQuery(selection, every, cursor))),
      );
      return pages.flatMap(({ items }) => items).slice(first - start * every, last - start * every + 1);
    },
    [queryClient, selection, every],
  );
}

/** Finds at which position of a list an asset is; null where it is not in it (any more). */
export function useLocate(selection: AssetSelection, every: number) {
  const queryClient = useQueryClient();
  return useCallback(
    async (asset: Asset): Promise<number | null> => {
      const { cursors } = await queryClient.fetchQuery(anchorsQuery(selection, every));
      const firstOf = async (page: number) => {
        const cursor = cursors[page] ?? null;
        const { queryKey } = pageQuery(selection, every, cursor);
        const known = queryClient.getQueryState(queryKey);
        if (known?.data && !known.isInvalidated) return known.data.items[0] ?? null;
        const query = { ...toQuery(selection), limit: 1, ...(cursor === null ? {} : { cursor }) };
        return (await client.call('listAssets', { query })).items[0] ?? null;
      };
      const page = await findPage<Place>(cursors.length, asset, comparing(selection.sort), firstOf);
      const { items } = await queryClient.fetchQuery(pageQuery(selection, every, cursors[page] ?? null));
      const index = items.findIndex(({ id }) => id === asset.id);
      return index === -1 ? null : page * every + index;
    },
    [queryClient, selection, every],
  );
}
