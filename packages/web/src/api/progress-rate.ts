export interface Sample {
  atMs: number;
  done: number;
}

const WINDOW_MS = 12_000;
const MIN_SPAN_MS = 900;

/** Adds a sample and lets go of those too old to tell the present rate. */
export function addSample(samples: readonly Sample[], sample: Sample): Sample[] {
  const last = samples.at(-1);
  // It began anew (another operation, or a worker that took it up from an earlier point).
  if (last && sample.done < last.done) return [sample];
  const recent = samples.filter(({ atMs }) => sample.atMs - atMs <= WINDOW_MS);
  return [...(recent.length > 0 ? recent : samples.slice(-1)), sample];
}

/** Items a second over the last seconds; null until it is known. */
export function rateOf(samples: readonly Sample[]): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (!first || !last || last.atMs - first.atMs < MIN_SPAN_MS) return null;
  return ((last.done - first.done) * 1000) / (last.atMs - first.atMs);
}

/** How long the rest will take, in milliseconds; null where the total or the rate is not known. */
export function timeLeftMs(done: number, total: number | null, rate: number | null): number | null {
  if (total === null || !rate) return null;
  return (Math.max(0, total - done) / rate) * 1000;
}
