import { sh } from '@mooring/storage';
import type { Advise, ProviderError } from '@mooring/storage/server';
import type { S3Credential, S3Location } from '../schemas.ts';
import { isAmazon } from '../services.ts';
import { policyFor } from '../setup/policy.ts';
import { json } from '../setup/quote.ts';

/** What to do about an error, with the policy or command that mends it. Holds no secret. */
export const createS3Advice =
  (location: S3Location, credential: S3Credential, renditionPrefix: string | null): Advise =>
  (error, _failed, { container, prefix }) => ({
    why: whyOf(error),
    steps: [error.fix],
    snippets:
      error.kind === 'forbidden' && error.serviceCode !== 'AllAccessDisabled'
        ? [
            {
              title: 'What the identity needs, as a policy',
              language: 'json',
              text: json(
                policyFor({ location: { ...location, container, prefix }, renditionPrefix, markerKeys: [] }),
                2,
              ),
            },
            ...(isAmazon(location.endpoint) && 'roleArn' in credential
              ? [grantRole(location, credential.roleArn, container, prefix, renditionPrefix)]
              : []),
          ]
        : [],
  });

const grantRole = (
  location: S3Location,
  roleArn: string,
  container: string,
  prefix: string,
  renditionPrefix: string | null,
) => ({
  title: 'Give it to the role',
  format: 'AWS CLI',
  language: 'sh',
  text: `aws iam put-role-policy --role-name ${sh(roleArn.slice(roleArn.lastIndexOf('/') + 1))} --policy-name mooring --policy-document ${sh(json(policyFor({ location: { ...location, container, prefix }, renditionPrefix, markerKeys: [] })))}`,
});

const WHY: Partial<Record<ProviderError['kind'], string>> = {
  forbidden:
    'The storage knows the credential, but a policy is missing or forbids this: of the identity, the bucket, the organisation, or a VPC endpoint.',
  unauthenticated: 'The storage does not accept the credential, so nothing else can work.',
  archived: 'Objects in an archive must be restored before anything can read them.',
  throttled: 'The storage limits how many requests it answers. Mooring waits and tries again.',
  'not-found': 'What the connection names is not there.',
};
const whyOf = ({ kind, message }: ProviderError): string => WHY[kind] ?? message;
