import type { Connection, Operation, Source } from '@mooring/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client } from '@/api/client.ts';
import { operationQuery, operationsQuery, sourcesQuery } from '@/api/queries.ts';
import { filtersOf, type SourceDraft } from './source-draft.ts';

export interface Started {
  source: Source;
  /** Of its first sync; null where that is to come later. */
  operation: Operation | null;
}

/** Makes a source and, with `syncNow`, starts its first sync. */
export function useStartSource({ id: connectionId, location }: Connection) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({ draft, syncNow }: { draft: SourceDraft; syncNow: boolean }): Promise<Started> => {
      const name = draft.folderName.trim();
      const prefix = draft.prefix ?? location.prefix;
      const source = await client.call('createSource', {
        body: { connectionId, prefix, filters: filtersOf(draft), ...(name && { folderName: name }) },
      });
      const params = { sourceId: source.id };
      return { source, operation: syncNow ? await client.call('syncSource', { params }) : null };
    },
    onSuccess: ({ operation }) => {
      if (operation) queryClient.setQueryData(operationQuery(operation.id).queryKey, operation);
      return Promise.all(
        [sourcesQuery.queryKey, operationsQuery.queryKey, ['folders']].map(queryKey =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      );
    },
  });
}
