import type { SetupRequest as AnyRequest } from '@mooring/contract';
import type { SetupRules } from '@mooring/storage';
import type { S3Location, S3Offers } from '../schemas.ts';
import { generateSetup } from '../setup/generate.ts';
import type { SetupRequest } from '../setup/schema.ts';

export const s3Setup: SetupRules<S3Location> = {
  generate: request => generateSetup(request as SetupRequest),
  narrowings: [],
  request({ location, credential, offers, renditionPrefix, origins, ownership }) {
    const request: SetupRequest = {
      provider: 's3',
      location,
      identity: identityOf(credential, offers as Partial<S3Offers>, ownership?.token ?? null),
      renditionPrefix,
      origins: [...origins],
      ownership: ownership && { token: ownership.token, markerKey: ownership.markerKey },
    };
    return request as AnyRequest;
  },
};

/** The identity that the texts give access to. */
export function identityOf(
  { kind, roleArn }: Readonly<Record<string, unknown>> & { kind: string },
  { principalArn = null, webIdentity = null }: Partial<S3Offers>,
  externalId: string | null,
): SetupRequest['identity'] {
  const name = nameOf(roleArn);
  if (kind === 's3-role') return { kind: 'role', ...name, principalArn, externalId };
  if (kind === 's3-web-identity' && webIdentity) return { kind: 'web-identity', ...name, ...webIdentity };
  return { kind: 'user' };
}

/** The name of a role that is there already. */
function nameOf(roleArn: unknown): { name?: string } {
  const name = /^arn:aws[a-z-]*:iam::\d{12}:role\/(?:.*\/)?([\w+=,.@-]{1,64})$/.exec(
    String(roleArn ?? '').trim(),
  )?.[1];
  return name === undefined || name.startsWith('-') ? {} : { name };
}
