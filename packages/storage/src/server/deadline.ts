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
  const signal = caller ? AbortSignal.any([caller, deadline.signal]) : deadline.signal;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  try {
    // Not everything that is run can be stopped.
    return await Promise.race([run(signal), aborted]);
  } catch (error) {
    if (caller?.aborted) throw caller.reason;
    if (!deadline.signal.aborted) throw error;
    throw new ProviderError('unreachable', `${host} did not answer within ${seconds} seconds.`, {
      fix: 'Check that firewalls and proxies between Mooring and the storage allow the connection, then try again.',
      cause: error,
    });
  } finally {
    clearTimeout(timer);
    // With a listener the signal, and with it the answer, would live as long as the caller's.
    signal.removeEventListener('abort', onAbort);
  }
}
