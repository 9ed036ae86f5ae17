import {
  BROWSER_CHECKS,
  type BrowserFinding,
  CHECKS,
  type Check,
  type CheckId,
  type CheckRun,
} from '@mooring/contract';
import { MooringApiError } from '@mooring/sdk';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { client } from '@/api/client.ts';
import { checksQuery, connectionsQuery } from '@/api/queries.ts';
import { runBrowserChecks } from './checks/browser-run.ts';

/** A role that was granted just now takes about so long to work. */
const WAIT_SECONDS = 300;
/** After one of these has run again, what browsers see may be different. */
const SEEN_BY_BROWSERS: readonly CheckId[] = ['sign', 'fetch', 'preflight'];

interface RunOptions {
  /** Only this check, with what it depends on and, on the server's side, what depends on it. */
  only?: Pick<Check, 'id' | 'side'>;
  /** Whether refusals that a new role would end are waited out. */
  wait?: boolean;
}

/**
 * The checks of a connection, of the server and of this browser: the last results, and while they run each as it
 * changes.
 */
export function useCheckRun(connectionId: string) {
  const queryClient = useQueryClient();
  const last = useQuery(checksQuery(connectionId));
  const [error, setError] = useState<unknown>(null);
  const [isRunning, setRunning] = useState(false);
  const abort = useRef<AbortController>(null);
  const known = useRef<readonly Check[]>([]);
  known.current = last.data?.checks ?? [];

  const run = useCallback(
    async ({ only, wait = true }: RunOptions = {}) => {
      abort.current?.abort();
      const own = new AbortController();
      abort.current = own;
      setError(null);
      setRunning(true);
      const { queryKey } = checksQuery(connectionId);
      await queryClient.cancelQueries({ queryKey });
      const show = (check: Check) =>
        queryClient.setQueryData<CheckRun>(queryKey, before => ({
          status: 'verifying',
          statusReason: null,
          checks: replaceCheck(before?.checks ?? [], check),
        }));
      // What a browser found before would stand beside what the server finds now.
      const unseen = (check: Check) =>
        !only && check.side === 'browser' ? asCheck(check.id, 'waiting') : check;
      known.current.map(unseen).forEach(show);
      try {
        if (only?.side !== 'browser') {
          const result = await client.runChecks(connectionId, {
            ...(only && { only: withDependents(only.id, known.current) }),
            waitSeconds: wait ? WAIT_SECONDS : 0,
            signal: own.signal,
            onCheck: event => event.type === 'check' && show(event.check),
          });
          queryClient.setQueryData(queryKey, { ...result, checks: result.checks.map(unseen) });
          await queryClient.invalidateQueries({ queryKey: connectionsQuery.queryKey });
        }
        const isSeen =
          only && withDependents(only.id, known.current).some(id => SEEN_BY_BROWSERS.includes(id));
        if (!only || only.side === 'browser' || isSeen) {
          const result = await lookFromHere(connectionId, own.signal, show);
          if (result) queryClient.setQueryData(queryKey, result);
          else await queryClient.invalidateQueries({ queryKey });
        }
      } catch (failure) {
        if (!own.signal.aborted) setError(failure);
      } finally {
        if (abort.current === own) setRunning(false);
      }
    },
    [connectionId, queryClient],
  );

  useEffect(() => () => abort.current?.abort(), []);

  return {
    checks: last.data?.checks ?? null,
    status: last.data?.status ?? null,
    error: error ?? last.error,
    isRunning,
    run,
  };
}

/** A check and those that waited for it, which can run now. */
function withDependents(id: CheckId, checks: readonly Check[]): CheckId[] {
  const wanted = new Set<CheckId>([id]);
  // Dependents stand after what they depend on.
  for (const check of checks) {
    if (check.side === 'server' && check.dependsOn.some(needed => wanted.has(needed as CheckId)))
      wanted.add(check.id);
  }
  return [...wanted];
}

/** This browser's side; nothing where there is nothing that it could load, which the server's side explains. */
async function lookFromHere(
  connectionId: string,
  signal: AbortSignal,
  show: (check: Check) => void,
): Promise<CheckRun | null> {
  const params = { connectionId };
  const put = (checks: BrowserFinding[]) =>
    client.call('putBrowserResults', {
      ...{ params, signal },
      body: { userAgent: navigator.userAgent, origin: location.origin, checks },
    });
  const refused = (error: unknown) => {
    if (error instanceof MooringApiError) return null;
    throw error;
  };
  const probe = await client.call('getBrowserProbe', { params, signal }).catch(refused);
  // What was found before is of an object that is not there any more.
  if (!probe) return put([]).catch(refused);
  for (const id of BROWSER_CHECKS) show(asCheck(id, 'waiting'));
  const checks = await runBrowserChecks(probe, signal, (id, finding) =>
    show(finding ? asCheck(id, finding.status, finding) : asCheck(id, 'running')),
  );
  return put(checks);
}

/** Until the server has judged it. */
const asCheck = (id: CheckId, status: Check['status'], finding?: BrowserFinding): Check => ({
  id,
  side: 'browser',
  title: CHECKS[id],
  status,
  observed: finding?.observed ?? null,
  expected: null,
  fix: null,
  dependsOn: [],
  waitingUntil: null,
  durationMs: finding?.durationMs ?? null,
  checkedAt: null,
});

/** In its place where it is known, otherwise at the end. */
const replaceCheck = (checks: readonly Check[], changed: Check): Check[] => {
  const isChanged = (check: Check) => check.id === changed.id && check.side === changed.side;
  return checks.some(isChanged)
    ? checks.map(check => (isChanged(check) ? changed : check))
    : [...checks, changed];
};
