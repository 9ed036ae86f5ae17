import type { CredentialWay, FormField } from '@mooring/storage';
import { judgeAccessKeyId, judgeEnd, judgeRoleArn, judgeSecretKey, judgeSessionToken } from './judges.ts';

const roleArn: FormField = {
  name: 'roleArn',
  label: 'ARN of the role',
  hint: 'Of the role that you have or will make. The next page shows how, with the external id of your workspace.',
  example: 'arn:aws:iam::111122223333:role/Mooring',
  judge: judgeRoleArn,
};
const secretAccessKey: FormField = {
  name: 'secretAccessKey',
  label: 'Secret access key',
  hint: 'It is stored encrypted and never shown again.',
  secret: true,
  judge: judgeSecretKey,
};
const accessKeyId = (wanted: 'lasting' | 'temporary', example: string): FormField => ({
  ...{ name: 'accessKeyId', label: 'Access key id', example },
  judge: judgeAccessKeyId(wanted),
});

const ofCustomer = {
  operator: null,
  isOffered: () => true,
  isShared: false,
  isPersonal: false,
  consent: null,
};

/** The ways to let Mooring in, the best first. */
export const S3_WAYS: readonly CredentialWay[] = [
  {
    id: 's3-role',
    label: 'Role with an external id',
    words: 'a role with an external id',
    grants:
      'A role in your own account trusts this installation for this workspace. No key changes hands, and each session reads only this bucket and prefix.',
    cannot: 'Works with Amazon S3 only.',
    operator:
      '`MOORING_AWS_ACCESS_KEY_ID`, `MOORING_AWS_SECRET_ACCESS_KEY` and `MOORING_AWS_PRINCIPAL_ARN`: a user without rights of its own',
    isOffered: ({ principalArn }) => principalArn != null,
    isShared: true,
    isPersonal: false,
    isGranted: true,
    fields: [roleArn],
    consent: null,
  },
  {
    id: 's3-web-identity',
    label: 'Role with web identity',
    words: 'a role with web identity',
    grants:
      'A role in your own account trusts the identity token of this installation. No key exists anywhere.',
    cannot: 'Amazon must reach the issuer of the token over the internet.',
    operator: '`MOORING_AWS_WEB_IDENTITY_TOKEN_FILE`: a file with an OpenID Connect token',
    isOffered: ({ webIdentity }) => webIdentity != null,
    isShared: true,
    isPersonal: false,
    isGranted: true,
    fields: [roleArn],
    consent: null,
  },
  {
    id: 's3-keys',
    label: 'Access key',
    words: 'an access key',
    grants:
      'Works with every storage that speaks S3. Each URL that a browser gets opens one object, for some minutes.',
    cannot: 'A key lasts until you delete it. Make one for a user who may only read this bucket.',
    ...ofCustomer,
    isGranted: true,
    fields: [accessKeyId('lasting', 'AKIAIOSFODNN7EXAMPLE'), secretAccessKey],
  },
  {
    id: 's3-temporary-keys',
    label: 'Temporary keys',
    words: 'temporary keys',
    grants: 'For trying it out: the keys of a session, as single sign-on and AssumeRole give them.',
    cannot: 'They end after some hours, and Mooring cannot renew them.',
    ...ofCustomer,
    isGranted: false,
    fields: [
      accessKeyId('temporary', 'ASIAIOSFODNN7EXAMPLE'),
      secretAccessKey,
      {
        name: 'sessionToken',
        label: 'Session token',
        hint: 'It is stored encrypted and never shown again.',
        secret: true,
        judge: judgeSessionToken,
      },
      {
        name: 'expiresAt',
        label: 'End of the keys',
        hint: '“Expiration”, if it is known: Mooring then says in time that they end.',
        example: '2026-12-01T12:00:00Z',
        optional: true,
        judge: judgeEnd,
      },
    ],
  },
];

export const wayOf = (kind: string): CredentialWay | undefined => S3_WAYS.find(({ id }) => id === kind);
