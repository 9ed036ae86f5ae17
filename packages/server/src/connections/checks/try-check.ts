import { setTimeout as sleep } from 'node:timers/promises';
import type { CheckContext, CheckDefinition, CheckOutcome, Clock } from '@mooring/storage/server';
import type { Logger } from '../../platform/log.ts';

/** Pauses between tries, each twice as long as the one before. */
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 15_000;

export interface TryOptions {
  clock: Clock;
  log: Logger;
  /** Breaks the run off. */
  signal: AbortSignal;
  /** How long one check may take, each time it is tried. */
  timeoutSeconds: number;
  /** Comes back after so many milliseconds, or rejects when the signal aborts. */
  pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/**
 * Runs one check, and runs it again while what refused it may pass soon. One that takes too long or throws has failed.
 * @param options.waitingUntil when it is not tried again any more
 * @param options.onWait called with each refusal that may pass soon
 * @throws the signal's reason when that aborts; nothing else
 */
export async function tryCheck(
  definition: CheckDefinition,
  contextWith: (signal: AbortSignal) => CheckContext,
  options: TryOptions & { waitingUntil: Date; onWait: (refusal: CheckOutcome) => void },
): Promise<CheckOutcome> {
  const { clock, signal, waitingUntil, onWait, pause = sleepFor } = options;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const outcome = await runOnce(definition, contextWith, options);
    const leftMs = waitingUntil.getTime() - clock.now().getTime();
    if (outcome.status !== 'failed' || !outcome.mayPassSoon || leftMs <= 0) return outcome;
    onWait(outcome);
    await pause(Math.min(pauseMs, leftMs), signal).catch(() => signal.throwIfAborted());
  }
}

const sleepFor = (ms: number, signal: AbortSignal) => sleep(ms, null, { signal });

async function runOnce(
  definition: CheckDefinition,
  contextWith: (signal: AbortSignal) => CheckContext,
  { signal, timeoutSeconds, log }: TryOptions,
): Promise<CheckOutcome> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(timeoutSeconds * 1000)]);
  // Not every check may heed its signal.
  const aborted = new Promise<never>((_, reject) => {
    either.addEventListener('abort', () => reject(either.reason), { once: true });
  });
  try {
    signal.throwIfAborted();
    return await Promise.race([definition.run(contextWith(either)), aborted]);
  } catch (error) {
    signal.throwIfAborted();
    if (either.aborted) return timedOut(timeoutSeconds);
    log.error({ err: error, check: definition.id }, 'a check failed in an unexpected way');
    return unexpected();
  }
}

const timedOut = (seconds: number): CheckOutcome => ({
  status: 'failed',
  observed: `There was no result after ${seconds} seconds.`,
  expected: `A result within ${seconds} seconds.`,
  fix: {
    why: 'The storage, or something between it and Mooring, is too slow or drops requests.',
    steps: [
      'Run the checks again.',
      'If it stays so, check firewalls and proxies between Mooring and the storage.',
    ],
    snippets: [],
  },
});

const unexpected = (): CheckOutcome => ({
  status: 'failed',
  observed: 'Mooring itself failed during this check, so it says nothing about the storage.',
  expected: 'The check runs to its end.',
  fix: {
    why: 'This is a defect of Mooring, or an answer that it does not understand.',
    steps: ['Run the checks again.', 'If it stays so, report it with what the server’s log says.'],
    snippets: [],
  },
});
