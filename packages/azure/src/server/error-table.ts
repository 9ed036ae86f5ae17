import type { ErrorKind } from '@mooring/storage/server';
import { quoteKey } from '@mooring/storage/server';
import { levels } from '../sas/judge.ts';
import type { ParsedSas } from '../sas/sas.ts';
import { OLDEST_VERSION } from './service-version.ts';

/** What was tried, with what: the words for a message. Nothing in it is secret. */
export interface Situation {
  account: string;
  action: 'list' | 'head' | 'read' | 'sign' | 'write' | 'delete';
  container: string;
  /** Null where the call was for a container or the account. */
  key: string | null;
  credential: 'identity' | 'sas';
  /** Null where the credential is an identity. */
  sas: ParsedSas | null;
  /** What Azure adds to a refusal. */
  detail: string;
  /** Such as `status 409, LeaseIdMissing`. */
  answered: string;
  /** In words: the SAS token, or which identity. */
  holder: string;
}

export interface ErrorRow {
  kind: ErrorKind;
  message: (situation: Situation) => string;
  fix: (situation: Situation) => string;
  /** Whether it may end within minutes by itself. */
  mayPassSoon?: (situation: Situation) => boolean;
}

const container = (s: Situation): string => `the container “${s.container}” of the account “${s.account}”`;
const keyed = (key: string, s: Situation): string => `object ${quoteKey(key)} in ${container(s)}`;
const object = (s: Situation): string => (s.key === null ? container(s) : `the ${keyed(s.key, s)}`);
const holder = (s: Situation): string => s.holder;
const doing = (s: Situation): string =>
  ({
    list: `list ${container(s)}`,
    head: `read the properties of ${object(s)}`,
    read: `read ${object(s)}`,
    sign: `make a key for signed URLs in the account “${s.account}”`,
    write: `write ${object(s)}`,
    delete: `delete ${object(s)}`,
  })[s.action];

const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1);

const NEW_TOKEN =
  'Make a new account SAS with service Blob, resource types Container and Object, and permissions Read and List, and replace the token in the settings of the connection.';
const NEW_WRITING_TOKEN =
  'Make a new account SAS with service Blob, resource types Container and Object, and permissions Read, List, Create, Write and Delete, and replace the token in the settings of the connection. Or let Mooring write no renditions.';
const TRY_LATER = () => 'Try again in a few minutes. The status page of Azure lists outages.';
const CHECK_CONTAINER = (s: Situation) =>
  `Compare the name with the containers that the Azure portal shows in the account “${s.account}”; it may have been deleted.`;

const isWriting = (s: Situation): boolean => s.action === 'write' || s.action === 'delete';
const grant = (s: Situation): string => {
  if (s.credential === 'sas') return isWriting(s) ? NEW_WRITING_TOKEN : NEW_TOKEN;
  const role = isWriting(s)
    ? 'Storage Blob Data Contributor on the container, limited to the prefix for renditions'
    : s.action === 'sign'
      ? 'Storage Blob Delegator on the storage account'
      : 'Storage Blob Data Reader on the container or above';
  return `Grant it the role ${role}. A role granted just now takes up to 5 minutes to work.`;
};

const missingContainer: ErrorRow = {
  kind: 'not-found',
  message: s => `There is no container “${s.container}” in the account “${s.account}”.`,
  fix: CHECK_CONTAINER,
};
const missingObject: ErrorRow = {
  kind: 'not-found',
  message: s =>
    s.key === null ? `${capital(container(s))} is not there.` : `There is no ${keyed(s.key, s)}.`,
  fix: () => 'It may have been deleted or renamed since it was listed: sync the source again.',
};
const refusedCredential: ErrorRow = {
  kind: 'unauthenticated',
  message: s => `The storage does not accept ${holder(s)}.`,
  fix: s =>
    s.credential === 'identity'
      ? `Check that the storage account belongs to the tenant of ${s.holder}, and that the clock of the machine that runs Mooring is right.`
      : `The token is for another account, was changed, or its key was rotated. ${NEW_TOKEN}`,
};
const forbidden: ErrorRow = {
  kind: 'forbidden',
  message: s => `${capital(holder(s))} may not ${doing(s)}.`,
  fix: grant,
  mayPassSoon: s => s.credential !== 'sas',
};
const archived: ErrorRow = {
  kind: 'archived',
  message: s => `${capital(object(s))} is in the archive tier, which cannot be read.`,
  fix: () => 'Move it to the hot, cool or cold tier, which takes hours, then try again.',
};
const changed: ErrorRow = {
  kind: 'changed',
  message: s => `${capital(object(s))} has changed: its ETag differs.`,
  fix: () => 'Read its properties again, or sync the source.',
};
const range: ErrorRow = {
  kind: 'range',
  message: s => `The range begins at or after the end of ${object(s)}.`,
  fix: () => 'Ask for a range that begins before the object’s end.',
};
const throttled: ErrorRow = {
  kind: 'throttled',
  message: s => `The account “${s.account}” asks for fewer requests.`,
  fix: () => 'Try again later. If this continues, other programs use the account up to its limits.',
};
const invalid: ErrorRow = {
  kind: 'invalid',
  message: s => `The storage does not understand the request to ${doing(s)}.`,
  fix: s => (s.key === null ? CHECK_CONTAINER(s) : 'Check the key of the object.'),
};
const failed: ErrorRow = {
  kind: 'unexpected',
  message: s => `The account “${s.account}” failed when asked to ${doing(s)}.`,
  fix: TRY_LATER,
};
const immutable: ErrorRow = {
  kind: 'immutable',
  message: s =>
    `${capital(object(s))} cannot be changed or deleted: an immutability policy or a legal hold of the container protects it.`,
  fix: () => 'For what Mooring writes, choose a prefix or container without such a policy.',
};
const refused: ErrorRow = {
  kind: 'invalid',
  message: s => `The storage refuses to ${doing(s)}: ${s.answered}.`,
  fix: () =>
    'The list of error codes in Azure’s documentation says what the code means. The same request will be refused again.',
};
const sasLacks = (what: string): ErrorRow => ({
  kind: 'forbidden',
  message: s => `The SAS token may not ${doing(s)}: ${what}.`,
  fix: () => NEW_TOKEN,
});

/**
 * What Azure's error codes mean, with any status.
 * https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes and common-rest-api-error-codes
 */
const ERRORS_BY_CODE: Record<string, ErrorRow> = {
  ContainerNotFound: missingContainer,
  ContainerBeingDeleted: {
    kind: 'not-found',
    message: s => `${capital(container(s))} is being deleted.`,
    fix: CHECK_CONTAINER,
  },
  ContainerDisabled: {
    kind: 'forbidden',
    message: s => `${capital(container(s))} has been disabled by its administrator.`,
    fix: () => 'Ask the administrator of the storage account.',
  },
  BlobNotFound: missingObject,
  ResourceNotFound: missingObject,
  // ADLS Gen2.
  PathNotFound: missingObject,
  NoAuthenticationInformation: refusedCredential,
  InvalidAuthenticationInfo: refusedCredential,
  AuthenticationFailed: refusedCredential,
  KeyBasedAuthenticationNotPermitted: {
    kind: 'unauthenticated',
    message: s =>
      `The account “${s.account}” accepts no tokens that are signed with account keys, so no account SAS.`,
    fix: () =>
      'Use an app registration instead, which is the safer way; or allow “storage account key access” in the configuration of the storage account.',
  },
  PublicAccessNotPermitted: refusedCredential,
  AccountIsDisabled: {
    kind: 'forbidden',
    message: s => `The account “${s.account}” is disabled.`,
    fix: () => 'Check the Azure subscription: accounts are disabled when it is not paid.',
  },
  // A network rule answers so. Azurite also does where a SAS has expired or was changed, which is why a token's
  // own dates are looked at before this table.
  AuthorizationFailure: {
    kind: 'network-rules',
    message: s =>
      `The account “${s.account}” refuses all requests to ${doing(s)} from the network in which Mooring runs: a firewall or a private endpoint answers like this.`,
    fix: s =>
      `Allow the public address of Mooring under “Networking” of the storage account, or run Mooring inside its network.${s.credential === 'sas' ? ' If there are no network rules, the SAS token is incomplete: copy it again.' : ''}`,
  },
  AccountRequiresHttps: {
    kind: 'invalid',
    message: s => `The account “${s.account}” does not answer over plain HTTP.`,
    fix: () => 'Use the https:// endpoint of the account.',
  },
  AuthorizationPermissionMismatch: forbidden,
  InsufficientAccountPermissions: forbidden,
  UnauthorizedBlobOverwrite: forbidden,
  AuthorizationResourceTypeMismatch: sasLacks(
    'its resource types (srt) must include Container (c) and Object (o)',
  ),
  AuthorizationServiceMismatch: sasLacks('its services (ss) must include Blob (b)'),
  AuthorizationProtocolMismatch: sasLacks('it works over HTTPS only, and the endpoint is http://'),
  AuthorizationSourceIPMismatch: sasLacks('it is limited to other IP addresses (sip) than Mooring’s'),
  BlobArchived: archived,
  BlobBeingRehydrated: {
    ...archived,
    message: s =>
      `${capital(object(s))} is moving out of the archive tier. It cannot be read until that is done.`,
    fix: () => 'Try again in some hours.',
  },
  BlobUsesCustomerSpecifiedEncryption: {
    kind: 'forbidden',
    message: s =>
      `${capital(object(s))} is encrypted with a key that only its writer has (a customer-provided key). Mooring cannot read it.`,
    fix: () => 'Store the object without a customer-provided key, such as with an encryption scope.',
  },
  BlobImmutableDueToPolicy: immutable,
  InvalidHeaderValue: {
    kind: 'invalid',
    message: s =>
      s.detail !== '' && s.detail !== 'x-ms-version'
        ? `The storage refuses the header ${s.detail} of the request to ${doing(s)}.`
        : `The storage is older than Mooring needs: it refuses the version ${OLDEST_VERSION} of the API (x-ms-version).`,
    fix: () =>
      'Update the service that answers at the endpoint. Azurite takes newer versions with --skipApiVersionCheck.',
  },
  ConditionNotMet: changed,
  TargetConditionNotMet: changed,
  InvalidRange: range,
  ServerBusy: throttled,
  OperationTimedOut: throttled,
  InternalError: failed,
  InvalidUri: invalid,
  InvalidResourceName: invalid,
  OutOfRangeInput: invalid,
  InvalidQueryParameterValue: invalid,
  InvalidInput: invalid,
  InvalidXmlNodeValue: invalid,
};

/** A storage can answer any text as its code, such as the name of what every object has. */
export const errorByCode = (code: string | null): ErrorRow | null =>
  code !== null && Object.hasOwn(ERRORS_BY_CODE, code) ? ERRORS_BY_CODE[code]! : null;

/** For answers whose code is missing or unknown. */
export function errorByStatus(status: number, code: string | null): ErrorRow {
  // A status means many things; the code says which, to those who know it.
  if (code !== null && [400, 409, 412].includes(status)) return refused;
  const known: Record<number, ErrorRow> = {
    400: invalid,
    401: refusedCredential,
    403: forbidden,
    404: missingObject,
    412: changed,
    416: range,
    429: throttled,
    503: throttled,
  };
  return known[status] ?? (status < 500 ? refused : failed);
}

/** Why a refused credential was refused, from the detail that Azure adds to `AuthenticationFailed`. */
export function refinedByDetail(detail: string): ErrorRow | null {
  if (/Signature did not match/i.test(detail)) {
    return {
      ...refusedCredential,
      message: s =>
        `The signature of ${s.credential === 'sas' ? 'the SAS token' : 'the URL'} does not match the account “${s.account}”.`,
    };
  }
  if (/time frame|after signed start time|Lifetime validation failed/i.test(detail)) {
    return {
      ...refusedCredential,
      message: s =>
        `The storage says that ${s.credential === 'sas' ? 'the SAS token' : 'the token or signed URL'} has expired or is not valid yet.`,
      fix: s =>
        s.credential === 'sas'
          ? NEW_TOKEN
          : 'Compare the clock of the machine that runs Mooring with the right time.',
    };
  }
  if (/Issuer validation failed|Audience validation failed/i.test(detail)) {
    return {
      ...refusedCredential,
      message: s => `The account “${s.account}” does not trust the tenant or cloud of ${s.holder}.`,
      fix: () => 'Use an app registration of the tenant that the storage account’s subscription belongs to.',
    };
  }
  if (/SAS identifier cannot be found/i.test(detail)) {
    return {
      ...refusedCredential,
      message: s =>
        `The container “${s.container}” has no stored access policy “${s.sas?.summary.policy ?? ''}”, which the SAS token names.`,
      fix: () =>
        'It was deleted or renamed. If it was made less than a minute ago, wait: a new policy takes about 30 seconds to work. Otherwise make the policy again, or a new token.',
      mayPassSoon: () => true,
    };
  }
  if (/Policy violated/i.test(detail)) {
    return {
      ...refusedCredential,
      message: s =>
        `The account “${s.account}” has a SAS expiration policy, which the SAS token does not keep. ${azureSays(s)}`,
      fix: () =>
        'Make a new token with a start (st), and with an end (se) within the longest life that the policy allows. The configuration of the storage account shows it.',
    };
  }
  if (/signed resource is not allowed/i.test(detail)) {
    return {
      ...refusedCredential,
      message: s =>
        `The SAS token is for another kind of thing${s.sas?.resource ? ` (sr=${s.sas.resource})` : ''} than what Mooring asked for: it wanted to ${doing(s)}.`,
      fix: () => `A token of one blob or directory does not open a container. ${NEW_TOKEN}`,
    };
  }
  if (/Directory Depth/i.test(detail)) {
    return {
      ...refusedCredential,
      message: s =>
        `The SAS token opens one directory${s.sas?.directoryDepth ? `, ${levels(s.sas.directoryDepth)} deep,` : ''} and not what Mooring asked for: it wanted to ${doing(s)}. ${azureSays(s)}`,
      fix: () => 'Set the prefix of the connection to the directory that the token was made for.',
    };
  }
  if (detail === '') return null;
  return {
    ...refusedCredential,
    message: s => `The storage does not accept ${s.holder}. ${azureSays(s)}`,
    fix: s =>
      s.credential === 'sas'
        ? 'Azure’s words say what is wrong with the token. Make a new one without that, and replace it in the settings of the connection.'
        : 'Azure’s words say what is wrong. Change that, and run the checks again.',
  };
}

const azureSays = (s: Situation): string => `Azure says: “${s.detail.replace(/\.$/, '')}”.`;
