import type { OwnershipRules } from '@mooring/storage';
import type { S3Location } from '../schemas.ts';
import { generateSetup } from '../setup/generate.ts';
import { shownSnippets } from '../setup/snippets.ts';

/** The marker lies at the root of the bucket. An upload below a person's prefix cannot reach that place. */
export const markerKeyOf = (token: string): string => `.mooring/owner-${token}`;

/** How the owner of a bucket says that a workspace may use it. */
export const s3Ownership: OwnershipRules<S3Location> = {
  marks: [
    {
      id: 'external-id',
      words: 'By the external id of the role',
      found: 'the role asks for its external id',
      observed: 'The role lets Mooring in with the external id of this workspace, and without it does not.',
    },
    {
      id: 'marker-object',
      words: 'By a marker in the bucket',
      found: 'the marker object is there',
      observed: 'The bucket holds the marker of this workspace.',
    },
  ],
  markerKey: markerKeyOf,
  expected: ({ credential }, token) =>
    credential.kind === 's3-role'
      ? `The role can be assumed with the external id ${token}, and cannot without it.`
      : `There is the object ${markerKeyOf(token)} in the bucket.`,
  fix({ location, credential }, token) {
    const isRole = credential.kind === 's3-role';
    const document = isRole
      ? null
      : generateSetup({
          location,
          identity: { kind: 'web-identity', issuer: 'https://issuer.invalid', subject: '-', audience: '-' },
          ownership: { token, markerKey: markerKeyOf(token) },
        });
    return {
      why: 'Other people use the same identity of this installation. So the name of a role and a bucket must not be enough to read it.',
      steps: isRole
        ? [
            `Require the external id ${token} in the trust policy of the role, with the condition sts:ExternalId, and check again. A new role takes some seconds to work.`,
            'If the id is there: check that the trust policy names the identity of this installation, and that no other statement of it lets that identity in without the id.',
          ]
        : ['Put the marker into the bucket with this command, and check again.'],
      snippets: isRole
        ? [
            {
              title: 'The condition in the trust policy',
              language: 'json',
              text: JSON.stringify({ Condition: { StringEquals: { 'sts:ExternalId': token } } }, null, 2),
            },
          ]
        : shownSnippets(document!, 'ownership'),
    };
  },
  signIn: null,
  why: () =>
    'This identity belongs to the installation. So the name of a role and a bucket must not be enough to read it.',
  subject: ({ container }) => container,
};
