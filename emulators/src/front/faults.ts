import type { StorageRequest } from './request.ts';

/** Something that goes wrong on the way. */
export type Fault =
  /** 503 ServerBusy instead of an answer. */
  | { kind: 'server-busy'; retryAfterSeconds?: number }
  /** 403 AuthorizationPermissionMismatch, as where access to this object alone is denied. */
  | { kind: 'permission-mismatch' }
  /** This instead of an answer: a refusal in Azure's words, or what a proxy says in its place. */
  | { kind: 'answer'; status: number; headers?: Record<string, string>; body?: string }
  /** Something on the way does not pass the header Range on. */
  | { kind: 'ignore-range' }
  /** The connection breaks instead of an answer. */
  | { kind: 'reset' }
  /** The connection breaks after so many bytes of the body. */
  | { kind: 'truncate'; afterBytes: number }
  /** The answer comes later. */
  | { kind: 'delay'; ms: number }
  /** The answer comes once it is released. `onHeld` is called with each request that waits. */
  | { kind: 'hold'; released: Promise<void>; onHeld: () => void }
  /** The body comes slowly, and where it is said the connection breaks after so many bytes of it. */
  | { kind: 'slow'; bytesPerSecond: number; afterBytes?: number };

interface Injection {
  fault: Fault;
  times: number;
  when: (request: StorageRequest) => boolean;
}

/** Faults to come: each injection strikes the next `times` requests that it is for. */
export function createFaults() {
  const injections = new Set<Injection>();

  /** Returns what takes the injection back. */
  function inject(
    fault: Fault,
    { times = 1, when = () => true }: Partial<Omit<Injection, 'fault'>> = {},
  ): () => void {
    const injection = { fault, times, when };
    injections.add(injection);
    return () => injections.delete(injection);
  }

  return {
    inject,

    /** Holds the requests that it is for, by default all, until `release` lets them go on. */
    hold({ times = Number.POSITIVE_INFINITY, ...options }: Partial<Omit<Injection, 'fault'>> = {}) {
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      const { promise: held, resolve: onHeld } = Promise.withResolvers<void>();
      const end = inject({ kind: 'hold', released, onHeld }, { times, ...options });
      return {
        /** Comes with the first request that is held. */
        held,
        release(): void {
          end();
          release();
        },
      };
    },

    /** The fault for this request, if any. */
    take(request: StorageRequest): Fault | null {
      for (const injection of injections) {
        if (!injection.when(request)) continue;
        injection.times -= 1;
        if (injection.times <= 0) injections.delete(injection);
        return injection.fault;
      }
      return null;
    },
  };
}
