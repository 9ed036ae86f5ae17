import type { Fault } from '../front/faults.ts';

/** What makes the service slow or unreliable; may be changed while it runs. */
export interface TroubleSettings {
  /** Before every answer. */
  latencyMs: number;
  /** Requests beyond this in one second are answered with 503 and Retry-After; null: no limit. */
  requestsPerSecond: number | null;
  /** A share of requests fails, each in a way drawn from the seed: 503, a reset, or a body that breaks off. */
  mishaps: { seed: number; share: number } | null;
}

/** Decides, request by request, what goes wrong. */
export function createTrouble(settings: TroubleSettings, now: () => number) {
  let second = 0;
  let requestsInSecond = 0;
  let requests = 0;

  const throttled = (): boolean => {
    const current = Math.floor(now() / 1000);
    if (current !== second) [second, requestsInSecond] = [current, 0];
    requestsInSecond += 1;
    return settings.requestsPerSecond !== null && requestsInSecond > settings.requestsPerSecond;
  };

  return {
    next(): Fault | null {
      requests += 1;
      if (throttled()) return { kind: 'server-busy', retryAfterSeconds: 1 };
      const { mishaps } = settings;
      if (!mishaps) return null;
      const drawn = fraction(mishaps.seed, requests);
      if (drawn >= mishaps.share) return null;
      return MISHAPS[Math.floor((drawn / mishaps.share) * MISHAPS.length)]!;
    },
  };
}

const MISHAPS: readonly Fault[] = [
  { kind: 'server-busy' },
  { kind: 'reset' },
  { kind: 'truncate', afterBytes: 0 },
  { kind: 'truncate', afterBytes: 1000 },
];

/** A number from 0 to 1 that looks random; the same for the same two. The finalizer of MurmurHash3. */
function fraction(seed: number, index: number): number {
  let hash = (Math.imul(seed, 0x9e3779b1) + index) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
