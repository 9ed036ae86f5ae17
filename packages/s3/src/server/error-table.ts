import type { CheckId } from '@mooring/contract';
import type { ErrorKind } from '@mooring/storage/server';
import { quoteKey } from '@mooring/storage/server';
import { serviceAt } from '../services.ts';

/** What was tried, where, and with what. */
export interface Situation {
  action: 'list' | 'head' | 'read' | 'write' | 'delete' | 'sign' | 'assume' | 'receive';
  container: string;
  key: string | null;
  endpoint: string;
  /** The credential, to begin a sentence. */
  holder: string;
  /** As the location says. */
  payer: 'owner' | 'requester';
  bucketOwner: string;
  /** Whether it is a session that Mooring has made, or that ends by itself. */
  isSession: boolean;
  /** What the storage says beside its code. */
  says: string;
  /** Such as “status 403, AccessDenied”. */
  answered: string;
}

export interface Row {
  kind: ErrorKind;
  check?: CheckId;
  mayPassSoon?: boolean;
  message: (of: Situation) => string;
  fix: (of: Situation) => string;
}

const VERB: Record<Situation['action'], string> = {
  list: 'list',
  head: 'read the properties of',
  read: 'read',
  write: 'write',
  delete: 'delete',
  sign: 'sign for',
  assume: 'assume the role for',
  receive: 'receive messages of',
};
const objectOf = ({ key, container }: Situation): string =>
  key === null ? `the bucket “${container}”` : `${quoteKey(key)} in the bucket “${container}”`;
const bracketed = ({ answered }: Situation): string => `(${answered})`;
const service = ({ endpoint }: Situation): string => capital(serviceAt(endpoint));
const capital = (text: string): string => text[0]!.toUpperCase() + text.slice(1);
const says = ({ says }: Situation): string => (says === '' ? '' : ` It says: “${says}”`);

const newCredential = ({ isSession }: Situation): string =>
  isSession
    ? 'Temporary keys end after some hours. Make new ones, and replace the credential of the connection.'
    : 'Make a new access key, and replace the credential of the connection.';

const noBucket: Row = {
  kind: 'not-found',
  message: of => `There is no bucket “${of.container}” at ${serviceAt(of.endpoint)} ${bracketed(of)}.`,
  fix: () => 'Check the name of the bucket and the endpoint.',
};
const noKey: Row = {
  kind: 'not-found',
  message: of => `There is no object ${objectOf(of)} ${bracketed(of)}.`,
  fix: () => 'Look at its key: capital letters and spaces count. Sync the source if it was removed.',
};
const denied: Row = {
  kind: 'forbidden',
  mayPassSoon: true,
  message: of => `${of.holder} may not ${VERB[of.action]} ${objectOf(of)} ${bracketed(of)}.${says(of)}`,
  fix: of => {
    switch (of.action) {
      case 'list':
        return [
          'Grant s3:ListBucket on the bucket for this prefix, to the identity and, where the bucket belongs to another account, in the policy of the bucket too.',
          ...settingsThatRefuse(of),
        ].join(' ');
      case 'write':
      case 'delete':
        return 'Grant s3:PutObject and s3:DeleteObject below the prefix for renditions, and kms:GenerateDataKey where the bucket is encrypted with a key of KMS.';
      default:
        return 'Grant s3:GetObject on the objects below the prefix, and kms:Decrypt where they are encrypted with a key of KMS. An object that another account has uploaded needs its own permission.';
    }
  },
};
/** The storage answers the same where a setting of the connection is wrong, and does not say which. */
const settingsThatRefuse = ({ payer, bucketOwner }: Situation): string[] => [
  ...(bucketOwner === ''
    ? []
    : [
        `If that is granted, check that the bucket belongs to the account ${bucketOwner}, as the connection says.`,
      ]),
  ...(payer === 'owner'
    ? [
        'If the bucket is set to Requester Pays, set “Who pays for requests” of the connection to “requester”.',
      ]
    : []),
];
const badSecret: Row = {
  kind: 'unauthenticated',
  check: 'credential',
  message: of => `${service(of)} does not accept the signature of ${lower(of.holder)} ${bracketed(of)}.`,
  fix: () =>
    'Paste the secret access key again, whole. If it is right, look for a proxy before the storage that changes host names or paths of requests.',
};
const lower = (text: string): string => text[0]!.toLowerCase() + text.slice(1);
const ended: Row = {
  kind: 'unauthenticated',
  check: 'credential',
  message: of => `The session of ${lower(of.holder)} has ended ${bracketed(of)}.`,
  fix: newCredential,
};
const busy: Row = {
  kind: 'throttled',
  message: of => `${service(of)} asks for fewer requests ${bracketed(of)}.`,
  fix: () => 'Wait a while. Amazon S3 allows more requests step by step while they last.',
};
const skewed: Row = {
  kind: 'unauthenticated',
  check: 'clock',
  message: of => `Mooring’s clock and that of the storage are more than 15 minutes apart ${bracketed(of)}.`,
  fix: () => 'Set the clock of the machine that runs Mooring from the network.',
};
const wrongRegion: Row = {
  kind: 'invalid',
  check: 'name',
  message: of =>
    `The bucket “${of.container}” is in another region than the connection says ${bracketed(of)}.${says(of)}`,
  fix: () => 'Correct the region of the connection, or leave it empty: Mooring then asks the storage.',
};

/** By the code of the answer. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const ERRORS_BY_CODE: Readonly<Record<string, Row>> = {
  NoSuchBucket: noBucket,
  NoSuchKey: noKey,
  NoSuchVersion: noKey,
  AccessDenied: denied,
  AccessDeniedException: denied,
  InvalidAccessKeyId: {
    kind: 'unauthenticated',
    check: 'credential',
    mayPassSoon: true,
    message: of => `${service(of)} does not know ${lower(of.holder)} ${bracketed(of)}.`,
    fix: () =>
      'Check the access key id, and whether the key was deleted or belongs to another storage. A new key takes some seconds to work.',
  },
  InvalidClientTokenId: {
    kind: 'unauthenticated',
    check: 'credential',
    message: of => `AWS does not know the access key of this installation ${bracketed(of)}.`,
    fix: () => 'Ask the operator of Mooring to check MOORING_AWS_ACCESS_KEY_ID.',
  },
  SignatureDoesNotMatch: badSecret,
  InvalidSignature: badSecret,
  ExpiredToken: ended,
  ExpiredTokenException: ended,
  TokenRefreshRequired: ended,
  InvalidToken: {
    kind: 'unauthenticated',
    check: 'credential',
    message: of =>
      `The session token of ${lower(of.holder)} is not one that ${serviceAt(of.endpoint)} has made ${bracketed(of)}.`,
    fix: () => 'Copy the session token again, whole, together with the key it came with.',
  },
  InvalidIdentityToken: {
    kind: 'unauthenticated',
    check: 'credential',
    message: of => `AWS does not accept the identity token of this installation ${bracketed(of)}.${says(of)}`,
    fix: () =>
      'Check that the account knows the issuer of the token, and that AWS reaches the issuer over the internet.',
  },
  RequestTimeTooSkewed: skewed,
  RequestExpired: skewed,
  AllAccessDisabled: {
    kind: 'forbidden',
    message: of => `All access to ${objectOf(of)} is switched off ${bracketed(of)}.`,
    fix: () => 'The account is suspended or the bucket is blocked: ask the owner of the account.',
  },
  AccountProblem: {
    kind: 'forbidden',
    message: of => `There is a problem with the account of the bucket “${of.container}” ${bracketed(of)}.`,
    fix: () => 'Ask the owner of the account, or the support of the storage.',
  },
  InvalidObjectState: {
    kind: 'archived',
    message: of => `${capital(objectOf(of))} is archived and cannot be read ${bracketed(of)}.`,
    fix: () => 'Restore the object, or move it to a storage class that reads at once.',
  },
  InvalidRange: {
    kind: 'range',
    message: of => `The range begins beyond the end of ${objectOf(of)} ${bracketed(of)}.`,
    fix: () => 'Ask for a range that begins before the object’s end.',
  },
  PreconditionFailed: {
    kind: 'changed',
    message: of => `${capital(objectOf(of))} is no longer the one that was asked for ${bracketed(of)}.`,
    fix: () => 'Read its properties again.',
  },
  AuthorizationHeaderMalformed: wrongRegion,
  AuthorizationQueryParametersError: wrongRegion,
  PermanentRedirect: wrongRegion,
  TemporaryRedirect: busy,
  InvalidBucketName: {
    kind: 'invalid',
    check: 'name',
    message: of => `${service(of)} allows no bucket of the name “${of.container}” ${bracketed(of)}.`,
    fix: () => 'Check the name of the bucket.',
  },
  KeyTooLongError: {
    kind: 'invalid',
    message: of => `The key of ${objectOf(of)} is too long ${bracketed(of)}.`,
    fix: () => 'A key has at most 1,024 bytes.',
  },
  'KMS.DisabledException': {
    kind: 'forbidden',
    message: of => `The key of KMS that encrypts ${objectOf(of)} is disabled ${bracketed(of)}.`,
    fix: () => 'Enable the key in KMS.',
  },
  'KMS.NotFoundException': {
    kind: 'forbidden',
    message: of => `The key of KMS that encrypts ${objectOf(of)} is gone ${bracketed(of)}.`,
    fix: () => 'Restore the key in KMS, or encrypt the objects with another one.',
  },
  SlowDown: busy,
  Throttling: busy,
  RequestLimitExceeded: busy,
  ServiceUnavailable: busy,
  ObjectLocked: {
    kind: 'immutable',
    message: of => `${capital(objectOf(of))} is locked ${bracketed(of)}.`,
    fix: () => 'Choose a prefix for renditions without Object Lock.',
  },
  InvalidRequest: {
    kind: 'invalid',
    message: of =>
      `${service(of)} does not take this request for ${objectOf(of)} ${bracketed(of)}.${says(of)}`,
    fix: () =>
      'Objects that are encrypted with a key of the customer (SSE-C) cannot be read by others. Otherwise report this.',
  },
  NotImplemented: {
    kind: 'invalid',
    message: of =>
      `${service(of)} does not know how to ${VERB[of.action]} ${objectOf(of)} ${bracketed(of)}.${says(of)}`,
    fix: () => 'Check that the storage is one that speaks S3, and is up to date.',
  },
};

/** A storage can answer any text as its code, such as the name of what every object has. */
export const errorByCode = (code: string | null): Row | null =>
  code !== null && Object.hasOwn(ERRORS_BY_CODE, code) ? ERRORS_BY_CODE[code]! : null;

/** Where STS refuses: the role, its trust policy and the external id are not told apart. */
export const ROLE_REFUSED: Row = {
  kind: 'unauthenticated',
  check: 'credential',
  mayPassSoon: true,
  message: of => `${of.holder} does not let Mooring in ${bracketed(of)}.${says(of)}`,
  fix: () =>
    'Check the ARN of the role, that its trust policy names the identity of this installation, and the external id in it. A new role takes some seconds to work.',
};

/** By the status alone: answers to HEAD have no body. */
export function errorByStatus(status: number): Row {
  if (status === 404) return noKeyOrBucket;
  if (status === 403 || status === 401) return denied;
  if (status === 412) return ERRORS_BY_CODE.PreconditionFailed!;
  if (status === 416) return ERRORS_BY_CODE.InvalidRange!;
  if (status === 429 || status === 503) return busy;
  if (status === 301 || status === 307) return wrongRegion;
  return {
    kind: status === 400 ? 'invalid' : 'unexpected',
    message: of => `${service(of)} could not ${VERB[of.action]} ${objectOf(of)} ${bracketed(of)}.${says(of)}`,
    fix: () => 'Try again. If this continues, check whether the storage is up to date and healthy.',
  };
}

const noKeyOrBucket: Row = {
  kind: 'not-found',
  message: of => (of.key === null ? noBucket : noKey).message(of),
  fix: of => (of.key === null ? noBucket : noKey).fix(of),
};
