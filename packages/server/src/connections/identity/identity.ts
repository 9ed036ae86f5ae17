import type { IdentityOffers } from '@mooring/azure/server';
import type { Clock, Guard } from '@mooring/storage/server';
import type { Db } from '../../catalogue/db.ts';
import type { Logger } from '../../platform/log.ts';
import { createAdministratorSignIn, type SignInPurpose } from './administrator-sign-in.ts';
import { createConsent } from './consent.ts';
import { createEntraClient } from './entra-client.ts';
import { createEntraRequests } from './entra-requests.ts';
import { describeOffers } from './offers.ts';
import { createTenants } from './tenants.ts';

/** What is done at the cloud's identity service, Microsoft Entra ID: consent, and the sign-in of an administrator. */
export function createIdentity(deps: {
  db: Db;
  clock: Clock;
  guard: Guard;
  log: Logger;
  /** 32 bytes for the `state` of requests alone. */
  key: Buffer;
  offers: IdentityOffers;
  /** Where Microsoft Entra ID issues tokens. */
  authorityHost: string;
  readTenantId: (text: string) => string;
  purposeOf: (workspaceId: string, connectionId: string) => Promise<SignInPurpose>;
}) {
  const requests = createEntraRequests(deps);
  const tenants = createTenants({ ...deps, client: createEntraClient(deps) });
  return {
    consent: createConsent({ ...deps, requests }),
    ownershipSignIn: createAdministratorSignIn({ ...deps, requests, tenants }),
    /** What this installation offers to sign in with. */
    describeOffers: () => describeOffers(deps.offers, deps.log),
  };
}
