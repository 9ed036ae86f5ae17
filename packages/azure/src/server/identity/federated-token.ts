import { readFile } from 'node:fs/promises';
import { ProviderError } from '@mooring/storage/server';

/** What an app registration has to trust for it to accept a workload identity. */
export interface FederatedClaims {
  issuer: string;
  subject: string;
  audience: string;
}

/**
 * The token of the workload identity, read anew each time, as the platform renews the file.
 * @throws ProviderError `unauthenticated` where the file cannot be read or holds no token
 */
export async function readFederatedToken(tokenFile: string): Promise<string> {
  const token = await readFile(tokenFile, 'utf8').catch(error => {
    throw broken(`cannot be read (${(error as NodeJS.ErrnoException).code})`, tokenFile, error);
  });
  if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(token.trim())) throw broken('holds no JSON web token', tokenFile);
  return token.trim();
}

/** What the token says of itself. Its signature is for Microsoft Entra ID to verify. Throws as above. */
export async function readFederatedClaims(tokenFile: string): Promise<FederatedClaims> {
  const [, payload = ''] = (await readFederatedToken(tokenFile)).split('.');
  let claims: { iss?: unknown; sub?: unknown; aud?: unknown };
  try {
    claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  } catch (error) {
    throw broken('holds no JSON web token', tokenFile, error);
  }
  const [audience] = [claims.aud].flat();
  return {
    issuer: String(claims.iss ?? ''),
    subject: String(claims.sub ?? ''),
    audience: String(audience ?? ''),
  };
}

const broken = (what: string, tokenFile: string, cause?: unknown): ProviderError =>
  new ProviderError('unauthenticated', `The file of the workload identity, ${tokenFile}, ${what}.`, {
    fix: 'The operator of Mooring lets MOORING_FEDERATED_TOKEN_FILE name the file that the platform writes its token to, readable for Mooring.',
    cause,
  });
