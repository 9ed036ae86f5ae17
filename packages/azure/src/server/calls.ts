import { withDeadline } from '@mooring/storage/server';
import type { Attempt, AzureErrors } from './errors.ts';

const SECONDS = 60;

/**
 * Makes one call to the storage through the SDK. It must begin to answer within a minute.
 * @throws ProviderError, or the reason of the caller's abort.
 */
export type AzureCalls = <T>(
  attempt: Attempt,
  caller: AbortSignal | undefined,
  send: (signal: AbortSignal) => Promise<T>,
) => Promise<T>;

export const createCalls =
  (errors: AzureErrors, host: string): AzureCalls =>
  (attempt, caller, send) =>
    withDeadline(caller, { seconds: SECONDS, host }, async signal => {
      try {
        return await send(signal);
      } catch (error) {
        // An abort is for `withDeadline` to explain.
        throw signal.aborted ? error : errors.explain(error, attempt);
      }
    });
