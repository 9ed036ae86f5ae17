import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';

/** Directory roles, by their template ids, as the claim `wids` has them. */
export const DIRECTORY_ROLES = {
  'Global Administrator': '62e90394-69f5-4237-9190-012177145e10',
  'Application Administrator': '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3',
  /** What everybody has who has no other, guests another. */
  Member: 'b79fbf4d-3ef9-4689-8143-76b194e85509',
  Guest: '10dae51f-b6af-4016-8d66-8c2a99b929b3',
} as const;

/** A person at a browser. */
export interface Person {
  username: string;
  /** Object id in each tenant that knows them. */
  objectIds: Record<string, string>;
  /** Where their account is; in the others they are guests. */
  homeTenant: string;
  /** By tenant; default: those of a member or a guest. */
  roles?: Record<string, (keyof typeof DIRECTORY_ROLES)[]>;
}

/** What happens on the pages of Microsoft Entra ID, where no person clicks. May be changed while it runs. */
export interface SignInSettings {
  /** Who signs in. */
  person: Person | null;
  /** Whether they agree to what they are asked. */
  agrees: boolean;
}

/** What the pages need of an app registration. */
interface RegisteredApp {
  clientId: string;
  servicePrincipals: Record<string, string>;
  /** Where browsers may be sent back to. */
  redirectUris?: string[];
  /** Whether it asks for directory roles in its tokens: `groupMembershipClaims` of its manifest. Default: it does. */
  asksForRoles?: boolean;
}

interface Grant {
  clientId: string;
  redirectUri: string;
  challenge: string;
  nonce: string | null;
  tenant: string;
  person: Person;
  expiresAt: number;
}

export type PageAnswer = { redirect: string } | { page: string; status: number };
const CODE_LIFETIME_MS = 600_000;

/** The pages that people are sent to, and the codes that they come back with. */
export function createSignInPages(options: {
  settings: SignInSettings;
  tenants: readonly string[];
  findApp: (clientId: string) => RegisteredApp | undefined;
}) {
  const { settings, tenants, findApp } = options;
  const codes = new Map<string, Grant>();

  /** What is shown instead of sent back: a browser is never sent to an address that is not registered. */
  function judge(query: URLSearchParams): RegisteredApp | PageAnswer {
    const clientId = query.get('client_id') ?? '';
    const app = findApp(clientId);
    if (!app) return page(`AADSTS700016: Application with identifier '${clientId}' was not found.`);
    const redirectUri = query.get('redirect_uri') ?? '';
    if (!app.redirectUris?.includes(redirectUri)) {
      return page(
        `AADSTS50011: The redirect URI '${redirectUri}' specified in the request does not match the redirect URIs configured for the application '${clientId}'.`,
      );
    }
    return app;
  }

  const back = (query: URLSearchParams, fields: Record<string, string>): PageAnswer => {
    const url = new URL(query.get('redirect_uri')!);
    const state = query.get('state');
    for (const [name, value] of Object.entries({ ...fields, ...(state !== null && { state }) }))
      url.searchParams.set(name, value);
    return { redirect: url.href };
  };

  /** https://learn.microsoft.com/entra/identity-platform/v2-admin-consent */
  function consent(tenant: string, query: URLSearchParams): PageAnswer {
    const app = judge(query);
    if (!('clientId' in app)) return app;
    if (!query.get('scope')) return page("AADSTS900144: The request must contain the parameter 'scope'.");
    const { person, agrees } = settings;
    const place = tenant === 'organizations' ? person?.homeTenant : tenant;
    if (!person || !place || !tenants.includes(place))
      return page(`AADSTS90002: Tenant '${place}' not found.`);
    if (!rolesOf(person, place).some(role => role.endsWith('Administrator')))
      return page('Need admin approval. AADSTS90094: Only an administrator can grant these permissions.');
    const result = { admin_consent: 'True', tenant: place };
    if (!agrees) return back(query, { ...DECLINED, error: 'consent_required', ...result });
    app.servicePrincipals[place] ??= randomUUID();
    return back(query, { ...result, scope: query.get('scope')! });
  }

  /** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow */
  function authorize(tenant: string, query: URLSearchParams): PageAnswer {
    const app = judge(query);
    if (!('clientId' in app)) return app;
    const { person, agrees } = settings;
    if (!person?.objectIds[tenant]) {
      return page(
        `AADSTS50020: User account '${person?.username}' does not exist in tenant '${tenant}' and cannot access the application '${app.clientId}' in that tenant.`,
      );
    }
    const isCode = query.get('response_type') === 'code' && query.get('code_challenge_method') === 'S256';
    const scopes = (query.get('scope') ?? '').split(' ');
    if (!isCode || !scopes.includes('openid') || !query.get('code_challenge')) {
      return back(query, {
        error: 'invalid_request',
        error_description: 'AADSTS900144: A parameter is missing.',
      });
    }
    if (!agrees) return back(query, { ...DECLINED, error: 'access_denied' });
    const code = `1.${randomBytes(32).toString('base64url')}`;
    codes.set(code, {
      ...{ clientId: app.clientId, tenant, person },
      redirectUri: query.get('redirect_uri')!,
      challenge: query.get('code_challenge')!,
      nonce: query.get('nonce'),
      expiresAt: Date.now() + CODE_LIFETIME_MS,
    });
    return back(query, { code, session_state: randomUUID() });
  }

  return {
    consent,
    authorize,

    /**
     * The claims of the id_token that a code stands for, once. Every tenant's endpoint gives the same claims: those
     * of the tenant where the person signed in. The client has to check them.
     */
    redeem(
      form: URLSearchParams,
    ): { tenant: string; claims: JWTPayload } | { refusal: 54005 | 70008 | 501481 } {
      const code = form.get('code') ?? '';
      const grant = codes.get(code);
      codes.delete(code);
      if (
        !grant ||
        grant.clientId !== form.get('client_id') ||
        grant.redirectUri !== form.get('redirect_uri')
      )
        return { refusal: 54005 };
      if (grant.expiresAt < Date.now()) return { refusal: 70008 };
      const hash = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      if (hash !== grant.challenge) return { refusal: 501481 };
      const { tenant, person, nonce, clientId } = grant;
      const isGuest = person.homeTenant !== tenant;
      const claims = {
        aud: clientId,
        acct: isGuest ? 1 : 0,
        ...(isGuest && { idp: `https://sts.windows.net/${person.homeTenant}/` }),
        name: person.username.split('@')[0]!,
        preferred_username: person.username,
        ...(nonce !== null && { nonce }),
        oid: person.objectIds[tenant]!,
        sub: createHash('sha256').update(`${clientId} ${person.username}`).digest('base64url'),
        tid: tenant,
        ver: '2.0',
        ...(findApp(clientId)?.asksForRoles !== false && {
          wids: rolesOf(person, tenant).map(role => DIRECTORY_ROLES[role]),
        }),
      };
      return { tenant, claims };
    },
  };
}

const rolesOf = ({ roles, homeTenant }: Person, tenant: string): (keyof typeof DIRECTORY_ROLES)[] => [
  ...(roles?.[tenant] ?? []),
  homeTenant === tenant ? 'Member' : 'Guest',
];

const DECLINED = {
  error_description: `AADSTS65004: User declined to consent to access the app. Trace ID: ${randomUUID()} Correlation ID: ${randomUUID()} Timestamp: 2026-11-22 06:00:00Z`,
};

const page = (text: string): PageAnswer => ({
  status: 400,
  page: `<!doctype html><title>Sign in to your account</title><p>${text.replace(/[&<>]/g, each => `&#${each.charCodeAt(0)};`)}</p>`,
});
