import type { CheckId, Fix } from '@mooring/contract';
import type { AdviceContext, Advise, ProviderError } from '@mooring/storage/server';
import type { AzureLocation } from '../schemas.ts';
import { documentFor } from '../setup/generate.ts';
import { azOption, sh } from '../setup/quote.ts';
import { type SetupRequest, setupRequest } from '../setup/schema.ts';
import { snippetsOf } from '../setup/snippets.ts';
import type { KnownCredential, KnownIdentity } from './errors.ts';
import type { AzureAccount } from './urls.ts';

type Snippet = Fix['snippets'][number];

/** Why it matters: what of Mooring does not work while it fails. */
const WHY: Record<CheckId | 'messages', string> = {
  messages: 'Mooring reads in the queue what changes between syncs.',
  name: 'Requests can only be sent to an account and a container that can exist.',
  dns: 'Everything else needs a connection to the storage.',
  tls: 'Credentials and data must travel encrypted, so that no machine on the way can read or change them.',
  clock: 'Tokens and signed URLs carry times, and are refused where clocks differ.',
  credential: 'Every request to the storage carries the credential.',
  ownership:
    'An identity of the installation may reach storage of several owners. So each owner says which workspace may use it.',
  list: 'Mooring lists the container to know what is in it.',
  head: 'Mooring reads the properties of objects to know whether they changed.',
  range: 'Mooring reads the first bytes of objects to learn what they are, and never whole objects.',
  sign: 'Browsers load objects straight from the storage, with URLs that Mooring signs with a key of the account.',
  fetch: 'Browsers load objects from the storage with URLs like this one.',
  preflight: 'Browsers ask the storage first whether pages of this origin may load from it.',
  headers: 'Players and viewers need to read which part of an object came.',
  media: 'Pages show images and videos with plain elements, which need no CORS but must be allowed to load.',
  write: 'Thumbnails and re-encoded videos are written to the storage itself, below a prefix of their own.',
  survey: 'Archived objects and placeholders of directories cannot be opened.',
};

/** Advice with commands for the Azure CLI, in which the user's own names are filled in, and never a secret. */
export function createAzureAdvice(
  location: AzureAccount,
  credential: KnownCredential,
  renditionPrefix: string | null,
): Advise {
  return (error, failed, context) => ({
    why: WHY[failed],
    steps: failed === 'messages' ? [error.fix] : [error.fix, 'Run the checks again.'],
    snippets:
      failed === 'write' && error.kind === 'forbidden' && credential.kind !== 'azure-sas'
        ? grantWriting({ ...location, ...placeOf(context) }, credential, renditionPrefix)
        : snippetsFor(error, failed, context, location.account, credential),
  });
}

const placeOf = ({ container, prefix }: AdviceContext) => ({ container, prefix });

/** With a condition that ends at the prefix, which only the whole set-up makes. */
function grantWriting(
  location: AzureLocation,
  credential: KnownIdentity,
  renditionPrefix: string | null,
): Snippet[] {
  // There are prefixes that no command can hold, such as with control characters.
  const request = { location, identity: setupIdentityOf(credential), renditionPrefix };
  const { data } = setupRequest.safeParse(request);
  const roles = data && documentFor(data).sections.find(({ id }) => id === 'roles');
  return roles ? snippetsOf(roles, ['az-cli', 'powershell']) : [];
}

function setupIdentityOf({ kind, clientId }: KnownIdentity): SetupRequest['identity'] {
  if (kind === 'azure-managed-identity') return { kind: 'managed-identity', principalId: null };
  if (kind === 'azure-cli' || clientId === null) return { kind: 'user' };
  return kind === 'azure-mooring-app'
    ? { kind: 'mooring-app', clientId }
    : { kind: 'app', clientId, credential: null };
}

function snippetsFor(
  error: ProviderError,
  failed: CheckId | 'messages',
  context: AdviceContext,
  account: string,
  credential: KnownCredential,
): Snippet[] {
  if (WITHOUT_COMMANDS.has(error.serviceCode ?? '')) return [];
  const byCode = COMMANDS_BY_CODE[error.serviceCode ?? '']?.(account, credential);
  if (byCode) return [byCode];
  if (failed === 'messages') return queueSnippets(error, context, account, credential);
  if (error.kind === 'forbidden') {
    if (credential.kind === 'azure-sas') return [newSas(account, context.now(), failed === 'write')];
    // A key for signing belongs to the account, so its role cannot be granted on a container.
    return [
      failed === 'sign'
        ? grantRole(DELEGATOR, account, assignee(credential))
        : grantRole(
            READER,
            account,
            assignee(credential),
            `/blobServices/default/containers/${context.container}`,
          ),
    ];
  }
  if (error.kind === 'unauthenticated' && credential.kind === 'azure-sas')
    return [newSas(account, context.now())];
  if (error.kind === 'network-rules') return [allowAddress(account)];
  if (error.kind === 'not-found' && failed === 'list') return [listContainers(account)];
  if (failed === 'dns') return [listAccounts];
  return [];
}

/** No grant and no token helps. */
const WITHOUT_COMMANDS = new Set(['BlobUsesCustomerSpecifiedEncryption']);

const READER = 'Storage Blob Data Reader';
const DELEGATOR = 'Storage Blob Delegator';
const QUEUE_READER = 'Storage Queue Data Message Processor';

const az = (title: string, ...lines: string[]): Snippet => ({
  title,
  language: 'bash',
  text: lines.join(' \\\n  '),
});

/** The identity that a role is granted to, as an option. */
function assignee({ kind, clientId }: KnownIdentity): string {
  if (clientId !== null) return azOption('assignee', clientId);
  return kind === 'azure-cli'
    ? '--assignee="$(az ad signed-in-user show --query id --output tsv)"'
    : '--assignee OBJECT_ID_OF_THE_MANAGED_IDENTITY';
}

/** @param within what the role is granted on, as the end of its id; default: the whole account */
const grantRole = (role: string, account: string, assignedTo: string, within?: string): Snippet => {
  const id = `$(az storage account show ${azOption('name', account)} --query id --output tsv)`;
  return az(
    `Grant the role ${role}`,
    'az role assignment create',
    `--role "${role}"`,
    assignedTo,
    `--scope="${id}"${within === undefined ? '' : sh(within)}`,
  );
};

/** What makes a queue, or lets its messages be read. A SAS is made anew, as the step says. */
function queueSnippets(
  error: ProviderError,
  { messages }: AdviceContext,
  account: string,
  credential: KnownCredential,
): Snippet[] {
  const name = messages?.queueUrl?.split('/').at(-1) ?? '';
  if (error.kind === 'not-found') return [createQueue(account, name)];
  return error.kind === 'forbidden' && credential.kind !== 'azure-sas'
    ? [grantRole(QUEUE_READER, account, assignee(credential), `/queueServices/default/queues/${name}`)]
    : [];
}

const createQueue = (account: string, name: string): Snippet =>
  az(
    'Make the queue',
    'az storage queue create',
    azOption('name', name),
    azOption('account-name', account),
    '--auth-mode login',
  );

const newSas = (account: string, now: Date, writes = false): Snippet =>
  az(
    `Make an account SAS that reads${writes ? ', writes' : ''} and lists, for 90 days`,
    'az storage account generate-sas',
    azOption('account-name', account),
    `--services b --resource-types co --permissions ${writes ? 'rlcwd' : 'rl'} --https-only`,
    // From midnight on, so that the command stays the same all day. Some accounts accept no token without a start.
    `--start ${now.toISOString().slice(0, 10)}T00:00Z`,
    `--expiry ${new Date(now.getTime() + 90 * 86_400_000).toISOString().slice(0, 10)}T00:00Z`,
    '--output tsv',
  );

const allowAddress = (account: string): Snippet =>
  az(
    'Allow the public address of Mooring',
    'az storage account network-rule add',
    azOption('account-name', account),
    '--ip-address PUBLIC_ADDRESS_OF_MOORING',
  );

const listContainers = (account: string): Snippet =>
  az(
    'See which containers there are',
    'az storage container list',
    azOption('account-name', account),
    '--auth-mode login --query "[].name" --output tsv',
  );

const listAccounts: Snippet = az(
  'See which accounts there are, and their endpoints',
  'az storage account list',
  '--query "[].{name:name, endpoint:primaryEndpoints.blob}" --output table',
);

const newSecret = (_account: string, credential: KnownCredential): Snippet | null =>
  credential.kind === 'azure-app' && credential.clientId !== null
    ? az(
        'Make a new client secret, beside those that exist',
        'az ad app credential reset',
        `${azOption('id', credential.clientId)} --append --years 1`,
        '--query password --output tsv',
      )
    : null;

const addApp = (_account: string, credential: KnownCredential): Snippet | null =>
  credential.kind !== 'azure-sas' && credential.clientId !== null
    ? az('Add the app to the tenant', `az ad sp create ${azOption('id', credential.clientId)}`)
    : null;

const consent = (_account: string, credential: KnownCredential): Snippet | null =>
  credential.kind !== 'azure-sas' && credential.clientId !== null
    ? az(
        'Grant consent as an administrator',
        `az ad app permission admin-consent ${azOption('id', credential.clientId)}`,
      )
    : null;

const showTenant = (): Snippet =>
  az('See the ID of your tenant', 'az account show --query tenantId --output tsv');

const COMMANDS_BY_CODE: Record<string, (account: string, credential: KnownCredential) => Snippet | null> = {
  KeyBasedAuthenticationNotPermitted: account =>
    az(
      'Allow tokens signed with account keys',
      `az storage account update ${azOption('name', account)} --allow-shared-key-access true`,
    ),
  AADSTS7000215: newSecret,
  AADSTS7000222: newSecret,
  AADSTS700016: addApp,
  AADSTS7000229: addApp,
  AADSTS650052: consent,
  AADSTS65001: consent,
  AADSTS90002: showTenant,
};
