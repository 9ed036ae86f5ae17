import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import type { Clock, Guard } from '@mooring/storage/server';
import { ProviderError, plainRequest } from '@mooring/storage/server';
import { importPKCS8, type JSONWebKeySet, SignJWT } from 'jose';
import { z } from 'zod';
import { readFederatedToken } from '../identity/federated-token.ts';
import type { AppProof } from '../identity/offers.ts';
import { entraReason } from './entra-answer.ts';

const metadataSchema = z.object({
  issuer: z.url(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
});
/** What a tenant says of itself. The issuer has its id in it, also where it was asked for by a domain. */
export type TenantMetadata = z.infer<typeof metadataSchema>;

const keysSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) });
const tokenSchema = z.object({ id_token: z.string() });
const refusalSchema = z.object({ error: z.string(), error_description: z.string().optional() });

const ASSERTION_SECONDS = 300;

/** The few questions that a sign-in asks Microsoft Entra ID. */
export function createEntraClient({ guard, clock }: { guard: Guard; clock: Clock }) {
  const { dispatcher } = guard;

  /** @throws ProviderError */
  async function getJson<T>(url: string, schema: z.ZodType<T>, signal: AbortSignal): Promise<T> {
    return read(await plainRequest(url, { dispatcher, signal }), schema);
  }

  return {
    /**
     * @param authorityHost the only host that may be named in it
     * @throws ProviderError, where there is no such tenant too
     */
    async metadata(authorityHost: string, tenantId: string, signal: AbortSignal): Promise<TenantMetadata> {
      const url = `${authorityHost}/${encodeURIComponent(tenantId)}/v2.0/.well-known/openid-configuration`;
      const metadata = await getJson(url, metadataSchema, signal);
      const strange = Object.values(metadata).find(
        named => new URL(named).origin !== new URL(authorityHost).origin,
      );
      if (strange) throw unexpected(`It names ${new URL(strange).host}, which is another host.`);
      return metadata;
    },

    /** The keys that the tenant's tokens are signed with. @throws ProviderError */
    keys: ({ jwks_uri }: TenantMetadata, signal: AbortSignal): Promise<JSONWebKeySet> =>
      getJson(jwks_uri, keysSchema, signal),

    /**
     * Gives a code for an id_token, which is yet to be verified.
     * @throws ProviderError `unauthenticated` where Entra refuses
     */
    async redeem(
      { token_endpoint }: TenantMetadata,
      app: { clientId: string; proof: AppProof },
      grant: { code: string; codeVerifier: string; redirectUri: string },
      signal: AbortSignal,
    ): Promise<string> {
      const form = new URLSearchParams({
        client_id: app.clientId,
        grant_type: 'authorization_code',
        code: grant.code,
        redirect_uri: grant.redirectUri,
        code_verifier: grant.codeVerifier,
        ...(await proofFields(app, token_endpoint, clock)),
      });
      const answer = await plainRequest(token_endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: form.toString(),
        dispatcher,
        signal,
      });
      return read(answer, tokenSchema).id_token;
    },
  };
}
export type EntraClient = ReturnType<typeof createEntraClient>;

/** How the app proves that it is itself. https://learn.microsoft.com/entra/identity-platform/certificate-credentials */
async function proofFields(
  { clientId, proof }: { clientId: string; proof: AppProof },
  audience: string,
  clock: Clock,
): Promise<Record<string, string>> {
  if (proof.kind === 'secret') return { client_secret: proof.clientSecret };
  const assertion =
    proof.kind === 'federated'
      ? await readFederatedToken(proof.tokenFile)
      : await signAssertion(proof.certificatePem, clientId, audience, clock.now());
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  };
}

async function signAssertion(pem: string, clientId: string, audience: string, now: Date): Promise<string> {
  const { raw } = new X509Certificate(pem);
  const key = /-----BEGIN PRIVATE KEY-----[\s\S]*-----END PRIVATE KEY-----/.exec(pem)![0];
  const seconds = Math.floor(now.getTime() / 1000);
  return new SignJWT()
    .setProtectedHeader({
      alg: 'PS256',
      typ: 'JWT',
      'x5t#S256': createHash('sha256').update(raw).digest('base64url'),
    })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(audience)
    .setJti(randomUUID())
    .setNotBefore(seconds)
    .setExpirationTime(seconds + ASSERTION_SECONDS)
    .sign(await importPKCS8(key, 'PS256'));
}

function read<T>(answer: { status: number; body: Buffer }, schema: z.ZodType<T>): T {
  let body: unknown;
  try {
    body = JSON.parse(answer.body.toString());
  } catch (error) {
    throw unexpected(`It answered ${answer.status}, and not with JSON.`, error);
  }
  const refusal = refusalSchema.safeParse(body);
  if (refusal.success) {
    throw new ProviderError('unauthenticated', entraReason(refusal.data), {
      fix: 'Begin again.',
      status: answer.status,
    });
  }
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw unexpected(`It answered ${answer.status}, but not with the expected fields.`);
  return parsed.data;
}

const unexpected = (what: string, cause?: unknown): ProviderError =>
  new ProviderError('unexpected', `Microsoft Entra ID gave an unexpected answer. ${what}`, {
    fix: 'Try again; check that no proxy answers in its place.',
    cause,
  });
