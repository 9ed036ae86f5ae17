import type { Installation, SetupRequest } from '@mooring/contract';
import { type CredentialDraft, isGuid } from './draft.ts';

const DAY_MS = 86_400_000;
const SAS_DAYS = 90;

/** Whom the commands let in: what is typed so far, and what is not is made by them. */
export function setupIdentityOf(
  draft: CredentialDraft,
  installation: Installation,
  now: Date,
): SetupRequest['identity'] {
  const clientId = isGuid(draft.clientId) ? draft.clientId.trim() : null;
  switch (draft.kind) {
    case 'azure-mooring-app':
      return installation.mooringApp
        ? { kind: 'mooring-app', clientId: installation.mooringApp.clientId }
        : { kind: 'app', clientId, credential: null };
    case 'azure-managed-identity':
      return { kind: 'managed-identity', principalId: null };
    case 'azure-cli':
      return { kind: 'user' };
    case 'azure-app':
      return { kind: 'app', clientId, credential: { kind: 'secret' } };
    case 'azure-app-certificate':
      return { kind: 'app', clientId, credential: { kind: 'certificate' } };
    case 'azure-app-federated':
      return {
        kind: 'app',
        clientId,
        credential: installation.federation && { kind: 'federated', federation: installation.federation },
      };
    case 'azure-sas': {
      const expiresOn = new Date(now.getTime() + SAS_DAYS * DAY_MS).toISOString().slice(0, 10);
      return { kind: 'sas', expiresOn, delivery: draft.wantsDelivery };
    }
  }
}
