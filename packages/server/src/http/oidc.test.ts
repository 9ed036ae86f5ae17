import { createGuard } from '@mooring/storage/server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOidcProvider } from '../access/oidc/provider.ts';
import { CLIENT, createBrowser, type Person, startOidcProvider } from '../access/oidc/testing-provider.ts';
import { OIDC, type OidcSettings } from '../platform/config-oidc.ts';
import { startTestServer, type TestHttpServer } from './testing.ts';

let server: TestHttpServer;
let provider: Awaited<ReturnType<typeof startOidcProvider>>;
const people = new Map<string, Person>();
const guard = createGuard({ purpose: 'sign-in', allowPrivate: true });

beforeAll(async () => {
  server = await startTestServer();
  provider = await startOidcProvider(people, server.url);
});
afterAll(async () => {
  await server.stop();
  await provider.stop();
  await guard.close();
});
beforeEach(() => use());

const defaults = Object.fromEntries(
  Object.entries(OIDC).map(([name, { fallback }]) => [name, fallback({})]),
) as unknown as OidcSettings;

/** Gives the installation a provider with settings. */
function use(settings: Partial<OidcSettings> = {}): void {
  const client = { oidcClientId: CLIENT.id, oidcClientSecret: CLIENT.secret };
  const all = { ...defaults, oidcIssuer: provider.issuer, ...client, oidcName: 'Acme SSO', ...settings };
  server.services.oidc = createOidcProvider(
    { ...all, oidcIssuer: all.oidcIssuer!, oidcClientId: CLIENT.id },
    { guard },
  );
}

const verified = (email: string, more: Person = {}): Person => ({ email, email_verified: true, ...more });
const json = async (path: string, init = {}) => (await server.send(path, init)).json();
const invite = (email: string, role: string) =>
  server.send('/v1/invitations', { method: 'POST', body: { email, role } });

/** Signs in at the provider in a browser of its own; says where that ended, and who they are. */
async function signIn(login: string | null, browser = createBrowser(server.url), next = '/assets?sort=key') {
  const start = `${server.url}/v1/sign-in/oidc?next=${encodeURIComponent(next)}`;
  const page = await browser.walk(start, login);
  const me = await browser.request(`${server.url}/v1/me`);
  return { page: page.pathname + page.search, me: me.status === 200 ? await me.json() : null, browser };
}
const refused = (why: string) => ({ page: `/sign-in?refused=${why}`, me: null });

describe('signing in at the OpenID provider', () => {
  it('is offered, by the name that people know', async () => {
    expect(await json('/v1/sign-in', { token: null })).toEqual({ oidc: { name: 'Acme SSO' } });
    use({ oidcName: null });
    expect(await json('/v1/sign-in', { token: null })).toEqual({
      oidc: { name: new URL(provider.issuer).host },
    });
    server.services.oidc = null;
    expect(await json('/v1/sign-in', { token: null })).toEqual({ oidc: null });
    expect((await server.send('/v1/sign-in/oidc', { token: null })).status).toBe(404);
  });

  it('asks with state, nonce and PKCE, and keeps them sealed in a cookie that scripts cannot read', async () => {
    const answer = await server.send('/v1/sign-in/oidc', { token: null });
    const asked = Object.fromEntries(new URL(answer.headers.get('location')!).searchParams);
    expect(asked).toMatchObject({
      client_id: CLIENT.id,
      response_type: 'code',
      redirect_uri: `${server.url}/v1/sign-in/oidc/callback`,
      scope: 'openid profile email',
      code_challenge_method: 'S256',
    });
    const cookie = answer.headers.get('set-cookie')!;
    expect(cookie).toMatch(/^mooring_oidc=[\w-]+; Max-Age=900; Path=\/; HttpOnly; SameSite=Lax$/);
    for (const value of [asked.state, asked.nonce, asked.code_challenge])
      expect(Buffer.from(cookie.split(/[=;]/)[1]!, 'base64url').toString('latin1')).not.toContain(value);
  });

  it('makes a member of a person who is invited, with the role of the invitation, and goes on', async () => {
    await invite('Ada@example.org', 'annotator');
    people.set('ada', verified('ada@example.org', { name: 'Ada Lovelace' }));
    const { page, me } = await signIn('ada');
    expect(page).toBe('/assets?sort=key');
    expect(me).toMatchObject({ name: 'Ada Lovelace', role: 'annotator', via: 'session', isOidc: true });
    expect(await json('/v1/invitations')).toMatchObject({ items: [] });
    const { items } = (await json('/v1/audit/entries?limit=2')) as { items: object[] };
    expect(items).toMatchObject([
      { action: 'session.begun', outcome: 'done', caller: { name: 'Ada Lovelace' } },
      { action: 'member.joined', detail: { name: 'Ada Lovelace', role: 'annotator' } },
    ]);
  });

  it('knows a person again whose address has changed, and not another one who has the address now', async () => {
    people.set('ada', verified('countess@example.org', { name: 'Countess' }));
    const { me } = await signIn('ada');
    expect(me).toMatchObject({ name: 'Ada Lovelace', role: 'annotator' });
    people.set('impostor', verified('ada@example.org'));
    expect(await signIn('impostor')).toMatchObject(refused('taken'));
  });

  it('finds a member who came by a link by the address, and ends the sessions from before', async () => {
    const made = (await (await invite('grace@example.org', 'editor')).json()) as { url: string };
    const code = new URL(made.url).hash.slice('#code='.length);
    const body = { code, name: 'Grace' };
    const joined = await server.send('/v1/invitations/accept', { method: 'POST', token: null, body });
    const cookie = joined.headers.get('set-cookie')!.split(';')[0]!;
    const before = () => server.send('/v1/me', { token: null, headers: { cookie } });
    const { memberId } = (await (await before()).json()) as { memberId: string };
    people.set('grace', verified('grace@example.org', { name: 'Grace Hopper' }));
    expect((await signIn('grace')).me).toMatchObject({ memberId, name: 'Grace', role: 'editor' });
    expect((await before()).status).toBe(401);
  });

  it.each<[string, Person, Partial<OidcSettings>]>([
    ['stranger', verified('who@example.org'), {}],
    ['email', { email: 'who@example.org' }, { oidcDefaultRole: 'viewer' }],
    ['email', verified('no address'), { oidcDefaultRole: 'viewer' }],
    ['group', verified('ada@example.org'), { oidcRoles: ['a=editor'] }],
    [
      'many-groups',
      verified('ada@example.org', { _claim_names: { groups: 'src1' } }),
      { oidcRoles: ['a=editor'], oidcDefaultRole: 'viewer' },
    ],
  ])('refuses with “%s” %j where the settings are %j', async (why, person, settings) => {
    use(settings);
    people.set('who', person);
    expect(await signIn('who')).toMatchObject(refused(why));
    expect(JSON.stringify(await json('/v1/members'))).not.toContain('who@');
  });

  it('writes refusals into the audit, with who and why', async () => {
    people.set('eve', verified('eve@example.org'));
    await signIn('eve');
    const { items } = (await json('/v1/audit/entries?limit=1')) as { items: object[] };
    expect(items).toMatchObject([
      {
        action: 'session.begun',
        outcome: 'refused',
        caller: { name: 'eve@example.org' },
        subjectId: 'eve',
        detail: { reason: 'stranger' },
      },
    ]);
  });

  it('lets people come by themselves with the role that the operator gives them', async () => {
    use({ oidcDefaultRole: 'viewer', oidcDomains: ['example.org'], oidcTrustEmail: true });
    people.set('new', { email: 'new@example.org' });
    expect((await signIn('new')).me).toMatchObject({ name: 'new@example.org', role: 'viewer' });
  });

  it('gives the highest role of the groups, anew with each sign-in', async () => {
    use({ oidcRoles: ['/readers=viewer', 'cn=ml,ou=x=administrator', 'labels=annotator'] });
    const asMember = async (groups: string[]) => {
      people.set('kay', verified('kay@example.org', { groups }));
      const { page, me } = await signIn('kay');
      return me?.role ?? page;
    };
    expect(await asMember(['/readers', 'cn=ml,ou=x', 'other'])).toBe('administrator');
    expect(await asMember(['labels', '/readers'])).toBe('annotator');
    const { items } = (await json('/v1/audit/entries?limit=2')) as { items: object[] };
    expect(items[1]).toMatchObject({
      action: 'member.updated',
      caller: { via: 'server' },
      detail: { name: 'kay@example.org', role: 'annotator' },
    });
    expect(await asMember(['other'])).toBe('/sign-in?refused=group');
    use({ oidcRoles: ['labels=annotator'], oidcDefaultRole: 'viewer' });
    expect(await asMember([])).toBe('viewer');
  });

  it('reads the roles from the claim that is set, also where it is one text', async () => {
    use({ oidcRoles: ['Ada Two=editor'], oidcRolesClaim: 'name' });
    people.set('two', verified('two@example.org', { name: 'Ada Two' }));
    expect((await signIn('two')).me).toMatchObject({ role: 'editor' });
  });

  it('leaves the last administrator what they are', async () => {
    const { items } = (await json('/v1/members')) as { items: { id: string; role: string }[] };
    const admin = items.find(({ role }) => role === 'administrator')!;
    const body = { email: 'root@example.org' };
    await server.send(`/v1/members/${admin.id}`, { method: 'PATCH', body });
    use({ oidcRoles: ['labels=annotator'] });
    people.set('root', verified('root@example.org', { groups: ['labels'] }));
    expect((await signIn('root')).me).toMatchObject({ memberId: admin.id, role: 'administrator' });
  });

  it('takes no answer that the browser did not ask for, that is changed, or that comes again', async () => {
    use({ oidcDefaultRole: 'viewer' });
    people.set('sam', verified('sam@example.org'));
    const start = `${server.url}/v1/sign-in/oidc`;
    const comeBack = async (browser = createBrowser(server.url), change = (url: URL) => url) => {
      const back = await browser.walk(start, 'sam', '/callback?');
      const kept = new Map(browser.jarOf(server.url));
      const answer = await browser.request(change(back).href);
      return { back, kept, location: new URL(answer.headers.get('location')!), browser };
    };
    const good = await comeBack();
    expect(good.location.pathname).toBe('/');
    const other = await createBrowser(server.url).request(good.back.href);
    expect(other.headers.get('location')).toBe(`${server.url}/sign-in?refused=expired`);
    for (const [name, value] of good.kept) good.browser.jarOf(server.url).set(name, value);
    const again = await good.browser.request(good.back.href);
    expect(again.headers.get('location')).toBe(`${server.url}/sign-in?refused=provider`);
    for (const name of ['state', 'code', 'iss']) {
      const changed = await comeBack(createBrowser(server.url), url => {
        url.searchParams.set(name, `x${url.searchParams.get(name)}`);
        return url;
      });
      expect(changed.location.href, name).toBe(`${server.url}/sign-in?refused=provider`);
    }
    expect(await signIn(null)).toMatchObject(refused('provider'));
  });

  it('checks nonce and code verifier', async () => {
    const { oidc } = server.services;
    people.set('sam', verified('sam@example.org'));
    const redirectUri = `${server.url}/v1/sign-in/oidc/callback`;
    for (const change of [{}, { nonce: 'another' }, { codeVerifier: 'a'.repeat(43) }]) {
      const { url, leaving } = await oidc!.begin(redirectUri);
      const answer = new URL(await createBrowser(server.url).walk(url, 'sam', '/callback?'));
      const finished = oidc!.finish(answer, { ...leaving, ...change });
      if (Object.keys(change).length === 0) expect((await finished).subject).toBe('sam');
      else await expect(finished).rejects.toMatchObject({ code: 'unauthenticated' });
    }
  });

  it('says that the provider is away, and offers links', async () => {
    use({ oidcIssuer: 'http://127.0.0.1:1' });
    const answer = await server.send('/v1/sign-in/oidc', { token: null });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      302,
      `${server.url}/sign-in?refused=unavailable`,
    ]);
    expect(server.lines.join('')).toContain('does not answer as an OpenID provider');
    const out = await server.send('/v1/sign-in/oidc/sign-out', { token: null });
    expect(out.headers.get('location')).toBe(`${server.url}/sign-in`);
  });

  it('goes on to sign out of the provider, which sends the browser back', async () => {
    const out = await server.send('/v1/sign-in/oidc/sign-out', { token: null });
    const url = new URL(out.headers.get('location')!);
    expect(url.origin).toBe(provider.issuer);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: CLIENT.id,
      post_logout_redirect_uri: `${server.url}/sign-in`,
    });
    expect((await fetch(url)).status).toBe(200);
  });

  it('leads nowhere else than to pages of the web app', async () => {
    for (const next of ['https://evil.example', '//evil.example', '/\\evil.example']) {
      const path = `/v1/sign-in/oidc?next=${encodeURIComponent(next)}`;
      expect((await server.send(path, { token: null })).status, next).toBe(400);
    }
  });
});
