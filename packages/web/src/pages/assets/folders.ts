import type { Folder } from '@mooring/contract';
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
