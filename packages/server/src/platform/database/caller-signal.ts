import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';

const callers = new AsyncLocalStorage<AbortSignal>();

/** Runs work whose queries are of no use any more once the signal aborts, or that of the work around it. */
export function forCaller<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const around = callers.getStore();
  return callers.run(around ? AbortSignal.any([around, signal]) : signal, work);
}

/** Runs work that goes on when the caller that began it has gone: others wait for it too, or it has to be finished. */
export const forNoCaller = <T>(work: () => Promise<T>): Promise<T> => callers.exit(work);

type Query = (...args: unknown[]) => unknown;

/**
 * Makes a connection cancel the query that runs when its caller's signal aborts, so that no query outlives the one who
 * asked. The cancellation goes over a connection of its own: those of the pool may all be waiting.
 * https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SIGNAL
 * @param pid of the session that the connection has
 */
export function cancelWithCaller(client: pg.PoolClient, pid: number, poolConfig: pg.PoolConfig): void {
  const query = client.query.bind(client) as Query;
  client.query = ((...args: unknown[]) => {
    const signal = callers.getStore();
    if (!signal || isRollback(args[0])) return query(...args);
    if (signal.aborted) return Promise.reject(signal.reason);
    const running = query(...args);
    return running instanceof Promise
      ? untilAborted(running, signal, () => cancel(pid, poolConfig))
      : running;
  }) as typeof client.query;
}

const isRollback = (text: unknown): boolean => typeof text === 'string' && /^rollback\b/i.test(text);

/** The connection is free for its next query only when a cancellation can no longer reach that one. */
async function untilAborted<T>(
  running: Promise<T>,
  signal: AbortSignal,
  cancelRunning: () => Promise<void>,
): Promise<T> {
  let cancelling: Promise<void> | undefined;
  const onAbort = () => {
    cancelling = cancelRunning();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await running;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await cancelling;
  }
}

async function cancel(pid: number, poolConfig: pg.PoolConfig): Promise<void> {
  const control = new pg.Client(poolConfig);
  control.on('error', () => {}); // the query that is under way fails with it
  try {
    await control.connect();
    await control.query('select pg_cancel_backend($1)', [pid]);
  } catch {
    // A database that takes no connection ends the query itself, by the server's time limit.
  } finally {
    await control.end().catch(() => {}); // it never was open
  }
}
