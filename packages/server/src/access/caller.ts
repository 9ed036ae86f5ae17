import type { Identity } from '@mooring/contract';
import { MooringError } from '../platform/problem.ts';

/** Who sent a request, and what it may do: an identity with the id of the session's member, or of the token. */
export interface Caller extends Identity, Maker {
  id: string;
  /** Of a browser. */
  sessionId: string | null;
}

/** Who makes a token or a link. */
export interface Maker {
  workspaceId: string;
  /** The member whom all it makes ends with; null: a service token or the operator. */
  memberId: string | null;
  /** The token that all it makes ends with: its own, or the one that its session came from; null: a person. */
  tokenId: string | null;
}

const SIGN_IN = 'Open a sign-in link in a browser, or send an API token as `Authorization: Bearer mrg_…`.';

export const unauthenticated = (message: string, { fix = SIGN_IN }: { fix?: string } = {}): MooringError =>
  new MooringError('unauthenticated', message, { fix });
