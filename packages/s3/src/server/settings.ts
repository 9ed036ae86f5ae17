import { resolve } from 'node:path';
import type { KindSetting } from '@mooring/storage/server';
import { z } from 'zod';

export interface S3Settings {
  awsAccessKeyId: string | null;
  awsSecretAccessKey: string | null;
  awsPrincipalArn: string | null;
  awsWebIdentityTokenFile: string | null;
  awsStsEndpoint: string | null;
}

/** What the operator of an installation can set of this kind. */
export const S3_SETTINGS: { [K in keyof S3Settings]: KindSetting<S3Settings[K]> } = {
  awsAccessKeyId: {
    env: 'MOORING_AWS_ACCESS_KEY_ID',
    expected: 'the id of an access key, such as AKIAIOSFODNN7EXAMPLE',
    schema: z.string().regex(/^[A-Za-z0-9_.-]{3,128}$/),
    fallback: () => null,
  },
  awsSecretAccessKey: {
    env: 'MOORING_AWS_SECRET_ACCESS_KEY',
    expected: 'the secret of that access key',
    schema: z.string().regex(/^\S{8,}$/),
    fallback: () => null,
    redact: () => '***',
  },
  awsPrincipalArn: {
    env: 'MOORING_AWS_PRINCIPAL_ARN',
    expected: 'the ARN of the user that the key belongs to, such as arn:aws:iam::111122223333:user/mooring',
    schema: z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:(user|role)\/[\w+=,.@/-]{1,512}$/),
    fallback: () => null,
  },
  awsWebIdentityTokenFile: {
    env: 'MOORING_AWS_WEB_IDENTITY_TOKEN_FILE',
    expected: 'a file that holds a JSON web token',
    schema: z.string().transform(text => resolve(text)),
    // What Amazon's Kubernetes service sets by itself.
    fallback: env => env.AWS_WEB_IDENTITY_TOKEN_FILE || null,
  },
  awsStsEndpoint: {
    env: 'MOORING_AWS_STS_ENDPOINT',
    expected: 'an https URL, where roles are not those of Amazon',
    schema: z
      .url({ protocol: /^https?$/ })
      .refine(text => !/[?#@]/.test(text))
      .transform(text => text.replace(/\/+$/, '')),
    fallback: () => null,
  },
};
