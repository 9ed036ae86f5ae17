import { CHECKS, type Check, type CheckId } from '@mooring/contract';
import type { Clock } from '../platform/clock.ts';
import { type Logger, redact } from '../platform/log.ts';
import type { CheckContext, CheckDefinition, CheckOutcome } from '../providers/provider.ts';

const TIMEOUT_MS = 15_000;

export interface CheckRunOptions {
  clock: Clock;
  log: Logger;
  /** Breaks the run off. */
  signal: AbortSignal;
  /** Called with each check whenever it changes, first with all of them waiting. */
  onCheck: (check: Check) => void;
  /** How long one check may take. */
  timeoutMs?: number;
}

/** A check that has not run. */
export const waitingCheck = ({ id, dependsOn }: CheckDefinition): Check => ({
  id,
  side: 'server',
  title: CHECKS[id],
  status: 'waiting',
  observed: null,
  expected: null,
  fix: null,
  dependsOn: [...dependsOn],
  durationMs: null,
  checkedAt: null,
});

/**
 * Runs checks, each as soon as what it depends on is through, and returns their results in the order given.
 * One whose dependencies failed is skipped, and says which failure it waits for. One that takes too long or
 * throws has failed.
 * @throws the signal's reason when that aborts; nothing else
 */
export async function runCheckDefinitions(
  definitions: readonly CheckDefinition[],
  place: Pick<CheckContext, 'container' | 'prefix' | 'origins'>,
  options: CheckRunOptions,
): Promise<Check[]> {
  const { clock, signal, onCheck } = options;
  signal.throwIfAborted();
  const checks = new Map(definitions.map(definition => [definition.id, waitingCheck(definition)]));
  for (const check of checks.values()) onCheck(check);

  const found: Pick<CheckContext, 'sample' | 'signed'> = {};
  const contextWith = (ownSignal: AbortSignal): CheckContext => ({
    ...place,
    now: () => clock.now(),
    signal: ownSignal,
    get sample() {
      return found.sample;
    },
    set sample(value) {
      found.sample = value;
    },
    get signed() {
      return found.signed;
    },
    set signed(value) {
      found.signed = value;
    },
  });
  const change = (id: CheckId, fields: Partial<Check>): void => {
    if (signal.aborted) return;
    const check = { ...checks.get(id)!, ...fields };
    checks.set(id, check);
    onCheck(check);
  };

  /** The failure that each check waits for: its own, or one it depends on; null where it may be built upon. */
  const ends = new Map<CheckId, Promise<CheckId | null>>();
  const endOf = (definition: CheckDefinition): Promise<CheckId | null> => {
    const { id, dependsOn } = definition;
    const end = ends.get(id) ?? run(definition, dependsOn);
    ends.set(id, end);
    return end;
  };
  const run = async (definition: CheckDefinition, dependsOn: readonly CheckId[]): Promise<CheckId | null> => {
    const { id } = definition;
    const needed = definitions.filter(other => dependsOn.includes(other.id));
    const failures = await Promise.all(needed.map(endOf));
    const failure = failures.find(failed => failed !== null);
    if (failure) {
      change(id, { status: 'skipped', observed: `waiting for “${CHECKS[failure]}”` });
      return failure;
    }
    change(id, { status: 'running' });
    const started = performance.now();
    const outcome = await runOne(definition, contextWith, options);
    change(id, {
      status: outcome.status,
      observed: redact(outcome.observed),
      expected: outcome.expected,
      fix: outcome.fix ?? null,
      durationMs: Math.round((performance.now() - started) * 10) / 10,
      checkedAt: clock.now().toISOString(),
    });
    return outcome.status === 'failed' ? id : null;
  };

  await Promise.all(definitions.map(endOf));
  signal.throwIfAborted();
  return definitions.map(({ id }) => checks.get(id)!);
}

async function runOne(
  definition: CheckDefinition,
  contextWith: (signal: AbortSignal) => CheckContext,
  { signal, timeoutMs = TIMEOUT_MS, log }: CheckRunOptions,
): Promise<CheckOutcome> {
  const stop = new AbortController();
  const stopped = Promise.withResolvers<never>();
  stop.signal.addEventListener('abort', () => stopped.reject(stop.signal.reason), { once: true });
  const breakOff = () => stop.abort(signal.reason);
  signal.addEventListener('abort', breakOff, { once: true });
  const timer = setTimeout(() => stop.abort(TIMED_OUT), timeoutMs);
  try {
    signal.throwIfAborted();
    // Not every check may heed its signal.
    return await Promise.race([definition.run(contextWith(stop.signal)), stopped.promise]);
  } catch (error) {
    if (signal.aborted) return BROKEN_OFF;
    if (stop.signal.aborted) return timedOut(timeoutMs);
    log.error({ err: error, check: definition.id }, 'a check failed in an unexpected way');
    return unexpected();
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', breakOff);
  }
}

const TIMED_OUT = new Error('the check took too long');
/** Never seen: the whole run throws. */
const BROKEN_OFF: CheckOutcome = { status: 'skipped', observed: '', expected: '' };

const timedOut = (timeoutMs: number): CheckOutcome => ({
  status: 'failed',
  observed: `There was no result after ${timeoutMs / 1000} seconds.`,
  expected: `A result within ${timeoutMs / 1000} seconds.`,
  fix: {
    why: 'The storage, or something between it and Mooring, is too slow or swallows what is sent.',
    steps: [
      'Run the checks again.',
      'If it stays so, look at firewalls and proxies between Mooring and the storage.',
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
