import type { TokenCredential } from '@azure/identity';
import {
  type AccessMode,
  type AccountSas,
  type CredentialInput,
  judgeSas,
  type ParsedSas,
  parseSas,
} from '@mooring/contract';
import type { Clock } from '../../platform/clock.ts';
import type { Guard } from '../../platform/network.ts';
import { hostOf } from '../checks/words.ts';
import { ProviderError } from '../errors.ts';
import type { CheckDefinition, Provider, Signer } from '../provider.ts';
import { createAzureAdvice } from './advice.ts';
import { type AppCredential, createAppTokens } from './app-credential.ts';
import { createCalls } from './calls.ts';
import { azureChecks } from './checks.ts';
import { createBlobPipeline } from './client.ts';
import { appCheck, sasCheck } from './credential-checks.ts';
import { createDelegationKeys, MAX_SIGN_SECONDS } from './delegation-key.ts';
import { createAzureErrors, type KnownCredential } from './errors.ts';
import { createLister, MAX_PAGE_SIZE } from './lister.ts';
import { createMessageQueue } from './messages.ts';
import { createReader } from './reader.ts';
import { createDelegationSigner, createTokenSigner } from './signer.ts';
import type { AzureAccount } from './urls.ts';

export interface AzureProviderOptions {
  location: AzureAccount;
  credential: CredentialInput;
  accessMode: AccessMode;
  /** Where Microsoft Entra ID issues tokens, e.g. `https://login.microsoftonline.com`. */
  authorityHost: string;
  guard: Guard;
  clock: Clock;
}

/**
 * A storage account of Azure Blob storage. An app registration signs for one object at a time; an account SAS
 * cannot be narrowed, so it signs nothing unless a second token for browsers, the delivery token, comes with it.
 * @throws ProviderError `unauthenticated` where what should be a SAS is none
 */
export function createAzureProvider(options: AzureProviderOptions): Provider {
  const { credential } = options;
  if (credential.kind === 'azure-app') return appProvider(options, credential);
  if (credential.kind === 'azure-sas') return sasProvider(options, credential);
  throw new ProviderError('unauthenticated', `This installation does not offer ${credential.kind}.`, {
    fix: 'Choose another credential.',
  });
}

function appProvider(options: AzureProviderOptions, app: AppCredential): Provider {
  const tokens = createAppTokens(app, options);
  const account = reach(options, { kind: 'azure-app', clientId: app.clientId }, { tokens, sasToken: '' });
  const keys = createDelegationKeys(options.location, account.pipeline, { ...account, ...options });
  return assemble(options, account, {
    credentialCheck: appCheck(app, tokens, account.call, account.advise),
    signer: createDelegationSigner(options.location, keys),
    sign: 'object',
    maxSignSeconds: MAX_SIGN_SECONDS,
    forget: keys.forget,
  });
}

function sasProvider(
  options: AzureProviderOptions,
  credential: Extract<CredentialInput, { kind: 'azure-sas' }>,
): Provider {
  const main = requireSas(credential.sasToken);
  const delivery = credential.deliverySasToken
    ? requireAccountSas(credential.deliverySasToken, options)
    : null;
  const account = reach(options, { kind: 'azure-sas', sas: main }, { tokens: null, sasToken: main.token });
  const endsAt = Date.parse(delivery?.summary.expiresAt ?? '') || 0;
  return assemble(options, account, {
    credentialCheck: sasCheck({ main, delivery }, account.advise),
    signer: delivery && createTokenSigner(options.location, delivery, options.clock),
    sign: delivery && 'account',
    maxSignSeconds: Math.max(0, Math.floor((endsAt - options.clock.now().getTime()) / 1000)),
    forget: () => {},
  });
}

function requireSas(text: string): ParsedSas {
  const sas = parseSas(text);
  if (!sas.ok) throw new ProviderError('unauthenticated', sas.message, { fix: sas.fix });
  return sas;
}

function requireAccountSas(text: string, { clock }: AzureProviderOptions): AccountSas {
  const sas = requireSas(text);
  if (sas.kind === 'account') return sas;
  const { message, fix } = judgeSas(sas, 'delivery', clock.now())[0]!;
  throw new ProviderError('unauthenticated', message, { fix });
}

/** What every way of reaching an account has in common. */
function reach(
  { location, guard, clock }: AzureProviderOptions,
  known: KnownCredential,
  { tokens, sasToken }: { tokens: TokenCredential | null; sasToken: string },
) {
  const errors = createAzureErrors(location, known, { clock });
  return {
    errors,
    tokens,
    sasToken,
    dispatcher: guard.dispatcher,
    call: createCalls(errors, hostOf(location.endpoint)),
    advise: createAzureAdvice(location, known),
    pipeline: createBlobPipeline(location.endpoint, tokens, guard),
  };
}
type ReachedAccount = ReturnType<typeof reach>;

/** What differs by credential. */
interface Delivery {
  credentialCheck: CheckDefinition;
  signer: Signer | null;
  sign: 'object' | 'account' | null;
  maxSignSeconds: number;
  forget: () => void;
}

function assemble(
  { location, accessMode, guard }: AzureProviderOptions,
  account: ReachedAccount,
  { credentialCheck, signer, sign, maxSignSeconds, forget }: Delivery,
): Provider {
  const list = createLister(location, account);
  const reader = accessMode === 'server' ? createReader(location, account.pipeline, account) : null;
  const capabilities = {
    // Accounts with a hierarchical namespace list in another order.
    list: { delimiter: true, maxPageSize: MAX_PAGE_SIZE, ordered: false, ranges: 'start' as const },
    read: reader !== null,
    sign,
    maxSignSeconds,
  };
  return {
    kind: 'azure',
    capabilities,
    list,
    reader,
    signer,
    messages: createMessageQueue(location, { ...account, guard }),
    checks: azureChecks(location, account, { credentialCheck, capabilities, list, reader, signer, guard }),
    // Sockets belong to the guard, which others share.
    async close() {
      forget();
    },
  };
}
