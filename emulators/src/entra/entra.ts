import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWTPayload, SignJWT } from 'jose';
import type { Certificates } from '../certificates.ts';
import { startServer } from '../server.ts';
import { type AssertionTrust, judgeAssertion } from './assertion.ts';
import { type EntraErrorCode, entraError } from './errors.ts';
import { createSignInPages, type PageAnswer, type SignInSettings } from './sign-in.ts';

/** An app registration. It can get tokens in the tenants where it has a service principal. */
export interface Application extends AssertionTrust {
  secrets: { value: string; expired?: boolean }[];
  /** Object id of its service principal, by tenant. Role assignments name this id. */
  servicePrincipals: Record<string, string>;
  /** Where browsers may be sent back to after consent or a sign-in. */
  redirectUris?: string[];
  /** Whether its tokens name the directory roles of people. Default: they do. */
  asksForRoles?: boolean;
}

export interface Entra {
  /** The authority host, e.g. `https://127.0.0.1:41235`. */
  origin: string;
  /** Keys that its tokens are signed with. */
  keys: JSONWebKeySet;
  /** Tokens issued so far to apps. */
  readonly issued: number;
  /** Every assertion that came and every token that went out. */
  readonly secrets: readonly string[];
  /** A token for another identity of a tenant, such as a managed one. */
  issueToken(options: {
    tenant: string;
    clientId: string;
    objectId: string;
    audience: string;
  }): Promise<{ token: string; expiresInSeconds: number }>;
  /** All may be changed while it runs. */
  tenants: string[];
  /** Tenants by their domains. */
  domains: Record<string, string>;
  applications: Application[];
  /** Who is at the browser, and what they do. May be changed while it runs. No one at first. */
  signIn: SignInSettings;
  stop(): Promise<void>;
}

const TOKEN_LIFETIME_SECONDS = 3599;
const ALGORITHM = 'RS256';

/** Starts a token issuer for the client-credentials flow, with client secrets and assertions, for the given tenant ids. */
export async function startEntra(options: {
  certificates: Certificates;
  tenants: string[];
  applications: Application[];
}): Promise<Entra> {
  const { certificates, tenants, applications } = options;
  const { privateKey, publicKey } = await generateKeyPair(ALGORITHM);
  const kid = randomUUID();
  const keys = { keys: [{ ...(await exportJWK(publicKey)), kid, use: 'sig', alg: ALGORITHM }] };
  let issued = 0;
  const secrets: string[] = [];
  const signIn: SignInSettings = { person: null, agrees: true };
  const findApp = (clientId: string) => entra.applications.find(app => app.clientId === clientId);
  const pages = createSignInPages({ settings: signIn, tenants, findApp });

  /** @see https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference */
  const issueIdToken = async (issuer: string, claims: JWTPayload): Promise<string> => {
    const now = Math.floor(Date.now() / 1000);
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, kid, typ: 'JWT' })
      .setIssuer(issuer)
      .setIssuedAt(now)
      .setNotBefore(now)
      .setExpirationTime(now + TOKEN_LIFETIME_SECONDS)
      .sign(privateKey);
    secrets.push(token);
    return token;
  };

  const issueToken: Entra['issueToken'] = async ({ tenant, clientId, objectId, audience }) => {
    const now = Math.floor(Date.now() / 1000);
    // Claims of a v1.0 access token for Azure Storage.
    const token = await new SignJWT({
      appid: clientId,
      appidacr: '1',
      oid: objectId,
      tid: tenant,
      ver: '1.0',
    })
      .setProtectedHeader({ alg: ALGORITHM, kid, typ: 'JWT' })
      .setIssuer(`https://sts.windows.net/${tenant}/`)
      .setAudience(audience)
      .setSubject(objectId)
      .setIssuedAt(now)
      .setNotBefore(now - 300)
      .setExpirationTime(now + TOKEN_LIFETIME_SECONDS)
      .sign(privateKey);
    secrets.push(token);
    return { token, expiresInSeconds: TOKEN_LIFETIME_SECONDS };
  };

  /** What stands against the proof that a client is the application; null where nothing does. */
  const judgeProof = async (
    form: URLSearchParams,
    application: Application,
    tenants: string[],
    host: string,
  ): Promise<EntraErrorCode | null> => {
    const assertion = form.get('client_assertion');
    if (assertion) {
      secrets.push(assertion);
      const audiences = tenants.flatMap(tenant =>
        ['oauth2/v2.0/token', 'v2.0'].map(path => `https://${host}/${tenant}/${path}`),
      );
      return judgeAssertion(assertion, application, audiences);
    }
    if (!form.has('client_secret')) return 7000218;
    const secret = application.secrets.find(({ value }) => value === form.get('client_secret'));
    if (!secret) return 7000215;
    return secret.expired ? 7000222 : null;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', server.origin);
    const [, named = '', ...rest] = url.pathname.split('/');
    const tenant = entra.domains[named] ?? named;
    const endpoint = `${request.method} ${rest.join('/')}`;
    // As which it was reached: it may be behind a proxy, under its real name.
    const { host = '' } = request.headers;
    const correlationId = String(request.headers['client-request-id'] ?? randomUUID());
    const form = new URLSearchParams(request.method === 'POST' ? await text(request) : '');
    const clientId = form.get('client_id') ?? '';
    const reply = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify(body));
    };
    const refuse = (code: EntraErrorCode) => {
      const { status, body } = entraError(code, tenant, clientId, correlationId);
      reply(status, body);
    };

    const show = (answer: PageAnswer) => {
      if ('redirect' in answer) response.writeHead(302, { location: answer.redirect }).end();
      else response.writeHead(answer.status, { 'content-type': 'text/html; charset=utf-8' }).end(answer.page);
    };

    if (endpoint === 'GET v2.0/adminconsent') return show(pages.consent(tenant, url.searchParams));
    if (endpoint === 'GET discovery/instance') return reply(200, instanceMetadata(`https://${host}`));
    // For tenants that do not exist too: MSAL knows Entra's endpoints by heart and never asks there, so a
    // client learns from the token endpoint that there is no such tenant.
    if (endpoint === 'GET v2.0/.well-known/openid-configuration')
      return reply(200, tenantMetadata(`https://${host}/${tenant}`));
    if (!tenants.includes(tenant)) return refuse(90002);
    if (endpoint === 'GET discovery/v2.0/keys') return reply(200, keys);
    if (endpoint === 'GET oauth2/v2.0/authorize') return show(pages.authorize(tenant, url.searchParams));
    if (endpoint !== 'POST oauth2/v2.0/token') return reply(404, { error: 'not_found' });

    const application = findApp(clientId);
    if (!application) return refuse(700016);
    if (form.get('grant_type') === 'authorization_code') {
      const unproven = await judgeProof(form, application, [tenant, named], host);
      if (unproven !== null) return refuse(unproven);
      const redeemed = pages.redeem(form);
      if ('refusal' in redeemed) return refuse(redeemed.refusal);
      return reply(200, {
        token_type: 'Bearer',
        scope: 'openid profile',
        expires_in: TOKEN_LIFETIME_SECONDS,
        id_token: await issueIdToken(`https://${host}/${redeemed.tenant}/v2.0`, redeemed.claims),
      });
    }
    const objectId = application.servicePrincipals[tenant];
    if (!objectId) return refuse(7000229);
    const refusal = await judgeProof(form, application, [tenant, named], host);
    if (refusal !== null) return refuse(refusal);
    issued += 1;
    const audience = (form.get('scope') ?? '').replace(/\/\.default$/, '');
    return reply(200, {
      token_type: 'Bearer',
      expires_in: TOKEN_LIFETIME_SECONDS,
      ext_expires_in: TOKEN_LIFETIME_SECONDS,
      access_token: (await issueToken({ tenant, clientId, objectId, audience })).token,
    });
  };

  const server = await startServer(certificates, (request, response) => {
    answer(request, response).catch(error => response.destroy(error));
  });
  const entra: Entra = {
    origin: server.origin,
    keys,
    issueToken,
    secrets,
    get issued() {
      return issued;
    },
    tenants,
    domains: {},
    applications,
    signIn,
    stop: server.stop,
  };
  return entra;
}

/** Where a client that checks the authority host first (instance discovery) finds its tenant. */
function instanceMetadata(origin: string) {
  const { host } = new URL(origin);
  return {
    tenant_discovery_endpoint: `${origin}/common/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
  };
}

function tenantMetadata(base: string) {
  return {
    issuer: `${base}/v2.0`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    token_endpoint_auth_methods_supported: ['client_secret_post'],
    response_types_supported: ['code'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: [ALGORITHM],
  };
}
