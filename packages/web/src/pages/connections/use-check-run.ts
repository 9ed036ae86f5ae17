import type { Check, CheckRun } from '@mooring/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { client } from '@/api/client.ts';
import { checksQuery, connectionsQuery } from '@/api/queries.ts';

/** The checks of a connection: the last results, and while they run each as it changes. */
export function useCheckRun(connectionId: string) {
  const queryClient = useQueryClient();
  const last = useQuery(checksQuery(connectionId));
  const [error, setError] = useState<unknown>(null);
  const [isRunning, setRunning] = useState(false);
  const abort = useRef<AbortController>(null);

  const run = useCallback(async () => {
    abort.current?.abort();
    const own = new AbortController();
    abort.current = own;
    setError(null);
    setRunning(true);
    const { queryKey } = checksQuery(connectionId);
    await queryClient.cancelQueries({ queryKey });
    const onChange = (check: Check) =>
      queryClient.setQueryData<CheckRun>(queryKey, run => ({
        status: 'verifying',
        statusReason: null,
        checks: replaceCheck(run?.checks ?? [], check),
      }));
    try {
      const result = await client.runChecks(connectionId, {
        signal: own.signal,
        onCheck: event => event.type === 'check' && onChange(event.check),
      });
      queryClient.setQueryData(queryKey, result);
      await queryClient.invalidateQueries({ queryKey: connectionsQuery.queryKey });
    } catch (failure) {
      if (!own.signal.aborted) setError(failure);
    } finally {
      if (abort.current === own) setRunning(false);
    }
  }, [connectionId, queryClient]);

  useEffect(() => () => abort.current?.abort(), []);

  return {
    checks: last.data?.checks ?? null,
    status: last.data?.status ?? null,
    error: error ?? last.error,
    isRunning,
    run,
  };
}

/** In its place where it is known, otherwise at the end. */
const replaceCheck = (checks: readonly Check[], changed: Check): Check[] => {
  const isChanged = (check: Check) => check.id === changed.id && check.side === changed.side;
  return checks.some(isChanged)
    ? checks.map(check => (isChanged(check) ? changed : check))
    : [...checks, changed];
};
