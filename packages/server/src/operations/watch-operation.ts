import { setTimeout as pause } from 'node:timers/promises';
import { isFinished, type Operation } from '@mooring/contract';
import type { Session } from '../platform/session.ts';
import { isRetryable } from './failure.ts';
import { onStatus } from './status-notices.ts';

/** At most five looks a second, however fast it moves. */
const LEAST_INTERVAL_MS = 200;
/** For notifications that were missed while the session was connecting again. */
const POLL_INTERVAL_MS = 1000;

/** Yields what `find` finds: at once, when it has changed, and last when it has finished. */
export async function* watchOperation(
  session: Session,
  operationId: string,
  signal: AbortSignal,
  find: () => Promise<Operation>,
): AsyncGenerator<Operation> {
  let moved = Promise.withResolvers<void>();
  const wake = () => moved.resolve();
  const ignore = onStatus(session, id => {
    if (id === operationId) wake();
  });
  signal.addEventListener('abort', wake);
  const poll = setInterval(wake, POLL_INTERVAL_MS);
  try {
    for (let shown = ''; !signal.aborted; ) {
      moved = Promise.withResolvers();
      const operation = await find().catch((error: unknown) => {
        if (shown === '' || !isRetryable(error)) throw error;
        return null; // the database is away for a moment: look again
      });
      const now = JSON.stringify(operation);
      if (operation && now !== shown) {
        shown = now;
        yield operation;
      }
      if (operation && isFinished(operation.status)) return;
      await pause(LEAST_INTERVAL_MS, undefined, { signal }).catch(() => {}); // aborted: the loop ends
      if (!signal.aborted) await moved.promise;
    }
  } finally {
    clearInterval(poll);
    signal.removeEventListener('abort', wake);
    ignore();
  }
}
