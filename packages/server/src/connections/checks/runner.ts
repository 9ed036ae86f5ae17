import { CHECKS, type Check, type CheckId } from '@mooring/contract';
import type { CheckContext, CheckDefinition, CheckOutcome, Clock } from '@mooring/storage/server';
import { keptFix, redact } from '../../platform/redact.ts';
import { type TryOptions, tryCheck } from './try-check.ts';

export interface CheckRunOptions extends TryOptions {
  /** Called with each check whenever it changes, first with all of them waiting. */
  onCheck: (check: Check) => void;
  /** How long what may pass soon is tried again, counted from the beginning of the run. Default: not at all. */
  waitSeconds?: number;
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
  const { clock, signal, onCheck, waitSeconds = 0 } = options;
  signal.throwIfAborted();
  const waitingUntil = new Date(clock.now().getTime() + waitSeconds * 1000);
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
      change(id, { status: 'skipped', observed: `blocked by “${CHECKS[failure]}”` });
      return failure;
    }
    change(id, { status: 'running' });
    const started = performance.now();
    const outcome = await tryCheck(definition, contextWith, {
      ...{ ...options, waitingUntil },
      onWait: refusal => change(id, { ...shown(refusal), waitingUntil: waitingUntil.toISOString() }),
    });
    change(id, {
      ...{ status: outcome.status, ...shown(outcome), waitingUntil: null },
      durationMs: Math.round((performance.now() - started) * 10) / 10,
      checkedAt: clock.now().toISOString(),
    });
    return outcome.status === 'failed' ? id : null;
  }

  await Promise.all(definitions.map(endOf));
  return definitions.map(({ id }) => checks.get(id)!);
}

const shown = ({ observed, expected, fix }: CheckOutcome) => ({
  observed: redact(observed),
  expected,
  fix: fix ? keptFix(fix) : null,
});

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
  const found: Pick<CheckContext, 'sample' | 'others' | 'signed'> = { sample };
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
    get others() {
      return found.others;
    },
    set others(value) {
      found.others = value;
    },
    get signed() {
      return found.signed;
    },
    set signed(value) {
      found.signed = value;
    },
  });
}
