import type { Connection, ConnectionUpdate } from '@mooring/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client } from '@/api/client.ts';
import { connectionQuery, connectionsQuery } from '@/api/queries.ts';

/** Changes a connection, unless another person has changed it since it was read. */
export const updateConnection = (
  { id, revision }: Pick<Connection, 'id' | 'revision'>,
  changes: ConnectionUpdate,
) =>
  client.call('updateConnection', {
    params: { connectionId: id },
    body: changes,
    headers: { 'if-match': `"${revision}"` },
  });

export function useUpdateConnection(connection: Connection) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (changes: ConnectionUpdate) => updateConnection(connection, changes),
    onSuccess: updated => {
      queryClient.setQueryData(connectionQuery(connection.id).queryKey, updated);
      return queryClient.invalidateQueries({ queryKey: connectionsQuery.queryKey });
    },
    // Someone else changed it: show what it is now.
    onError: () => queryClient.invalidateQueries({ queryKey: connectionQuery(connection.id).queryKey }),
  });
}
