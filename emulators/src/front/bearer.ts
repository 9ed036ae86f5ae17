import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import { type AzureError, azureErrors } from './errors.ts';
import type { StorageAction, StorageRequest } from './request.ts';

/** What an identity may do, in the whole account or in one container. */
export interface RoleAssignment {
  /** Object id of the service principal. */
  principalId: string;
  actions: readonly StorageAction[];
  container?: string;
}

/** Built-in roles, as far as the emulator tells actions apart. None of them may configure the service. */
export const ROLES = {
  'Storage Blob Data Reader': ['list', 'read', 'delegate'],
  'Storage Blob Data Contributor': ['list', 'read', 'write', 'delete', 'delegate'],
  'Storage Blob Delegator': ['delegate'],
} as const satisfies Record<string, readonly StorageAction[]>;

/** Whether some assignment lets the identity do what the request wants. */
export function mayAct(
  assignments: readonly RoleAssignment[],
  principalId: string,
  request: StorageRequest,
): boolean {
  return assignments.some(
    assignment =>
      assignment.principalId === principalId &&
      assignment.actions.includes(request.action) &&
      (!assignment.container || assignment.container === request.container),
  );
}

/** Verifies access tokens of one tenant for Azure Storage, as Azure does. */
export function createTokenVerifier(keys: JSONWebKeySet, tenant: string) {
  const keySet = createLocalJWKSet(keys);

  return async (
    token: string,
    account: string,
    now: Date,
  ): Promise<{ principalId: string } | { error: AzureError }> => {
    const audience = [
      'https://storage.azure.com',
      'https://storage.azure.com/',
      `https://${account}.blob.core.windows.net`,
    ];
    try {
      const issuer = `https://sts.windows.net/${tenant}/`;
      const { payload } = await jwtVerify(token, keySet, { audience, issuer, currentDate: now });
      return { principalId: String(payload.oid) };
    } catch (error) {
      return { error: azureErrors.invalidAuthenticationInfo(tenant, refusalOf(error)) };
    }
  };
}

function refusalOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'Lifetime validation failed. The token is expired.';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return 'Audience validation failed. Audience did not match.';
    if (error.claim === 'iss') return 'Issuer validation failed. Issuer did not match.';
    if (error.claim === 'nbf') return 'Lifetime validation failed. The token is not yet valid.';
  }
  if (error instanceof errors.JOSEError) return 'Signature validation failed. Signature verification failed.';
  throw error;
}
