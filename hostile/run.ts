import { setTimeout as pause } from 'node:timers/promises';
import type { Attack } from './attack.ts';
import type { Target } from './target.ts';
import { type Pauses, watch } from './watch.ts';

/** How many attacks go on at once. */
const AT_ONCE = 4;
const IDLE_MS = 6000;

export interface Outcome {
  name: string;
  cases: number;
  seconds: number;
  /** Null where it came to what it must. */
  wrong: string | null;
}

/** What was seen of an installation, in milliseconds and megabytes. */
export interface Figures {
  outcomes: Outcome[];
  pauses: Pauses;
  peakMegabytes: number;
  /** What each process held then. */
  heldAtPeak: readonly string[];
  slowestHealthMs: number;
  slowestCancelMs: number;
  idleP99Ms: number;
  attackedP99Ms: number;
  /** Requests of the second workspace, or for `/health`, that were not answered with 200. */
  failures: string[];
}

/** Makes attacks, some at once, and watches what becomes of the installation. */
export async function runAttacks(
  target: Target,
  attacks: readonly Attack[],
  { log = () => {}, atOnce = AT_ONCE }: { log?: (line: string) => void; atOnce?: number } = {},
): Promise<Figures> {
  const watched = await watch(target);
  try {
    await pause(IDLE_MS);
    const idle = await watched.takeSeen();
    watched.takePauses();
    const outcomes: Outcome[] = [];
    const left = [...attacks];
    const attack = async (): Promise<void> => {
      for (let next = left.shift(); next; next = left.shift()) {
        watched.goingOn.add(next.name);
        const outcome = await outcomeOf(next, target);
        watched.goingOn.delete(next.name);
        outcomes.push(outcome);
        log(
          `${outcome.wrong ? '✗' : '✓'} ${outcome.seconds.toFixed(1)} s: ${outcome.name} ${outcome.wrong ?? ''}`,
        );
      }
    };
    await Promise.all(Array.from({ length: atOnce }, attack));
    const seen = await watched.takeSeen();
    return {
      outcomes,
      pauses: watched.takePauses(),
      peakMegabytes: await watched.peakMegabytes(),
      heldAtPeak: watched.heldAtPeak(),
      slowestHealthMs: Math.max(...seen.healthMs),
      slowestCancelMs: Math.max(0, ...target.cancelsMs),
      idleP99Ms: p99(idle.requestsMs),
      attackedP99Ms: p99(seen.requestsMs),
      failures: seen.failures,
    };
  } finally {
    await watched.stop();
  }
}

async function outcomeOf({ name, cases = 1, run }: Attack, target: Target): Promise<Outcome> {
  const begun = performance.now();
  const wrong = await run(target).then(
    () => null,
    error => String(error?.message ?? error),
  );
  return { name, cases, seconds: (performance.now() - begun) / 1000, wrong };
}

const p99 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * 0.99) - 1)] ?? 0;
