import { setTimeout as sleep } from 'node:timers/promises';
import { CHECKS, type Check, type CheckId } from '@mooring/contract';
import type { CheckContext, CheckDefinition, CheckOutcome, Clock } from '@mooring/storage/server';
import { type Logger, redact } from '../../platform/log.ts';

const TIMEOUT_MS = 15_000;
/** Pauses between tries, each twice as long as the one before. */
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 15_000;

export interface CheckRunOptions {
  clock: Clock;
  log: Logger;
  /** Breaks the run off. */
  signal: AbortSignal;
  /** Called with each check whenever it changes, first with all of them waiting. */
  onCheck: (check: Check) => void;
  /** How long one check may take, each time it is tried. */
  timeoutMs?: number;
  /** How long what may pass soon is tried again, counted from the beginning of the run. Default: not at all. */
  waitSeconds?: number;
  /** Comes back after so many milliseconds, or rejects when the signal aborts. */
  pause?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** Where checks look, and an object to try them on where that was chosen. */
export type CheckPlace = Pick<CheckContext, 'container' | 'prefix' | 'origins' | 'sample'>;

/** A check that has not run. */
export const waitingCheck = ({ id, dependsOn }: Omit<CheckDefinition, 'run'>): Check => ({
  id,
  side: 'server',
  title: CHECKS[id],
  status: 'waiting',
  observed: null,
  expected: null,
  fix: null,
  dependsOn: [...dependsOn],
  waitingUntil: null,
  durationMs: null,
  checkedAt: null,
});

/**
 * Runs checks, each as soon as what it depends on is through, and returns their results in the order given.
 * One whose dependencies failed is skipped, and says which failure it waits for. One that takes too long or
 * throws has failed. What may pass soon is tried again for `waitSeconds`, and goes on running meanwhile.
 * @throws the signal's reason when that aborts; nothing else
 */
export async function runCheckDefinitions(
  definitions: readonly CheckDefinition[],
  place: CheckPlace,
  options: CheckRunOptions,
): Promise<Check[]> {
  const { clock, signal, onCheck, waitSeconds = 0, pause = sleepFor } = options;
  signal.throwIfAborted();
  const waitingUntil = clock.now().getTime() + waitSeconds * 1000;
  const contextWith = sharedContext(place, clock);
  const checks = new Map(definitions.map(definition => [definition.id, waitingCheck(definition)]));
  for (const check of checks.values()) onCheck(check);

  function change(id: CheckId, fields: Partial<Check>): void {
    const check = { ...checks.get(id)!, ...fields };
    checks.set(id, check);
    onCheck(check);
  }

  /** For each check the failure that stands in its way, its own or an earlier one; null where there is none. */
  const ends = new Map<CheckId, Promise<CheckId | null>>();
  function endOf(definition: CheckDefinition): Promise<CheckId | null> {
    const end = ends.get(definition.id) ?? run(definition);
    ends.set(definition.id, end);
    return end;
  }

  async function run(definition: CheckDefinition): Promise<CheckId | null> {
    const { id, dependsOn } = definition;
    const needed = definitions.filter(other => dependsOn.includes(other.id));
    const failure = (await Promise.all(needed.map(endOf))).find(failed => failed !== null);
    if (failure) {
      change(id, { status: 'skipped', observed: `waiting for “${CHECKS[failure]}”` });
      return failure;
    }
    change(id, { status: 'running' });
    const started = performance.now();
    const { status, observed, expected, fix = null } = await runPatiently(definition);
    change(id, {
      status,
      observed: redact(observed),
      expected,
      fix,
      waitingUntil: null,
      durationMs: Math.round((performance.now() - started) * 10) / 10,
      checkedAt: clock.now().toISOString(),
    });
    return status === 'failed' ? id : null;
  }

  async function runPatiently(definition: CheckDefinition): Promise<CheckOutcome> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const outcome = await runOne(definition, contextWith, options);
      const leftMs = waitingUntil - clock.now().getTime();
      if (outcome.status !== 'failed' || !outcome.mayPassSoon || leftMs <= 0) return outcome;
      const { observed, expected, fix = null } = outcome;
      change(definition.id, {
        ...{ observed: redact(observed), expected, fix },
        waitingUntil: new Date(waitingUntil).toISOString(),
      });
      await pause(Math.min(pauseMs, leftMs), signal).catch(() => signal.throwIfAborted());
    }
  }

  await Promise.all(definitions.map(endOf));
  return definitions.map(({ id }) => checks.get(id)!);
}

const sleepFor = (ms: number, signal: AbortSignal) => sleep(ms, null, { signal });

/** Those of the checks that are asked for, and what they depend on, in the order given. */
export function withDependencies(
  definitions: readonly CheckDefinition[],
  only: readonly CheckId[],
): CheckDefinition[] {
  const wanted = new Set<CheckId>(only);
  // What a check depends on stands before it.
  for (const { id, dependsOn } of definitions.toReversed()) {
    if (wanted.has(id)) for (const needed of dependsOn) wanted.add(needed);
  }
  return definitions.filter(({ id }) => wanted.has(id));
}

/** Contexts that differ by their signals and share what the checks have found. */
function sharedContext({ sample, ...place }: CheckPlace, clock: Clock) {
  const found: Pick<CheckContext, 'sample' | 'signed'> = { sample };
  return (signal: AbortSignal): CheckContext => ({
    ...place,
    now: () => clock.now(),
    signal,
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
}

async function runOne(
  definition: CheckDefinition,
  contextWith: (signal: AbortSignal) => CheckContext,
  { signal, timeoutMs = TIMEOUT_MS, log }: CheckRunOptions,
): Promise<CheckOutcome> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  // Not every check may heed its signal.
  const aborted = new Promise<never>((_, reject) => {
    either.addEventListener('abort', () => reject(either.reason), { once: true });
  });
  try {
    signal.throwIfAborted();
    return await Promise.race([definition.run(contextWith(either)), aborted]);
  } catch (error) {
    signal.throwIfAborted();
    if (either.aborted) return timedOut(timeoutMs);
    log.error({ err: error, check: definition.id }, 'a check failed in an unexpected way');
    return unexpected();
  }
}

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
