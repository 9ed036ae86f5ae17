import { ROLES, type Role } from '@mooring/contract';
import type { KindSetting } from '@mooring/storage/server';
import { z } from 'zod';

/** How people sign in with OpenID Connect. docs/guides/sign-in.md explains each setting. */
export interface OidcSettings {
  /** The issuer, as its discovery document has it; null: people sign in with links alone. */
  oidcIssuer: string | null;
  oidcClientId: string | null;
  /** null: a public client, which PKCE alone protects. */
  oidcClientSecret: string | null;
  /** What the button calls it; null: the host of the issuer. */
  oidcName: string | null;
  oidcScopes: string;
  /** The claim whose values `oidcRoles` names. */
  oidcRolesClaim: string;
  /** `VALUE=ROLE`: who has a value of the claim has the role; the highest counts. Empty: roles are given in Mooring. */
  oidcRoles: readonly string[];
  /** The role of people who come without an invitation, or whose groups give none; null: they are refused. */
  oidcDefaultRole: Role | null;
  /** Domains of e-mail addresses that may sign in; empty: all. */
  oidcDomains: readonly string[];
  /** Whether an address counts as verified although the provider does not say so. */
  oidcTrustEmail: boolean;
}

const list = z.union([
  z.array(z.string()),
  z.string().transform(text => text.split(',').map(part => part.trim())),
]);
const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]'];
/** HTTPS, or HTTP on this machine: https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
const isIssuer = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash, username } = new URL(text);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && LOCAL_HOSTS.includes(hostname));
  return isSafe && !search && !hash && !username;
};
const text = (env: string, expected: string): KindSetting<string | null> => ({
  env,
  expected,
  schema: z.string().min(1).max(1000),
  fallback: () => null,
});
const ROLE_WORDS = ROLES.join(', ');

export const OIDC: { [K in keyof OidcSettings]: KindSetting<OidcSettings[K]> } = {
  oidcIssuer: {
    env: 'MOORING_OIDC_ISSUER',
    expected: 'the issuer of an OpenID provider, such as https://login.example.org',
    schema: z.string().refine(isIssuer),
    fallback: () => null,
  },
  oidcClientId: text('MOORING_OIDC_CLIENT_ID', 'the id of the client that is registered at the provider'),
  oidcClientSecret: {
    ...text('MOORING_OIDC_CLIENT_SECRET', 'the secret of that client'),
    redact: () => '***',
  },
  oidcName: text('MOORING_OIDC_NAME', 'what people call the provider, such as Acme SSO'),
  oidcScopes: {
    env: 'MOORING_OIDC_SCOPES',
    expected: 'scopes separated by spaces, with openid among them',
    schema: z.string().refine(scopes => scopes.split(' ').includes('openid')),
    fallback: () => 'openid profile email',
  },
  oidcRolesClaim: {
    env: 'MOORING_OIDC_ROLES_CLAIM',
    expected: 'the name of a claim, such as groups or roles',
    schema: z.string().min(1).max(200),
    fallback: () => 'groups',
  },
  oidcRoles: {
    env: 'MOORING_OIDC_ROLES',
    expected: `pairs such as ml-admins=administrator, separated by commas; roles are ${ROLE_WORDS}`,
    schema: list.refine(pairs => pairs.every(pair => readRolePair(pair) !== null)),
    fallback: () => [],
  },
  oidcDefaultRole: {
    env: 'MOORING_OIDC_DEFAULT_ROLE',
    expected: `a role: ${ROLE_WORDS}`,
    schema: z.enum(ROLES),
    fallback: () => null,
  },
  oidcDomains: {
    env: 'MOORING_OIDC_DOMAINS',
    expected: 'domains such as example.org, separated by commas',
    schema: list
      .transform(domains => domains.map(domain => domain.toLowerCase()))
      .refine(domains => domains.every(domain => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain))),
    fallback: () => [],
  },
  oidcTrustEmail: {
    env: 'MOORING_OIDC_TRUST_EMAIL',
    expected: 'true or false',
    schema: z.union([z.boolean(), z.stringbool()]),
    fallback: () => false,
  },
};

/** A value of the claim and its role; null where the text is no such pair. The value may hold `=`. */
export function readRolePair(pair: string): { value: string; role: Role } | null {
  const at = pair.lastIndexOf('=');
  const role = ROLES.find(known => known === pair.slice(at + 1).trim());
  const value = pair.slice(0, at).trim();
  return at > 0 && role && value ? { value, role } : null;
}

/**
 * What does not fit together, a line each: a setting that would silently do nothing is refused at the start.
 * @param isGiven whether a setting is given
 */
export function oidcProblems(isGiven: (name: keyof OidcSettings) => boolean): string[] {
  const lacks = (name: keyof OidcSettings, why: string) =>
    isGiven(name) ? [] : [`${name} (${OIDC[name].env}) is missing; ${why}.`];
  const given = (Object.keys(OIDC) as (keyof OidcSettings)[]).filter(isGiven);
  if (given.length === 0) return [];
  return [
    ...lacks('oidcIssuer', `${OIDC[given[0]!].env} is set, and means nothing without it`),
    ...lacks('oidcClientId', 'sign-in with OpenID Connect needs it'),
    ...(isGiven('oidcRolesClaim')
      ? lacks('oidcRoles', 'it says which value of the claim gives which role')
      : []),
  ];
}
