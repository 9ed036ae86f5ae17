// What the server takes from this kind.
export { authorityFor } from './identity/authority.ts';
export { readCertificate } from './identity/certificate.ts';
export { type FederatedClaims, readFederatedClaims, readFederatedToken } from './identity/federated-token.ts';
export { createAzureIdentities } from './identity/identities.ts';
export { type AppProof, type IdentityOffers, NO_OFFERS, offerRefusal } from './identity/offers.ts';
export { createAzureProvider } from './provider.ts';
