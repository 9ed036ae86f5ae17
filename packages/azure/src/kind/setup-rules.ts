import type { SetupRequest as AnyRequest } from '@mooring/contract';
import type { SetupRules } from '@mooring/storage';
import type { AzureLocation, AzureOffers } from '../schemas.ts';
import { generateSetup } from '../setup/generate.ts';
import type { SetupRequest } from '../setup/schema.ts';
import { isGuid } from './judges.ts';

const DAY_MS = 86_400_000;
const SAS_DAYS = 90;

export const azureSetup: SetupRules<AzureLocation> = {
  generate: request => generateSetup(request as SetupRequest),
  narrowings: [
    {
      id: 'container',
      label: 'Built-in roles on the container',
      hint: 'Reader on the container, and Delegator on the account, which only makes keys to sign URLs with.',
    },
    {
      id: 'abac',
      label: 'One role with a condition',
      hint: 'Reader on the account, with a condition that names the container and the prefix. The narrowest choice where a prefix is set.',
    },
    {
      id: 'custom-role',
      label: 'A custom role',
      hint: 'A role with only the actions that Mooring uses. Needs the right to make roles.',
    },
  ],
  request({ location, credential, isStored, offers, narrowing, renditionPrefix, origins, ownership, now }) {
    const request: SetupRequest = {
      provider: 'azure',
      location,
      identity: identityOf(credential, { isStored, offers: offers as Partial<AzureOffers>, now }),
      narrowing: narrowing as 'container' | 'abac' | 'custom-role',
      renditionPrefix,
      origins: [...origins],
      ownership: ownership && { token: ownership.token, markerKey: ownership.markerKey },
    };
    return request as AnyRequest;
  },
};

/** The identity that the texts give access to: what is typed so far. The texts create what is not typed. */
function identityOf(
  credential: Readonly<Record<string, unknown>> & { kind: string },
  { isStored, offers, now }: { isStored: boolean; offers: Partial<AzureOffers>; now: Date },
): SetupRequest['identity'] {
  const typed = typeof credential.clientId === 'string' ? credential.clientId.trim() : '';
  const clientId = isGuid(typed) ? typed : null;
  const signsInWith = <T>(way: T): T | null => (isStored ? null : way);
  switch (credential.kind) {
    case 'azure-mooring-app': {
      const app = clientId ?? offers.mooringApp?.clientId ?? null;
      return app === null
        ? { kind: 'app', clientId: null, credential: null }
        : { kind: 'mooring-app', clientId: app };
    }
    case 'azure-managed-identity':
      return { kind: 'managed-identity', principalId: null };
    case 'azure-cli':
      return { kind: 'user' };
    case 'azure-app-certificate':
      return { kind: 'app', clientId, credential: signsInWith({ kind: 'certificate' as const }) };
    case 'azure-app-federated': {
      const { federation } = offers;
      return { kind: 'app', clientId, credential: federation ? { kind: 'federated', federation } : null };
    }
    case 'azure-sas': {
      const expiresOn = new Date(now.getTime() + SAS_DAYS * DAY_MS).toISOString().slice(0, 10);
      return { kind: 'sas', expiresOn, delivery: credential.deliverySas != null };
    }
    default:
      return { kind: 'app', clientId, credential: signsInWith({ kind: 'secret' as const }) };
  }
}
