import { createHash, X509Certificate } from 'node:crypto';
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import type { EntraErrorCode } from './errors.ts';

/** A workload identity that an app registration trusts. */
export interface FederatedCredential {
  issuer: string;
  subject: string;
  audience: string;
  /** What the issuer's discovery document would lead to. */
  keys: JSONWebKeySet;
}

/** What an app registration accepts beside client secrets. */
export interface AssertionTrust {
  clientId: string;
  /** PEM, without keys. */
  certificates?: string[];
  federatedCredentials?: FederatedCredential[];
}

/**
 * Judges a client assertion as Entra does: one signed with a certificate of the app, or the token of a workload
 * identity that it trusts. Null when it is accepted.
 * https://learn.microsoft.com/entra/identity-platform/certificate-credentials and …/workload-id/workload-identity-federation
 */
export async function judgeAssertion(
  assertion: string,
  trust: AssertionTrust,
  tokenEndpoints: readonly string[],
): Promise<EntraErrorCode | null> {
  const { x5t, 'x5t#S256': x5tS256 } = decodeProtectedHeader(assertion) as Record<string, string | undefined>;
  return x5t !== undefined || x5tS256 !== undefined
    ? judgeCertificate(assertion, trust, tokenEndpoints, { x5t, x5tS256 })
    : judgeFederated(assertion, trust);
}

async function judgeCertificate(
  assertion: string,
  { clientId, certificates = [] }: AssertionTrust,
  audience: readonly string[],
  named: { x5t: string | undefined; x5tS256: string | undefined },
): Promise<EntraErrorCode | null> {
  const certificate = certificates
    .map(pem => new X509Certificate(pem))
    .find(
      ({ raw }) => fingerprint('sha256', raw) === named.x5tS256 || fingerprint('sha1', raw) === named.x5t,
    );
  if (!certificate || new Date() > certificate.validToDate) return 700027;
  const { iss, sub } = decodeJwt(assertion);
  if (iss !== clientId || sub !== clientId) return 700021;
  return verdict(
    () =>
      jwtVerify(assertion, certificate.publicKey, {
        audience: [...audience],
        clockTolerance: TOLERANCE_SECONDS,
      }),
    700027,
  );
}

/** For clocks that differ. */
const TOLERANCE_SECONDS = 300;

const fingerprint = (algorithm: string, bytes: Buffer): string =>
  createHash(algorithm).update(bytes).digest('base64url');

async function judgeFederated(
  assertion: string,
  { federatedCredentials = [] }: AssertionTrust,
): Promise<EntraErrorCode | null> {
  const { iss, sub, aud } = decodeJwt(assertion);
  const ofIssuer = federatedCredentials.filter(({ issuer }) => issuer === iss);
  if (ofIssuer.length === 0) return 700211;
  const ofSubject = ofIssuer.filter(({ subject }) => subject === sub);
  if (ofSubject.length === 0) return 700213;
  const credential = ofSubject.find(({ audience }) => [aud].flat().includes(audience));
  if (!credential) return 700212;
  const { issuer, audience } = credential;
  const options: JWTVerifyOptions = { issuer, audience, clockTolerance: TOLERANCE_SECONDS };
  return verdict(() => jwtVerify(assertion, createLocalJWKSet(credential.keys), options), 700027);
}

async function verdict(
  verify: () => Promise<unknown>,
  otherwise: EntraErrorCode,
): Promise<EntraErrorCode | null> {
  try {
    await verify();
    return null;
  } catch (error) {
    const isTime =
      error instanceof errors.JWTExpired ||
      (error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf');
    if (isTime) return 700024;
    if (error instanceof errors.JOSEError) return otherwise;
    throw error;
  }
}
