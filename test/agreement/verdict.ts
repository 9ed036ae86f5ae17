import type { StorageLocationInput } from '@mooring/contract';

/** A connection as a person types it: the location, as an address or in parts, and the fields of one way. */
export interface Typed {
  location: StorageLocationInput;
  /** `kind` is the way. */
  credential: { kind: string; [field: string]: string };
}

/** Whether a connection is accepted, or the field that is at fault, such as `credential.tenantId`. */
export type Verdict = 'accepted' | `location.${string}` | `credential.${string}`;

export const NOW = new Date('2026-11-22T12:00:00.000Z');
