import type { Identity } from '@mooring/contract';
import { MooringError } from '../platform/problem.ts';

/** Who sent a request, and what it may do: an identity with the id of its member or token. */
export interface Caller extends Identity {
  id: string;
  workspaceId: string;
}

export const unauthenticated = (message: string): MooringError =>
  new MooringError('unauthenticated', message, {
    fix: 'Open a sign-in link in a browser, or send an API token as `Authorization: Bearer mrg_…`.',
  });
