import { type IdentityOffers, offerRefusal } from '@mooring/azure/server';
import type { SignInRedirect } from '@mooring/contract';
import { MooringError } from '../../platform/problem.ts';
import { type EntraAnswer, entraReason } from './entra-answer.ts';
import type { EntraRequests } from './entra-requests.ts';

/** Where the browser goes on in the web app, and what it shows there. */
export interface Return {
  path: string;
  query: Record<string, string>;
}

/** The app needs no permission but to say who signs in: what it may read is for roles on the storage to say. */
const SCOPE = 'openid profile';
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The consent of a tenant to the multi-tenant app of this installation. A browser that comes back shows only that a
 * person was there. The tenant stands in the address, which anyone can write. So consent proves nothing, and the tenant
 * is only filled into the form.
 * https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
 */
export function createConsent(deps: {
  requests: EntraRequests;
  offers: IdentityOffers;
  authorityHost: string;
  /** @throws MooringError `invalid_request` for what is no tenant */
  readTenantId: (text: string) => string;
}) {
  const { requests, offers, authorityHost } = deps;
  return {
    /**
     * @param options.redirectUri where this installation is called back, as registered for the app
     * @throws MooringError `credential_unavailable` where there is no such app; `invalid_request` for what is no tenant
     */
    async start(options: {
      workspaceId: string;
      sessionHash: Buffer | null;
      tenantId: string | undefined;
      returnTo: string;
      redirectUri: string;
    }): Promise<SignInRedirect> {
      const { tenantId, redirectUri, ...request } = options;
      const tenant = tenantId?.trim() ? deps.readTenantId(tenantId) : 'organizations';
      const { clientId } = requireApp(offers);
      const { state, expiresAt } = await requests.begin('consent', { ...request, connectionId: null });
      const url = new URL(`${authorityHost}/${encodeURIComponent(tenant)}/v2.0/adminconsent`);
      url.search = new URLSearchParams({
        client_id: clientId,
        scope: SCOPE,
        redirect_uri: redirectUri,
        state,
      }).toString();
      return { url: url.href, expiresAt: expiresAt.toISOString() };
    },

    async finish(answer: EntraAnswer, sessionHash: Buffer | null): Promise<Return> {
      const request = await requests.take('consent', answer.state, sessionHash);
      if (!request) return { path: '/connections/new', query: { consent: 'refused', reason: FOREIGN_STATE } };
      const { returnTo: path } = request;
      const granted = answer.error === undefined && answer.admin_consent?.toLowerCase() === 'true';
      if (!granted) return { path, query: { consent: 'refused', reason: entraReason(answer) } };
      const { tenant } = answer;
      return { path, query: { consent: 'granted', ...(tenant && GUID.test(tenant) && { tenant }) } };
    },
  };
}

export const FOREIGN_STATE =
  'This was begun more than an hour ago, in another browser, or has come back before. Begin again.';

/** @throws MooringError `credential_unavailable` */
export function requireApp(offers: IdentityOffers): NonNullable<IdentityOffers['app']> {
  if (offers.app) return offers.app;
  const { message, fix } = offerRefusal('azure-mooring-app', offers)!;
  throw new MooringError('credential_unavailable', message, { fix });
}
