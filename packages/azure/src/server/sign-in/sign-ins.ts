import type { Refusal } from '@mooring/storage';
import type { Clock, Guard, KindSignIns } from '@mooring/storage/server';
import { isGuid, judgeTenantId } from '../../kind/judges.ts';
import type { AzureCredential, AzureLocation } from '../../schemas.ts';
import { otherCloudRefusal } from '../identity/authority.ts';
import type { IdentityOffers } from '../identity/offers.ts';
import { requireApp } from '../identity/require-app.ts';
import { entraReason, readEntraAnswer } from './entra-answer.ts';
import { createEntraClient } from './entra-client.ts';
import { IdTokenRefused } from './id-token.ts';
import { createTenants, signInAddress, whyNotAdministrator } from './tenants.ts';

/** The app needs no permission but to say who signs in: what it may read is for roles on the storage to say. */
const SCOPE = 'openid profile';

/**
 * Sign-ins of administrators at Microsoft Entra ID.
 *
 * Consent: of a tenant to the multi-tenant app of this installation. What comes back stands in an address, which anyone
 * can write, so it proves nothing and only fills in the form.
 * https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
 *
 * Proof of ownership: an administrator who may consent to apps for the whole tenant of the storage account says that
 * this workspace is wanted. Guests and ordinary members cannot: what the app may read in the tenant is not theirs to
 * give. https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export function createAzureSignIns(deps: {
  guard: Guard;
  clock: Clock;
  offers: IdentityOffers;
  /** Where Microsoft Entra ID issues tokens. */
  authorityHost: string;
}): KindSignIns<AzureLocation, AzureCredential> {
  const tenants = createTenants({ ...deps, client: createEntraClient(deps) });
  return {
    consentUrl(typed, { redirectUri }) {
      const text = typeof typed.tenantId === 'string' ? typed.tenantId.trim() : '';
      const [problem] =
        text === '' ? [] : judgeTenantId(text, { now: deps.clock.now(), location: null }).problems;
      if (problem) return { ok: false, field: 'tenantId', ...problem };
      const { clientId } = requireApp(deps.offers);
      const tenant = text === '' ? 'organizations' : encodeURIComponent(text);
      const value = (state: string): string => {
        const url = new URL(`${deps.authorityHost}/${tenant}/v2.0/adminconsent`);
        url.search = new URLSearchParams({
          client_id: clientId,
          scope: SCOPE,
          redirect_uri: redirectUri,
          state,
        }).toString();
        return url.href;
      };
      return { ok: true, value };
    },

    readConsent(query) {
      const answer = readEntraAnswer(query);
      const granted = answer.error === undefined && answer.admin_consent?.toLowerCase() === 'true';
      if (!granted) return { granted: false, reason: entraReason(answer) };
      const { tenant } = answer;
      return { granted: true, fills: tenant && isGuid(tenant) ? { tenant } : {} };
    },

    async ownerUrl({ location, credential }, { redirectUri, signal }) {
      const tenantId = tenantOf(credential);
      if (tenantId === null) return NO_TENANT;
      const otherCloud = otherCloudRefusal(location.endpoint, deps.authorityHost);
      if (otherCloud) return { ok: false, code: 'invalid_location', field: null, ...otherCloud };
      const { app, metadata } = await tenants.find({ tenantId, endpoint: location.endpoint }, signal);
      const { clientId } = app;
      return { ok: true, value: request => signInAddress(metadata, { clientId, redirectUri, ...request }) };
    },

    async readOwner({ location, credential }, query, back) {
      const answer = readEntraAnswer(query);
      const { code } = answer;
      if (code === undefined || answer.error !== undefined) return { ok: false, reason: entraReason(answer) };
      const tenantId = tenantOf(credential);
      if (tenantId === null) return { ok: false, reason: NO_TENANT.message };
      const otherCloud = otherCloudRefusal(location.endpoint, deps.authorityHost);
      if (otherCloud) return { ok: false, reason: otherCloud.message };
      try {
        const person = await tenants.verify({ tenantId, endpoint: location.endpoint }, code, back, back);
        const reason = whyNotAdministrator(person);
        return reason === null ? { ok: true, who: `${person.name} (${person.id})` } : { ok: false, reason };
      } catch (error) {
        if (error instanceof IdTokenRefused) return { ok: false, reason: error.message, log: error };
        throw error;
      }
    },
  };
}

const tenantOf = (credential: AzureCredential): string | null =>
  ('tenantId' in credential ? credential.tenantId : null) || null;

const NO_TENANT: Refusal = {
  ok: false,
  code: 'invalid_request',
  field: null,
  message: 'The credential of this connection names no tenant whose administrator could sign in.',
  fix: 'Ask the owner to set the mark in the container.',
};
