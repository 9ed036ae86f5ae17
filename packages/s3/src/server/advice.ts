import type { Fix } from '@mooring/contract';
import { sh } from '@mooring/storage';
import type { Advise, MessageAddress, ProviderError } from '@mooring/storage/server';
import type { S3Credential, S3Location } from '../schemas.ts';
import { isAmazon } from '../services.ts';
import { policyFor } from '../setup/policy.ts';
import { json } from '../setup/quote.ts';
import { queuePolicy, readQueue } from './queue-address.ts';

/** What to do about an error, with the policy or command that mends it. Holds no secret. */
export const createS3Advice =
  (location: S3Location, credential: S3Credential, renditionPrefix: string | null): Advise =>
  (error, failed, { container, prefix, messages }) => ({
    why: failed === 'messages' ? 'Mooring reads in the queue what changes between syncs.' : whyOf(error),
    steps: [error.fix],
    snippets:
      failed === 'messages'
        ? queueSnippets(error, location, messages)
        : error.kind === 'forbidden' && error.serviceCode !== 'AllAccessDisabled'
          ? [
              {
                title: 'What the identity needs, as a policy',
                language: 'json',
                text: json(
                  policyFor({
                    location: { ...location, container, prefix },
                    renditionPrefix,
                    markerKeys: [],
                  }),
                  2,
                ),
              },
              ...(isAmazon(location.endpoint) && 'roleArn' in credential
                ? [grantRole(location, credential.roleArn, container, prefix, renditionPrefix)]
                : []),
            ]
          : [],
  });

const queueSnippets = (
  { kind }: ProviderError,
  location: S3Location,
  messages: MessageAddress | undefined,
): Fix['snippets'] => {
  const queue = messages && readQueue(location, messages);
  if (kind !== 'forbidden' || !queue?.ok) return [];
  return [
    {
      title: 'What the identity needs on the queue, as a policy',
      language: 'json',
      text: json(queuePolicy(queue.value.arn), 2),
    },
  ];
};

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
