import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { client } from '@/api/client.ts';

export const datasetsQuery = queryOptions({
  queryKey: ['datasets'],
  queryFn: ({ signal }) => Array.fromAsync(client.pages('listDatasets', { signal })),
});

/** Under the key of all datasets, as the next are, so that what changes one renews them. */
export const datasetQuery = (datasetId: string) =>
  queryOptions({
    queryKey: ['datasets', datasetId],
    queryFn: ({ signal }) => client.call('getDataset', { params: { datasetId }, signal }),
  });

export const versionsQuery = (datasetId: string) =>
  infiniteQueryOptions({
    queryKey: ['datasets', datasetId, 'versions'],
    queryFn: ({ pageParam, signal }) =>
      client.call('listDatasetVersions', {
        params: { datasetId },
        query: { limit: 20, ...(pageParam !== null && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });

export const differenceQuery = (datasetId: string, version: number, from: number) =>
  queryOptions({
    queryKey: ['datasets', datasetId, 'difference', version, from],
    queryFn: ({ signal }) =>
      client.call('getDatasetDifference', { params: { datasetId, version }, query: { from }, signal }),
    staleTime: Number.POSITIVE_INFINITY, // versions never change
  });

export const changesQuery = (datasetId: string, version: number, from: number) =>
  infiniteQueryOptions({
    queryKey: ['datasets', datasetId, 'changes', version, from],
    queryFn: ({ pageParam, signal }) =>
      client.call('listDatasetChanges', {
        params: { datasetId, version },
        query: { from, limit: 50, ...(pageParam !== null && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: Number.POSITIVE_INFINITY,
  });

export const membersQuery = (datasetId: string, version: number) =>
  infiniteQueryOptions({
    queryKey: ['datasets', datasetId, 'members', version],
    queryFn: ({ pageParam, signal }) =>
      client.call('listDatasetMembers', {
        params: { datasetId, version },
        query: { limit: 50, ...(pageParam !== null && { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
