import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { z } from 'zod';

/**
 * Directory roles that may consent to an app for everybody in the tenant.
 * https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference
 */
export const CONSENTING_ROLES = {
  globalAdministrator: '62e90394-69f5-4237-9190-012177145e10',
  privilegedRoleAdministrator: 'e8611ab8-c189-46e8-94e1-60213ab1f814',
  applicationAdministrator: '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3',
  cloudApplicationAdministrator: '158c047a-c907-4556-b7ef-446551a6b5f7',
} as const;

const claimsSchema = z.object({
  aud: z.string(),
  nonce: z.string(),
  tid: z.guid(),
  oid: z.guid(),
  name: z.string().optional(),
  preferred_username: z.string().optional(),
  wids: z.array(z.string()).optional(),
});

/** A person who has just signed in. */
export interface SignedIn {
  /** Object id in the tenant. */
  id: string;
  name: string;
  /** Template ids of their directory roles; null where the app registration does not ask for them. */
  roles: string[] | null;
}

/** Why a token proves nothing. */
export class IdTokenRefused extends Error {
  override readonly name = 'IdTokenRefused';
}

/**
 * Verifies that an id_token was issued by this tenant, for this app, as the answer to this request, and is not over.
 * @throws IdTokenRefused
 */
export async function verifyIdToken(
  token: string,
  expected: {
    issuer: string;
    tenantId: string;
    clientId: string;
    nonce: string;
    keys: JSONWebKeySet;
    now: Date;
  },
): Promise<SignedIn> {
  const { payload } = await jwtVerify(token, createLocalJWKSet(expected.keys), {
    algorithms: ['RS256'],
    issuer: expected.issuer,
    audience: expected.clientId,
    requiredClaims: ['exp', 'iat', 'nonce', 'tid', 'oid'],
    currentDate: expected.now,
    clockTolerance: 60,
  }).catch(error => {
    throw new IdTokenRefused('The answer of Microsoft Entra ID could not be verified.', { cause: error });
  });
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success || claims.data.aud !== expected.clientId) {
    throw new IdTokenRefused('The answer of Microsoft Entra ID lacks a field.');
  }
  const { nonce, tid, oid, name, preferred_username, wids } = claims.data;
  if (nonce !== expected.nonce) throw new IdTokenRefused('The sign-in was not begun here.');
  if (tid.toLowerCase() !== expected.tenantId.toLowerCase()) {
    throw new IdTokenRefused('The sign-in was in another tenant than the connection’s.');
  }
  return { id: oid, name: preferred_username ?? name ?? oid, roles: wids ?? null };
}

/** The tenant that an issuer stands for; null where it is none of Entra's. */
export const tenantOfIssuer = (issuer: string): string | null =>
  /\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/v2\.0$/i.exec(issuer)?.[1] ?? null;
