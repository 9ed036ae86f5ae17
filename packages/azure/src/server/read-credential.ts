import type { AccessMode, CredentialInput } from '@mooring/contract';
import type { Reading } from '@mooring/storage';
import { azureCredentials } from '../kind/credentials.ts';
import { parseSas } from '../sas/sas.ts';
import type { AzureCredential, AzureCredentialInput, AzureLocation, SasSummary } from '../schemas.ts';
import { readCertificate } from './identity/certificate.ts';
import { type IdentityOffers, offerRefusal } from './identity/offers.ts';

/** A credential in its two halves: what may be shown, and what is sealed. */
export type ReadCredential = Reading<{ shown: AzureCredential; sealed: AzureCredentialInput }>;

/**
 * Judges a credential by all that can be known without asking Azure: what the form judges, whether the operator offers
 * it, and whether a certificate is one.
 */
export function readAzureCredential(
  typed: CredentialInput,
  {
    offers,
    ...context
  }: { accessMode: AccessMode; location: AzureLocation; now: Date; offers: IdentityOffers },
): ReadCredential {
  const read = azureCredentials.read(typed, context);
  const refusal = offerRefusal(typed.kind as AzureCredentialInput['kind'], offers);
  // A key in a field is named first, before all else that is wrong.
  if (!read.ok && read.code === 'account_key_refused') return read;
  if (refusal) return { ok: false, code: 'credential_unavailable', field: 'kind', ...refusal };
  if (!read.ok) return read;
  const sealed = read.value;
  switch (sealed.kind) {
    case 'azure-app': {
      const { clientSecret: _, ...shown } = sealed;
      return { ok: true, value: { shown, sealed } };
    }
    case 'azure-app-certificate':
      return withCertificate(sealed, context.now);
    case 'azure-app-federated':
      return { ok: true, value: { shown: sealed, sealed } };
    case 'azure-mooring-app':
      return { ok: true, value: { shown: { ...sealed, clientId: offers.app!.clientId }, sealed } };
    case 'azure-managed-identity':
      return { ok: true, value: { shown: { ...sealed, clientId: sealed.clientId ?? null }, sealed } };
    case 'azure-cli':
      return { ok: true, value: { shown: { ...sealed, tenantId: sealed.tenantId ?? null }, sealed } };
    case 'azure-sas': {
      const { sasToken, deliverySasToken } = sealed;
      const shown = {
        kind: sealed.kind,
        sas: summaryOf(sasToken),
        deliverySas: deliverySasToken === undefined ? null : summaryOf(deliverySasToken),
      };
      return { ok: true, value: { shown, sealed } };
    }
  }
}

/** Of a token that was judged already. */
function summaryOf(token: string): SasSummary {
  const sas = parseSas(token);
  if (!sas.ok) throw new Error('A stored token cannot be read.');
  return sas.summary;
}

function withCertificate(
  { certificatePem, ...app }: Extract<AzureCredentialInput, { kind: 'azure-app-certificate' }>,
  now: Date,
): ReadCredential {
  const certificate = readCertificate(certificatePem, now);
  if (!certificate.ok) return { ...certificate, code: 'certificate_invalid', field: 'certificatePem' };
  const { pem, thumbprint, expiresAt } = certificate;
  return {
    ok: true,
    value: {
      shown: { ...app, thumbprint, expiresAt: expiresAt.toISOString() },
      sealed: { ...app, certificatePem: pem },
    },
  };
}
