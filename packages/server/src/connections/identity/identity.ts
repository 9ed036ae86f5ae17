import type { Clock } from '@mooring/storage/server';
import type { Db } from '../../catalogue/db.ts';
import type { Kinds } from '../../platform/kinds.ts';
import type { Logger } from '../../platform/log.ts';
import { createAdministratorSignIn, type SignInPurpose } from './administrator-sign-in.ts';
import { createConsent } from './consent.ts';
import { createSignInRequests } from './requests.ts';

/** What is done at a cloud's identity service: consent, and the sign-in of an administrator. */
export function createIdentity(deps: {
  db: Db;
  clock: Clock;
  log: Logger;
  kinds: Kinds;
  /** 32 bytes each, for the `state` of requests alone. */
  keys: () => readonly [Buffer, ...Buffer[]];
  purposeOf: (workspaceId: string, connectionId: string) => Promise<SignInPurpose>;
}) {
  const requests = createSignInRequests(deps);
  return {
    consent: createConsent({ ...deps, requests }),
    ownershipSignIn: createAdministratorSignIn({ ...deps, requests }),
  };
}
