/** Steps that differ by less than this share, and by a tick of rounding, count as equal. */
const EQUAL_STEPS = 1.02;
/** How far a frame may stand from where a constant rate puts it, in frames: rounding to coarse ticks moves them too. */
const MOST_DRIFT = 0.4;
/** More runs than this say no more about a rate. */
const MOST_RUNS = 20_000;

/** How many frames there are where they are not counted; null where that cannot be told. */
export function estimateFrames(fps: number | null, durationSeconds: number | null): number | null {
  const frames = Math.round((fps ?? 0) * (durationSeconds ?? 0));
  return frames > 0 && Number.isSafeInteger(frames) ? frames : null;
}

interface Run {
  count: number;
  step: number;
}

/** How long samples last, as runs of equal steps, in the order of decoding. */
export class Timing {
  readonly #runs: Run[] = [];
  /** Samples and their time in ticks. */
  samples = 0;
  ticks = 0;

  add(count: number, step: number): void {
    this.samples += count;
    this.ticks += count * step;
    const last = this.#runs.at(-1);
    if (last?.step === step) last.count += count;
    else if (count > 0 && this.#runs.length < MOST_RUNS) this.#runs.push({ count, step });
  }

  /** Whether the rate varies. The last sample is left out: many writers give it another length. */
  get isVariable(): boolean {
    const runs = this.#withoutLastSample();
    const steps = runs.map(({ step }) => step);
    if (new Set(steps).size < 2) return false;
    const [shortest, longest] = steps.reduce(
      ([low, high], step) => [Math.min(low, step), Math.max(high, step)],
      [Infinity, 0],
    );
    return longest > shortest * EQUAL_STEPS + 1 || driftOf(runs) > MOST_DRIFT;
  }

  /** The average rate; where it is constant, an odd length of the last sample does not change it. */
  get samplesPerTick(): number {
    if (this.ticks === 0) return 0;
    const runs = this.#withoutLastSample();
    if (this.isVariable || runs.length === 0) return this.samples / this.ticks;
    const { count, time } = sum(runs);
    return time > 0 ? count / time : 0;
  }

  #withoutLastSample(): Run[] {
    const last = this.#runs.at(-1);
    return last?.count === 1 ? this.#runs.slice(0, -1) : this.#runs;
  }
}

function sum(runs: readonly Run[]): { count: number; time: number } {
  return {
    count: runs.reduce((total, run) => total + run.count, 0),
    time: runs.reduce((total, run) => total + run.count * run.step, 0),
  };
}

/** The furthest that a sample stands from where the average rate puts it, in frames. */
function driftOf(runs: readonly Run[]): number {
  const { count, time } = sum(runs);
  const step = time / count;
  let [index, at, furthest] = [0, 0, 0];
  for (const run of runs) {
    index += run.count;
    at += run.count * run.step;
    furthest = Math.max(furthest, Math.abs(at - index * step) / step);
  }
  return furthest;
}
