import type { CredentialInput } from '@mooring/contract';
import { type CredentialRules, type Reading, readFields, unwrapPasted } from '@mooring/storage';
import { type S3Credential, type S3CredentialInput, type S3Location, s3CredentialInput } from '../schemas.ts';
import { abilitiesOf } from './abilities.ts';
import { S3_WAYS, wayOf } from './ways.ts';

export const s3Credentials: CredentialRules<S3Location, S3Credential, S3CredentialInput> = {
  ways: S3_WAYS,
  read(typed, context): Reading<S3CredentialInput> {
    const read = readFields(wayOf(typed.kind), typed, context);
    if (!read.ok) return read;
    const { expiresAt, ...fields } = read.value;
    const bare = Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, unwrapPasted(text)]));
    const end = expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() };
    return { ok: true, value: s3CredentialInput.parse({ kind: typed.kind, ...bare, ...end }) };
  },
  describe(credential) {
    switch (credential.kind) {
      case 's3-role':
        return `the role ${credential.roleArn} with an external id`;
      case 's3-web-identity':
        return `the role ${credential.roleArn} with web identity`;
      case 's3-keys':
        return `the access key ${credential.accessKeyId}`;
      case 's3-temporary-keys':
        return `the temporary keys ${credential.accessKeyId}`;
    }
  },
  facts: credential => [
    { name: 'Credential', value: wayOf(credential.kind)!.label },
    'roleArn' in credential
      ? { name: 'Role', value: credential.roleArn, isId: true }
      : { name: 'Access key', value: credential.accessKeyId, isId: true },
    ...('expiresAt' in credential && credential.expiresAt
      ? [{ name: 'Expires', value: credential.expiresAt }]
      : []),
  ],
  preview,
  delivery: () => 'direct',
  expiries: credential =>
    'expiresAt' in credential && credential.expiresAt
      ? [{ which: 'main', what: 'session of the temporary keys', at: new Date(credential.expiresAt) }]
      : [],
  warnings: () => [],
  abilities: abilitiesOf,
};

function preview({ kind, roleArn, accessKeyId, expiresAt }: CredentialInput) {
  return { kind, roleArn, accessKeyId, expiresAt: expiresAt ?? null } as S3Credential;
}
