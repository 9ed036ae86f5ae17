import type { Clock } from '@mooring/storage/server';
import { authorityFor } from '../identity/authority.ts';
import type { IdentityOffers } from '../identity/offers.ts';
import { requireApp } from '../identity/require-app.ts';
import type { EntraClient, TenantMetadata } from './entra-client.ts';
import {
  CONSENTING_ROLES,
  IdTokenRefused,
  type SignedIn,
  tenantOfIssuer,
  verifyIdToken,
} from './id-token.ts';

/** The tenant that a storage account belongs to. */
export interface StorageTenant {
  /** Its id, or a domain of it. */
  tenantId: string;
  /** Of the storage: says in which cloud the tenant is. */
  endpoint: string;
}

/** Tenants that people sign in at, to this installation's app. */
export function createTenants(deps: {
  client: EntraClient;
  offers: IdentityOffers;
  authorityHost: string;
  clock: Clock;
}) {
  const { client, offers, clock } = deps;

  /** @throws ProviderError where there is no such tenant; MooringError `credential_unavailable` without an app */
  async function find({ tenantId, endpoint }: StorageTenant, signal: AbortSignal) {
    const app = requireApp(offers);
    const authority = authorityFor(endpoint, deps.authorityHost);
    return { app, metadata: await client.metadata(authority, tenantId, signal) };
  }

  return {
    find,

    /**
     * Who has signed in there.
     * @throws ProviderError, IdTokenRefused, and what `find` throws
     */
    async verify(
      tenant: StorageTenant,
      code: string,
      { nonce, codeVerifier }: { nonce: string; codeVerifier: string },
      { redirectUri, signal }: { redirectUri: string; signal: AbortSignal },
    ): Promise<SignedIn> {
      const { app, metadata } = await find(tenant, signal);
      const { issuer } = metadata;
      const tenantId = tenantOfIssuer(issuer);
      if (tenantId === null) throw new IdTokenRefused('Microsoft Entra ID names no tenant of its own.');
      const token = await client.redeem(metadata, app, { code, codeVerifier, redirectUri }, signal);
      const keys = await client.keys(metadata, signal);
      const { clientId } = app;
      return verifyIdToken(token, { issuer, nonce, tenantId, clientId, keys, now: clock.now() });
    },
  };
}
/** Where a browser goes to sign in. */
export function signInAddress(
  { authorization_endpoint }: TenantMetadata,
  request: { clientId: string; redirectUri: string; state: string; nonce: string; codeChallenge: string },
): string {
  const url = new URL(authorization_endpoint);
  url.search = new URLSearchParams({
    client_id: request.clientId,
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: request.redirectUri,
    scope: 'openid profile',
    state: request.state,
    nonce: request.nonce,
    code_challenge: request.codeChallenge,
    code_challenge_method: 'S256',
    // A click at least: following a link proves nothing of a person who is signed in already.
    prompt: 'select_account',
  }).toString();
  return url.href;
}

const ROLES: readonly string[] = Object.values(CONSENTING_ROLES);

/** Why a person may not speak for their tenant; null where they may. */
export function whyNotAdministrator({ name, roles }: SignedIn): string | null {
  if (roles === null) {
    return 'Microsoft Entra ID does not say which roles they have in the tenant. The operator of Mooring can change that: set groupMembershipClaims of the app registration to DirectoryRole. Until then the owner can set the mark.';
  }
  if (roles.some(role => ROLES.includes(role.toLowerCase()))) return null;
  return `${name} is not an administrator who may consent to apps for the tenant. Ask one to sign in, or ask the owner to set the mark.`;
}
