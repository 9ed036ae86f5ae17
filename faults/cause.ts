import type { CheckId, ConnectionCreate } from '@mooring/contract';
import type { Place, PlaceOptions } from './place.ts';

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
export interface Cause {
  cause: string;
  place?: PlaceOptions;
  /** Breaks something in the storage or the tenant. */
  breaks?: (place: Place) => unknown;
  /** How the connection differs from the usual one. */
  connect?: (place: Place) => Partial<ConnectionCreate> | Promise<Partial<ConnectionCreate>>;
  /** Breaks something once the connection is made. */
  later?: (place: Place) => unknown;
  /** Where it is refused as soon as it is typed: it never gets to the checks. */
  refused?: { code: string; says: string; fix: string };
  server?: Expectation;
  browser?: Expectation;
}
