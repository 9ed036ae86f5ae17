import type { Credential, SetupRequest } from '@mooring/contract';
import type { Reading, Refusal } from '@mooring/storage';
import type { CliKind } from '@mooring/storage/cli';
import { judgeClientId } from '../kind/judges.ts';
import type { AzureOffers } from '../schemas.ts';
import { SETUP_FORMATS } from '../setup/schema.ts';

interface Options {
  identity?: 'app' | 'mooring-app' | 'managed-identity' | 'user' | 'sas';
  clientId?: string;
  credential?: 'secret' | 'certificate' | 'federated';
  principalId?: string;
  eventQueue?: string;
  subscription?: string;
  resourceGroup?: string;
}

export const setup: CliKind['setup'] = {
  options: [
    {
      flags: '--identity <kind>',
      description: 'the identity that gets access',
      choices: ['app', 'mooring-app', 'managed-identity', 'user', 'sas'],
    },
    { flags: '--client-id <id>', description: 'the app registration; without it one is made' },
    {
      flags: '--credential <kind>',
      description: 'how the app registration is to sign in',
      choices: ['secret', 'certificate', 'federated'],
    },
    { flags: '--principal-id <id>', description: 'the object id of the managed identity' },
    { flags: '--event-queue <name>', description: 'a queue to send changes to' },
    { flags: '--subscription <id>', description: 'the subscription of the account' },
    { flags: '--resource-group <name>', description: 'the resource group of the account' },
  ],
  formats: SETUP_FORMATS,
  request(given, { stored, offers, make }) {
    const options = given as Options;
    const identity =
      stored && options.identity === undefined
        ? storedIdentity(stored)
        : identityOf(options, offers as Partial<AzureOffers>);
    if (!identity.ok) return identity;
    const request: SetupRequest = {
      ...make(identity.value.credential, identity.value.isStored),
      eventQueue: options.eventQueue ?? null,
      subscriptionId: options.subscription ?? null,
      resourceGroup: options.resourceGroup ?? null,
    };
    if (options.identity === 'managed-identity' && options.principalId !== undefined)
      request.identity = { kind: 'managed-identity', principalId: options.principalId };
    return { ok: true, value: request };
  },
};

type Identity = Reading<{ credential: Credential; isStored: boolean }>;

const storedIdentity = (credential: Credential): Identity => ({
  ok: true,
  value: { credential, isStored: true },
});

/** The identity that the options name. Without options: the customer's own app registration. */
function identityOf(
  { identity = 'app', clientId, credential }: Options,
  offers: Partial<AzureOffers>,
): Identity {
  const [wrong] =
    clientId === undefined ? [] : judgeClientId(clientId, { now: new Date(0), location: null }).problems;
  if (wrong) return refusal(wrong.message, wrong.fix);
  const as = (kind: string, isStored = false): Identity => ({
    ok: true,
    value: { credential: { kind, ...(clientId !== undefined && { clientId }) }, isStored },
  });
  switch (identity) {
    case 'app':
      if (credential === 'certificate') return as('azure-app-certificate');
      if (credential === 'federated') return offers.federation ? as('azure-app-federated') : NO_FEDERATION;
      // An app that is named and needs no credential can sign in already.
      return as('azure-app', clientId !== undefined && credential === undefined);
    case 'mooring-app':
      return clientId !== undefined || offers.mooringApp ? as('azure-mooring-app') : NO_APP;
    case 'managed-identity':
      return as('azure-managed-identity');
    case 'user':
      return as('azure-cli');
    case 'sas':
      return as('azure-sas');
  }
}

const refusal = (message: string, fix: string): Refusal => ({
  ok: false,
  code: 'invalid_request',
  field: null,
  message,
  fix,
});

const NO_FEDERATION = refusal(
  'This installation has no workload identity that an app registration could trust.',
  'Use --credential secret or --credential certificate, or ask its operator for one.',
);

const NO_APP = refusal(
  'This installation has no app of its own.',
  'Use --identity app, or name the app with --client-id.',
);
