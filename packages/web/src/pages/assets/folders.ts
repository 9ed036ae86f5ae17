import type { AssetKind, Folder } from '@mooring/contract';
import { infiniteQueryOptions, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { client } from '@/api/client.ts';
import { folderQuery } from '@/api/queries.ts';

const CHILDREN_PER_PAGE = 200;

/** The top folders: one for each source. */
export const topFoldersQuery = queryOptions({
  queryKey: ['folders', 'top'],
  queryFn: ({ signal }) => Array.fromAsync(client.pages('listFolders', { query: { limit: 1000 }, signal })),
  staleTime: 30_000,
});

/** The folders inside one folder, a page at a time: there may be very many. */
export const childFoldersQuery = (parentId: string) =>
  infiniteQueryOptions({
    queryKey: ['folders', 'children', parentId],
    queryFn: ({ pageParam, signal }) =>
      client.call('listFolders', {
        query: { parentId, limit: CHILDREN_PER_PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: 30_000,
  });

/** A folder and those above it, from the top down. Empty while it is not known. */
export function useFolderPath(folderId: string | undefined): Folder[] {
  const queryClient = useQueryClient();
  const { data } = useQuery({
    queryKey: ['folders', 'path', folderId],
    queryFn: async () => {
      const path: Folder[] = [];
      for (let id: string | null = folderId ?? null; id !== null; ) {
        const folder: Folder = await queryClient.ensureQueryData(folderQuery(id));
        path.unshift(folder);
        id = folder.parentId;
      }
      return path;
    },
    enabled: folderId !== undefined,
    staleTime: 30_000,
  });
  return folderId === undefined ? [] : (data ?? []);
}

/** The folder that is shown, or all top folders; undefined while that is not known. */
export function useShownFolders(folderId: string | undefined) {
  const one = useQuery({ ...folderQuery(folderId ?? ''), enabled: folderId !== undefined });
  const top = useQuery({ ...topFoldersQuery, enabled: folderId === undefined });
  const { error, refetch } = folderId === undefined ? top : one;
  const folders: Folder[] | undefined = folderId === undefined ? top.data : one.data && [one.data];
  return { folders, error, refetch };
}

/** How many assets, of one kind or of all, lie in and below some folders. */
export const sumOf = (folders: readonly Folder[], kind?: AssetKind): number =>
  folders.reduce((sum, { total, byKind }) => sum + (kind ? (byKind[kind] ?? 0) : total.assets), 0);

/** How many assets of each kind lie in and below some folders. */
export function countKinds(folders: readonly Folder[]): Partial<Record<AssetKind, number>> {
  const counts: Partial<Record<AssetKind, number>> = {};
  for (const { byKind } of folders) {
    for (const [kind, count] of Object.entries(byKind) as [AssetKind, number][]) {
      counts[kind] = (counts[kind] ?? 0) + count;
    }
  }
  return counts;
}
