import { ProviderError } from './errors.ts';

/**
 * Runs something that must answer in time. The signal it gets aborts when the caller's does, and when the time
 * is over before it has answered; not afterwards, so a body may be read for as long as it takes.
 * @throws the caller's reason after an abort; ProviderError `unreachable` when the time is over.
 */
export async function withDeadline<T>(
  caller: AbortSignal | undefined,
  { seconds, host }: { seconds: number; host: string },
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  caller?.throwIfAborted();
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), seconds * 1000);
  try {
    const signal = caller ? AbortSignal.any([caller, deadline.signal]) : deadline.signal;
    // Not everything that is run can be stopped.
    return await Promise.race([run(signal), rejectOnAbort(signal)]);
  } catch (error) {
    if (caller?.aborted) throw caller.reason;
    if (!deadline.signal.aborted) throw error;
    throw new ProviderError('unreachable', `${host} did not answer within ${seconds} seconds.`, {
      fix: 'Check that firewalls and proxies between Mooring and the storage let it through, then try again.',
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}

const rejectOnAbort = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
