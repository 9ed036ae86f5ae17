import { type ColumnMapping, type ManifestPreview, previewManifest } from '@mooring/manifest';
import { useQuery } from '@tanstack/react-query';
import type { List } from './list.ts';

/** Items and problems that are shown of a list. */
export const MOST_PREVIEWED = 20;

/** The first items of a list, read in this browser: only its beginning, however large it is. */
export const usePreview = (list: List | null, columns: ColumnMapping | null) =>
  useQuery<ManifestPreview>({
    queryKey: ['list-preview', list?.id, columns],
    queryFn: ({ signal }) =>
      previewManifest(list!.bytes, MOST_PREVIEWED, { signal, ...(columns && { columns }) }),
    enabled: list !== null,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    networkMode: 'always',
  });
