import { readFile } from 'node:fs/promises';
import { ProviderError } from '@mooring/storage/server';
import type { S3Offers } from '../schemas.ts';
import type { S3Settings } from './settings.ts';
import type { Keys } from './sigv4.ts';

/** What this installation has that roles can trust. */
export interface Installation {
  /** The identity that assumes roles; null where the operator has set none. */
  principal: { keys: Keys; arn: string } | null;
  webIdentityTokenFile: string | null;
  /** Null: that of Amazon, by the role. */
  stsEndpoint: string | null;
}

/** @throws where the settings contradict one another */
export function readInstallation(settings: S3Settings): Installation {
  const { awsAccessKeyId, awsSecretAccessKey, awsPrincipalArn } = settings;
  const three = [awsAccessKeyId, awsSecretAccessKey, awsPrincipalArn];
  const isWhole = three.every(value => typeof value === 'string');
  if (!isWhole && three.some(value => typeof value === 'string'))
    throw new Error(
      'MOORING_AWS_ACCESS_KEY_ID, MOORING_AWS_SECRET_ACCESS_KEY and MOORING_AWS_PRINCIPAL_ARN go together: set all three, or none.',
    );
  return {
    principal: isWhole
      ? {
          keys: { accessKeyId: awsAccessKeyId!, secretAccessKey: awsSecretAccessKey! },
          arn: awsPrincipalArn!,
        }
      : null,
    webIdentityTokenFile: settings.awsWebIdentityTokenFile,
    stsEndpoint: settings.awsStsEndpoint,
  };
}

export const NO_INSTALLATION: Installation = {
  principal: null,
  webIdentityTokenFile: null,
  stsEndpoint: null,
};

/** What an administrator has to know; a token that cannot be read is noted for the operator. */
export async function describeOffers(
  { principal, webIdentityTokenFile }: Installation,
  note: (error: unknown, message: string) => void,
): Promise<S3Offers> {
  const principalArn = principal?.arn ?? null;
  if (webIdentityTokenFile === null) return { principalArn, webIdentity: null };
  try {
    return { principalArn, webIdentity: claimsOf(await readToken(webIdentityTokenFile)) };
  } catch (error) {
    note(error, 'The web identity token for AWS cannot be read.');
    return { principalArn, webIdentity: null };
  }
}

/** The token as it is now: Kubernetes writes a new one from time to time. @throws ProviderError `unauthenticated` */
export async function readToken(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    throw new ProviderError('unauthenticated', 'The identity token of this installation cannot be read.', {
      fix: 'Ask the operator of Mooring to check MOORING_AWS_WEB_IDENTITY_TOKEN_FILE.',
      check: 'credential',
      cause,
    });
  }
}

/** What a token says of itself; AWS checks whether it is true. */
function claimsOf(token: string): NonNullable<S3Offers['webIdentity']> {
  const { iss, sub, aud } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  return { issuer: String(iss), subject: String(sub), audience: String([aud].flat()[0]) };
}
