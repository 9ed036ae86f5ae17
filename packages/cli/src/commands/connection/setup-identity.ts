import type { Credential, Installation, SetupRequest } from '@mooring/contract';
import { UsageError } from '../../failure.ts';

type Identity = SetupRequest['identity'];
type AppCredential = Extract<Identity, { kind: 'app' }>['credential'];

export const IDENTITY_KINDS = ['app', 'mooring-app', 'managed-identity', 'user', 'sas'] as const;
const SAS_DAYS = 90;
const DAY_MS = 86_400_000;

export interface SetupOptions {
  identity?: (typeof IDENTITY_KINDS)[number];
  clientId?: string;
  credential?: 'secret' | 'certificate' | 'federated';
  principalId?: string;
}

/** Whom the options let in: without any, an app registration of the customer's own. */
export function setupIdentity(
  { identity = 'app', clientId, credential, principalId }: SetupOptions,
  installation: Installation,
  now: Date,
): Identity {
  switch (identity) {
    case 'app':
      return {
        kind: 'app',
        clientId: clientId ?? null,
        credential: appCredential(
          credential ?? (clientId === undefined ? 'secret' : undefined),
          installation,
        ),
      };
    case 'mooring-app':
      return { kind: 'mooring-app', clientId: clientId ?? mooringAppOf(installation) };
    case 'managed-identity':
      return { kind: 'managed-identity', principalId: principalId ?? null };
    case 'user':
      return { kind: 'user' };
    case 'sas':
      return sas(now, false);
  }
}

/** Whom a connection's credential stands for. */
export function setupIdentityOf(credential: Credential, installation: Installation, now: Date): Identity {
  switch (credential.kind) {
    case 'azure-app':
    case 'azure-app-certificate':
      return { kind: 'app', clientId: credential.clientId, credential: null };
    case 'azure-app-federated':
      return {
        kind: 'app',
        clientId: credential.clientId,
        credential: appCredential('federated', installation),
      };
    case 'azure-mooring-app':
      return { kind: 'mooring-app', clientId: credential.clientId };
    case 'azure-managed-identity':
      return { kind: 'managed-identity', principalId: null };
    case 'azure-cli':
      return { kind: 'user' };
    case 'azure-sas':
      return sas(now, credential.deliverySas !== null);
  }
}

const sas = (now: Date, delivery: boolean): Identity => ({
  kind: 'sas',
  expiresOn: new Date(now.getTime() + SAS_DAYS * DAY_MS).toISOString().slice(0, 10),
  delivery,
});

function appCredential(kind: SetupOptions['credential'], { federation }: Installation): AppCredential {
  if (kind === undefined) return null;
  if (kind !== 'federated') return { kind };
  if (federation) return { kind, federation };
  throw new UsageError(
    'This installation has no workload identity that an app registration could trust.',
    'Use --credential secret or --credential certificate, or ask its operator for one.',
  );
}

function mooringAppOf({ mooringApp }: Installation): string {
  if (mooringApp) return mooringApp.clientId;
  throw new UsageError(
    'This installation has no app of its own.',
    'Use --identity app, or name the app with --client-id.',
  );
}
