import { isFinished, type Operation } from '@mooring/contract';
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { client } from '@/api/client.ts';
import { operationQuery, operationsQuery } from '@/api/queries.ts';

/** A browser opens six connections to a server over HTTP/1.1: leave most of them for everything else. */
const MAX_STREAMS = 2;
const POLL_MS = 1000;

interface Stream {
  watchers: number;
  abort: AbortController;
}
const streams = new Map<string, Stream>();

/** Follows one operation for as long as anyone watches; one stream, however many watch. */
function watch(queryClient: QueryClient, operationId: string): () => void {
  let stream = streams.get(operationId);
  if (!stream && streams.size >= MAX_STREAMS) return () => {};
  if (!stream) {
    stream = { watchers: 0, abort: new AbortController() };
    streams.set(operationId, stream);
    void follow(queryClient, operationId, stream.abort.signal);
  }
  const watched = stream;
  watched.watchers++;
  return () => {
    if (--watched.watchers > 0) return;
    watched.abort.abort();
    if (streams.get(operationId) === watched) streams.delete(operationId);
  };
}

async function follow(queryClient: QueryClient, operationId: string, signal: AbortSignal) {
  const { queryKey } = operationQuery(operationId);
  const onProgress = (operation: Operation) => queryClient.setQueryData(queryKey, operation);
  try {
    await client.watchOperation(operationId, { onProgress, signal });
    await queryClient.invalidateQueries({ queryKey: operationsQuery.queryKey });
  } catch {
    // Asking again shows the same failure where the page looks for it.
    if (signal.aborted) return;
    streams.delete(operationId);
    await queryClient.invalidateQueries({ queryKey });
  }
}

/** An operation as it goes on: by the server's events or, where there are no more streams, by asking. */
export function useOperation(operationId: string | null) {
  const queryClient = useQueryClient();
  const query = useQuery({
    ...operationQuery(operationId ?? ''),
    enabled: operationId !== null,
    refetchInterval: ({ state }) =>
      state.data && !isFinished(state.data.status) && !streams.has(state.data.id) ? POLL_MS : false,
  });
  const isUnderWay = query.data !== undefined && !isFinished(query.data.status);
  useEffect(
    () => (operationId !== null && isUnderWay ? watch(queryClient, operationId) : undefined),
    [queryClient, operationId, isUnderWay],
  );
  return query;
}
