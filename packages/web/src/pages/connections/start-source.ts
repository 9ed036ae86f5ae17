import type { Operation, Source } from '@mooring/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client } from '@/api/client.ts';
import { operationQuery, operationsQuery, sourcesQuery } from '@/api/queries.ts';
import type { SourceDraft } from './source-fields.tsx';

/** Makes a source and starts its first sync. */
export function useStartSource(connectionId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({
      prefix,
      folderName,
    }: SourceDraft): Promise<{ source: Source; operation: Operation }> => {
      const name = folderName.trim();
      const source = await client.call('createSource', {
        body: { connectionId, prefix, ...(name && { folderName: name }) },
      });
      const operation = await client.call('syncSource', { params: { sourceId: source.id } });
      return { source, operation };
    },
    onSuccess: ({ operation }) => {
      queryClient.setQueryData(operationQuery(operation.id).queryKey, operation);
      return Promise.all(
        [sourcesQuery.queryKey, operationsQuery.queryKey, ['folders']].map(queryKey =>
          queryClient.invalidateQueries({ queryKey }),
        ),
      );
    },
  });
}
