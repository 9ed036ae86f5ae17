import { memberEmail } from '@mooring/contract';
import type { Guard } from '@mooring/storage/server';
import * as client from 'openid-client';
import { fetch as undiciFetch } from 'undici';
import { isStorable } from '../../catalogue/storable.ts';
import type { OidcSettings } from '../../platform/config-oidc.ts';
import { MooringError } from '../../platform/problem.ts';

const TIMEOUT_SECONDS = 15;
const MOST_BYTES = 1_048_576;
/** https://openid.net/specs/openid-connect-core-1_0.html#IDToken */
const MOST_SUBJECT_CHARS = 255;
/** A provider may change its addresses and abilities. */
const DISCOVERED_ANEW_MS = 3_600_000;

/** What a browser keeps between leaving for the provider and coming back. */
export interface Leaving {
  state: string;
  nonce: string;
  codeVerifier: string;
}

/** Who a provider says has signed in. */
export interface Claims {
  issuer: string;
  subject: string;
  name: string | null;
  email: string | null;
  isEmailVerified: boolean;
  /** The values of the claim that gives roles; null: the provider left them out, because they are too many. */
  groups: string[] | null;
}

/**
 * An OpenID provider: https://openid.net/specs/openid-connect-core-1_0.html. It is discovered when it is first needed,
 * so a provider that is away does not keep a server from starting.
 */
export function createOidcProvider(
  settings: OidcSettings & { oidcIssuer: string; oidcClientId: string },
  { guard, now = Date.now }: { guard: Pick<Guard, 'dispatcher'>; now?: () => number },
) {
  const { oidcIssuer, oidcClientId, oidcClientSecret, oidcScopes, oidcRolesClaim, oidcRoles } = settings;
  let discovered: { config: Promise<client.Configuration>; at: number } | null = null;

  const discover = (): Promise<client.Configuration> => {
    if (discovered && now() - discovered.at < DISCOVERED_ANEW_MS) return discovered.config;
    const config = client
      .discovery(new URL(oidcIssuer), oidcClientId, {}, authenticationOf(oidcClientSecret), {
        [client.customFetch]: guardedFetch(guard),
        timeout: TIMEOUT_SECONDS,
        execute: [
          client.enableNonRepudiationChecks, // also the signature, although the token comes from the provider itself
          ...(oidcIssuer.startsWith('http:') ? [client.allowInsecureRequests] : []),
        ],
      })
      .catch((cause: unknown) => {
        discovered = null;
        throw unavailable(oidcIssuer, cause);
      });
    discovered = { config, at: now() };
    return config;
  };

  return {
    /** What people call it. */
    name: settings.oidcName ?? new URL(oidcIssuer).host,
    settings,

    /**
     * @param redirectUri where the provider sends the browser back to
     * @returns where the browser goes, and what it keeps
     * @throws MooringError `unavailable` where the provider does not answer as one
     */
    async begin(redirectUri: string): Promise<{ url: string; leaving: Leaving }> {
      const config = await discover();
      const leaving = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        codeVerifier: client.randomPKCECodeVerifier(),
      };
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: oidcScopes,
        state: leaving.state,
        nonce: leaving.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(leaving.codeVerifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, leaving };
    },

    /**
     * Exchanges the code of an answer, and checks the id_token: signature, issuer, audience, nonce, end. Claims that it
     * lacks are asked for at the provider.
     * @param answer the address that the browser came back to
     * @throws MooringError `unauthenticated` where the provider refused or anything does not fit; as `begin`
     */
    async finish(answer: URL, { state, nonce, codeVerifier }: Leaving): Promise<Claims> {
      const config = await discover();
      try {
        const tokens = await client.authorizationCodeGrant(config, answer, {
          pkceCodeVerifier: codeVerifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        });
        const claims = tokens.claims()!;
        const isWhole = claims.email !== undefined && (oidcRoles.length === 0 || oidcRolesClaim in claims);
        const more =
          isWhole || !config.serverMetadata().userinfo_endpoint
            ? {}
            : await client.fetchUserInfo(config, tokens.access_token, claims.sub);
        return toClaims({ ...more, ...claims }, oidcRolesClaim);
      } catch (cause) {
        throw new MooringError('unauthenticated', 'The sign-in service did not confirm the sign-in.', {
          fix: 'Sign in again. If it fails again, the log of the server says why.',
          cause,
        });
      }
    },

    /** Where the browser also signs out of the provider; null where the provider offers nothing. Throws as `begin`. */
    async signOutUrl(returnTo: string): Promise<string | null> {
      const config = await discover();
      if (!config.serverMetadata().end_session_endpoint) return null;
      return client.buildEndSessionUrl(config, { post_logout_redirect_uri: returnTo }).href;
    },
  };
}
export type OidcProvider = ReturnType<typeof createOidcProvider>;

/** In the header, which every provider has to take (RFC 6749, 2.3.1), unless this one says that it takes the body alone. */
function authenticationOf(secret: string | null): client.ClientAuth {
  if (secret === null) return client.None();
  const [inHeader, inBody] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)];
  return (server, ...rest) => {
    const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (ways.includes('client_secret_basic') ? inHeader : inBody)(server, ...rest);
  };
}

function toClaims(claims: client.IDToken, rolesClaim: string): Claims {
  const text = (value: unknown): string | null =>
    typeof value === 'string' && value.trim() !== '' && isStorable(value) ? value.trim() : null;
  const { iss: issuer, sub: subject } = claims;
  if (subject.length > MOST_SUBJECT_CHARS || !isStorable(subject))
    throw new Error(`The claim sub is not a text of at most ${MOST_SUBJECT_CHARS} characters.`);
  return {
    ...{ issuer, subject },
    name: text(claims.name) ?? text(claims.preferred_username),
    email: memberEmail.safeParse(claims.email).data ?? null,
    isEmailVerified: claims.email_verified === true || claims.email_verified === 'true',
    groups: isLeftOut(claims, rolesClaim)
      ? null
      : [claims[rolesClaim]].flat().filter(group => typeof group === 'string'),
  };
}

/**
 * Whether a claim stands elsewhere instead: https://openid.net/specs/openid-connect-core-1_0.html#AggregatedDistributedClaims.
 * Providers do so with the groups of a person who is in very many.
 */
const isLeftOut = ({ _claim_names: names, ...claims }: client.IDToken, claim: string): boolean =>
  !(claim in claims) && typeof names === 'object' && names !== null && claim in names;

/** Requests go through the guard, and answers have a limit. */
const guardedFetch =
  ({ dispatcher }: Pick<Guard, 'dispatcher'>): client.CustomFetch =>
  async (url, { body, headers, method, redirect, signal }) => {
    const answer = await undiciFetch(url, {
      ...{ headers, method, redirect, dispatcher },
      ...(body !== null && body !== undefined && { body: body as string }),
      ...(signal && { signal }),
    });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body ?? []) {
      size += chunk.length;
      if (size > MOST_BYTES) throw new Error(`The answer has more than ${MOST_BYTES} bytes.`);
      chunks.push(chunk);
    }
    return new Response(size === 0 ? null : Buffer.concat(chunks), {
      status: answer.status,
      headers: [...answer.headers],
    });
  };

const unavailable = (issuer: string, cause: unknown): MooringError =>
  new MooringError('unavailable', `The sign-in service ${issuer} does not answer as an OpenID provider.`, {
    fix: 'Try again in a minute, or sign in with a link. If it stays so, the log of the server says why.',
    retryAfterSeconds: 60,
    cause,
  });
