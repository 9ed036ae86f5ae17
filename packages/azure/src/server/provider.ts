import type { TokenCredential } from '@azure/identity';
import type { AccessMode } from '@mooring/contract';
import type { CheckDefinition, Clock, Guard, Provider, Signer, TakeTurn } from '@mooring/storage/server';
import { hostOf, ProviderError } from '@mooring/storage/server';
import { type ParsedSas, parseSas } from '../sas/sas.ts';
import type { AzureCredentialInput } from '../schemas.ts';
import { createAzureAdvice } from './advice.ts';
import { createCalls } from './calls.ts';
import { azureChecks } from './checks.ts';
import { createBlobPipeline } from './client.ts';
import { identityCheck, sasCheck } from './credential-checks.ts';
import { createDelegationKeys } from './delegation-key.ts';
import { createAzureErrors, type KnownCredential } from './errors.ts';
import { type AzureIdentities, createAzureIdentities } from './identity/identities.ts';
import { knownIdentity } from './identity/known.ts';
import { NO_OFFERS, type TokenCredentialInput } from './identity/offers.ts';
import { createLister, MAX_PAGE_SIZE } from './lister.ts';
import { createMessageQueue } from './messages.ts';
import { createOwnerMarks } from './owner-marks.ts';
import { createReader } from './reader.ts';
import { createServiceVersion } from './service-version.ts';
import { createDelegationSigner, createTokenSigner } from './signer.ts';
import type { AzureAccount } from './urls.ts';
import { createWriter } from './writer.ts';

export interface AzureProviderOptions {
  /** `container`: what a SAS of a container was made for. */
  location: AzureAccount & { container?: string };
  credential: AzureCredentialInput;
  accessMode: AccessMode;
  /** Below which renditions may be written; ends in `/`. By default nothing is written. */
  renditionPrefix?: string | null;
  /** What the owner's marks may hold; by default none is found. */
  ownershipTokens?: readonly string[];
  /** Where Microsoft Entra ID issues tokens, e.g. `https://login.microsoftonline.com`. */
  authorityHost: string;
  /** Shared by the providers of a process; default: its own, and none of the installation's. */
  identities?: AzureIdentities;
  /** What large answers wait for; by default for nothing. */
  takeTurn?: TakeTurn;
  guard: Guard;
  clock: Clock;
}

/**
 * A storage account of Azure Blob storage. An identity signs for one object at a time; a SAS cannot
 * be narrowed, so it signs nothing unless a second token for browsers, the delivery token, comes with it.
 * @throws ProviderError `unauthenticated` where what should be a SAS is none
 */
export function createAzureProvider(options: AzureProviderOptions): Provider {
  const { credential } = options;
  return credential.kind === 'azure-sas'
    ? sasProvider(options, credential)
    : identityProvider(options, credential);
}

function identityProvider(options: AzureProviderOptions, credential: TokenCredentialInput): Provider {
  const { authorityHost, location } = options;
  const identities = options.identities ?? createAzureIdentities({ ...options, offers: NO_OFFERS });
  const { tokens, delegationKeys, release } = identities.lease(credential, authorityHost);
  const identity = knownIdentity(credential, identities.offers);
  const account = reach(options, identity, { tokens, sasToken: '' });
  const keys = delegationKeys(location.endpoint, () =>
    createDelegationKeys(location, account.pipeline, { ...account, ...options }),
  );
  return assemble(options, account, {
    credentialCheck: identityCheck(identity, tokens, account.call, account.advise),
    signer: createDelegationSigner(options.location, keys),
    sign: 'object',
    release,
  });
}

function sasProvider(
  options: AzureProviderOptions,
  credential: Extract<AzureCredentialInput, { kind: 'azure-sas' }>,
): Provider {
  const main = requireSas(credential.sasToken);
  const delivery = credential.deliverySasToken ? requireSas(credential.deliverySasToken) : null;
  const { container } = options.location;
  const known = { kind: 'azure-sas' as const, sas: main, ...(container !== undefined && { container }) };
  const account = reach(options, known, { tokens: null, sasToken: main.token });
  return assemble(options, account, {
    credentialCheck: sasCheck({ main, delivery }, account.advise),
    signer: delivery && createTokenSigner(options.location, delivery, options.clock),
    sign: delivery && 'account',
    release: () => {},
  });
}

function requireSas(text: string): ParsedSas {
  const sas = parseSas(text);
  if (!sas.ok) throw new ProviderError('unauthenticated', sas.message, { fix: sas.fix });
  return sas;
}

/** What every way of reaching an account has in common. */
function reach(
  { location, renditionPrefix, takeTurn = async () => () => {}, guard, clock }: AzureProviderOptions,
  known: KnownCredential,
  { tokens, sasToken }: { tokens: TokenCredential | null; sasToken: string },
) {
  const errors = createAzureErrors(location, known, { clock });
  const version = createServiceVersion();
  return {
    version,
    errors,
    tokens,
    sasToken,
    takeTurn,
    dispatcher: guard.bulkDispatcher,
    call: createCalls(errors, hostOf(location.endpoint)),
    advise: createAzureAdvice(location, known, renditionPrefix ?? null),
    pipeline: createBlobPipeline(location.endpoint, tokens, { guard, version }),
  };
}
type ReachedAccount = ReturnType<typeof reach>;

/** What differs by credential. */
interface Delivery {
  credentialCheck: CheckDefinition;
  signer: Signer | null;
  sign: 'object' | 'account' | null;
  /** Lets go of tokens and keys. */
  release: () => void;
}

function assemble(
  { location, accessMode, renditionPrefix: prefix, ownershipTokens = [], guard }: AzureProviderOptions,
  account: ReachedAccount,
  { credentialCheck, signer, sign, release }: Delivery,
): Provider {
  const list = createLister(location, account);
  const reader = accessMode === 'server' ? createReader(location, account.pipeline, account) : null;
  const writer =
    accessMode === 'server' && prefix
      ? createWriter(location, account.pipeline, { ...account, prefix })
      : null;
  const capabilities = {
    // Accounts with a hierarchical namespace list in another order.
    list: {
      delimiter: true,
      maxPageSize: MAX_PAGE_SIZE,
      ordered: false,
      ranges: 'start' as const,
      lowerBound: 'inclusive' as const,
      contentTypes: true,
    },
    read: reader !== null,
    write: writer !== null,
    sign,
    // A delivery token is signed already.
    signsType: sign === 'object',
  };
  return {
    kind: 'azure',
    capabilities,
    list,
    reader,
    signer,
    writer,
    messages: createMessageQueue(location, { ...account, guard }),
    ownerMarks: createOwnerMarks(location, account.pipeline, { ...account, tokens: ownershipTokens }),
    checks: azureChecks(location, account, {
      ...{ credentialCheck, capabilities, list, reader, signer, writer, guard },
    }),
    advise: account.advise,
    // Sockets belong to the guard, which others share.
    async close() {
      release();
    },
  };
}
