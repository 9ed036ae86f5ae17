import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

/** What the provider says of a person, beside the subject. */
export interface Person {
  name?: string;
  email?: string;
  email_verified?: boolean;
  groups?: string[];
  /** Claims that stand elsewhere. */
  _claim_names?: Record<string, string>;
}

export const CLIENT = { id: 'mooring', secret: 'a-secret-of-a-test-and-nothing-else' };

/**
 * A real OpenID provider on this machine, with pages of its own for signing in. It takes every password.
 * @param people by their subjects; who is not there cannot sign in
 * @param appUrl where the application is, without a trailing slash
 */
export async function startOidcProvider(people: Map<string, Person>, appUrl: string) {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [`${appUrl}/v1/sign-in/oidc/callback`],
        post_logout_redirect_uris: [`${appUrl}/sign-in`],
      },
    ],
    claims: {
      openid: ['sub'],
      profile: ['name', 'groups', '_claim_names'],
      email: ['email', 'email_verified'],
    },
    cookies: { keys: ['not a secret'] },
    pkce: { required: () => true },
    findAccount: (_, accountId) =>
      people.has(accountId)
        ? { accountId, claims: async () => ({ sub: accountId, ...people.get(accountId) }) }
        : undefined,
  });
  server.on('request', provider.callback());
  return {
    issuer,
    stop: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * A browser without scripts: it keeps cookies, follows redirects, and fills in the provider's pages.
 * @param appUrl where the application is
 */
export function createBrowser(appUrl: string) {
  const jars = new Map<string, Map<string, string>>();
  const jarOf = (url: string) => {
    const { origin } = new URL(url);
    if (!jars.has(origin)) jars.set(origin, new Map());
    return jars.get(origin)!;
  };

  async function request(url: string, init: { method?: string; body?: URLSearchParams } = {}) {
    const jar = jarOf(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!;
      if (value === '' || /expires=Thu, 01 Jan 1970/i.test(set)) jar.delete(name!);
      else jar.set(name!, value!);
    }
    return answer;
  }

  return {
    jarOf,
    request,

    /**
     * Follows redirects and answers the provider's pages, until the browser is to go to a page of the app.
     * @param login who signs in; null: they go back instead
     * @param pause where to stop before: a part of an address
     */
    async walk(url: string, login: string | null, pause = '/sign-in?'): Promise<URL> {
      for (let at = url, steps = 0; steps < 20; steps++) {
        const answer = await request(at);
        const location = answer.headers.get('location');
        if (location !== null) {
          const next = new URL(location, at);
          const isApp = next.origin === appUrl && !next.pathname.startsWith('/v1/');
          if (isApp || next.href.includes(pause)) return next;
          at = next.href;
          continue;
        }
        const page = await answer.text();
        const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1];
        const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1];
        if (!action || !prompt) throw new Error(`${at} answered ${answer.status}: ${page.slice(0, 500)}`);
        if (login === null) {
          at = new URL(/<a href="([^"]*\/abort)"/.exec(page)![1]!, at).href;
          continue;
        }
        const body = new URLSearchParams({ prompt, login, password: 'any' });
        const sent = await request(new URL(action, at).href, { method: 'POST', body });
        at = new URL(sent.headers.get('location')!, at).href;
      }
      throw new Error('The redirects have no end.');
    },
  };
}
