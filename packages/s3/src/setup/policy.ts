import type { S3Location } from '../schemas.ts';

/** What a policy grants. */
export interface Grant {
  location: Pick<S3Location, 'container' | 'prefix' | 'region'>;
  /** Below which Mooring may write; ends in `/`. */
  renditionPrefix: string | null;
  /** The objects of which one says which workspace is wanted. */
  markerKeys: readonly string[];
}

/** The part of ARNs that names one of Amazon's separate clouds. */
export const partitionOf = (region: string): string =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';

/**
 * A text that stands for itself in patterns of a policy.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars
 */
const literal = (text: string): string => text.replace(/[*?$]/g, char => `\${${char}}`);

/**
 * The least that Mooring needs: list below the prefix, read there and, where it may write, write below one prefix.
 * Also the policy of each session, which can only narrow what a role grants.
 */
export function policyFor({ location, renditionPrefix, markerKeys }: Grant): object {
  const { container, prefix } = location;
  const bucket = `arn:${partitionOf(location.region)}:s3:::${container}`;
  const below = (text: string): string => `${bucket}/${literal(text)}*`;
  const readable = [
    below(prefix),
    ...(renditionPrefix?.startsWith(prefix) === false ? [below(renditionPrefix)] : []),
  ];
  const listed = [prefix, ...(renditionPrefix?.startsWith(prefix) === false ? [renditionPrefix] : [])];
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: bucket,
        ...(prefix !== '' && {
          Condition: {
            StringLike: {
              's3:prefix': [...listed.map(text => `${literal(text)}*`), ...markerKeys.map(literal)],
            },
          },
        }),
      },
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        Resource: [...readable, ...markerKeys.map(key => `${bucket}/${literal(key)}`)],
      },
      ...(renditionPrefix === null
        ? []
        : [
            {
              Effect: 'Allow',
              Action: ['s3:PutObject', 's3:DeleteObject'],
              Resource: below(renditionPrefix),
            },
          ]),
    ],
  };
}

/** Who may assume the role, and with which external id. */
export const trustOfPrincipal = (principalArn: string, externalId: string): object => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: principalArn },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'sts:ExternalId': externalId } },
    },
  ],
});

/** @param provider the ARN of the issuer in the customer's account, as text or as an expression of a template */
export const trustOfIssuer = (
  provider: unknown,
  { issuer, subject, audience }: { issuer: string; subject: string; audience: string },
): object => {
  const name = issuer.replace(/^https:\/\//, '').replace(/\/$/, '');
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: provider },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${name}:aud`]: audience, [`${name}:sub`]: subject } },
      },
    ],
  };
};
