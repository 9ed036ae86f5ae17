import { createGuard, systemClock } from '@mooring/storage/server';
import { afterAll, expect, test } from 'vitest';
import { readLocation } from '../location.ts';
import { s3Server } from './kind.ts';

const guard = createGuard({ allowPrivate: true });
afterAll(() => guard.close());

const ROLE = 'arn:aws:iam::444455556666:role/Reader';
const MINIO = 'https://minio.example:9000';
const AMAZON = 'https://s3.eu-central-1.amazonaws.com';

async function refusal(
  kind: 's3-role' | 's3-web-identity',
  place: { endpoint: string; browserEndpoint?: string },
  awsStsEndpoint: string | null,
): Promise<string | null> {
  const open = await s3Server.open({
    settings: { awsStsEndpoint, awsWebIdentityTokenFile: '/token' },
    ...{ guard, signInGuard: guard, clock: systemClock, note: () => {} },
  });
  const location = readLocation({ container: 'media', ...place });
  if (!location.ok) throw new Error(location.message);
  return open.locationRefusal(location.value, { kind, roleArn: ROLE })?.message ?? null;
}

test.each([
  ['s3-role', { endpoint: AMAZON }, null],
  ['s3-web-identity', { endpoint: AMAZON }, null],
  ['s3-web-identity', { endpoint: AMAZON, browserEndpoint: AMAZON }, MINIO],
  ['s3-role', { endpoint: 'https://other.example' }, MINIO],
  ['s3-web-identity', { endpoint: MINIO }, MINIO],
] as const)('a session of %s goes to %j with the token service %s', async (kind, place, stsEndpoint) =>
  expect(await refusal(kind, place, stsEndpoint)).toBeNull(),
);

test.each([
  ['s3-role', { endpoint: MINIO }, null],
  ['s3-role', { endpoint: AMAZON, browserEndpoint: MINIO }, null],
  ['s3-web-identity', { endpoint: MINIO }, null],
  ['s3-web-identity', { endpoint: 'https://other.example' }, MINIO],
  ['s3-web-identity', { endpoint: 'https://minio.example' }, MINIO],
  ['s3-web-identity', { endpoint: MINIO, browserEndpoint: 'https://other.example' }, MINIO],
] as const)('a session of %s does not go to %j with the token service %s', async (kind, place, stsEndpoint) =>
  expect(await refusal(kind, place, stsEndpoint)).toMatch(/another one/),
);
