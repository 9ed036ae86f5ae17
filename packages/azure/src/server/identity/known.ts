import type { KnownIdentity } from '../errors.ts';
import type { IdentityOffers, TokenCredentialInput } from './offers.ts';

/** What is known of an identity without asking anybody. */
export function knownIdentity(input: TokenCredentialInput, offers: IdentityOffers): KnownIdentity {
  const { kind } = input;
  switch (kind) {
    case 'azure-mooring-app':
      return { kind, tenantId: input.tenantId, clientId: offers.app?.clientId ?? null };
    case 'azure-managed-identity':
      return { kind, tenantId: null, clientId: input.clientId ?? null };
    case 'azure-cli':
      return { kind, tenantId: input.tenantId ?? null, clientId: null };
    default:
      return { kind, tenantId: input.tenantId, clientId: input.clientId };
  }
}

/** An identity in the middle of a sentence. */
export function nameOf({ kind, clientId }: KnownIdentity): string {
  switch (kind) {
    case 'azure-managed-identity':
      return clientId === null
        ? 'the managed identity of the machine'
        : `the managed identity ${clientId} of the machine`;
    case 'azure-cli':
      return 'the person who is signed in with the Azure CLI';
    default:
      return `the app ${clientId}`;
  }
}

/** The same, with the tenant where one is known. */
export function describeIdentity(identity: KnownIdentity): string {
  const { kind, tenantId } = identity;
  if (tenantId === null) return nameOf(identity);
  return `${nameOf(identity)} ${kind === 'azure-cli' ? 'in' : 'of'} the tenant ${tenantId}`;
}
