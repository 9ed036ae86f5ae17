import { MooringError } from '@mooring/contract';
import { type IdentityOffers, offerRefusal } from './offers.ts';

/** The app of this installation. @throws MooringError `credential_unavailable` where there is none */
export function requireApp(offers: IdentityOffers): NonNullable<IdentityOffers['app']> {
  if (offers.app) return offers.app;
  const { message, fix } = offerRefusal('azure-mooring-app', offers)!;
  throw new MooringError('credential_unavailable', message, { fix });
}
