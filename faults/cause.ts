import type { CheckId, Connection, ConnectionCreate } from '@mooring/contract';
import type { MooringClient } from '@mooring/sdk';
import type { Place } from './place.ts';

/** What one side of the checks has to say of a cause: this check, and no other. */
export interface Expectation {
  check: CheckId;
  /** Default: `failed`. */
  status?: 'failed' | 'warning';
  /** Phrases that stand in what was observed, or in the fix. */
  says: string;
  fix: string;
  /** The checks that have to be skipped; all others have to pass. */
  skipped: readonly CheckId[];
}

/** A set-up that breaks one layer, and what has to be said of it. */
export interface Cause<P extends Place = Place> extends Expected {
  /** Breaks something in the storage or the tenant. */
  breaks?: (place: P) => unknown;
  /** How the connection differs from the usual one. */
  connect?: (place: P) => Partial<ConnectionCreate> | Promise<Partial<ConnectionCreate>>;
  /** Breaks something once the connection is made. */
  later?: (place: P, made: { connection: Connection; client: MooringClient }) => unknown;
}

/** What a cause is called, and what has to be said of it. */
export interface Expected {
  cause: string;
  /** Where it is refused as soon as it is typed: it never gets to the checks. */
  refused?: { code: string; says: string; fix: string };
  server?: Expectation;
  browser?: Expectation;
}
