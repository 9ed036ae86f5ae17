import { randomUUID } from 'node:crypto';
import { type Connection, type Route, type RouteId, routes } from '@mooring/contract';
import { type Application, type Person, ROLES, type Storage, startStorage } from '@mooring/emulators';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BrowserSession, leadsTo, openBrowser } from '../support/browser-session.ts';
import { type Mooring, startMooring } from '../support/mooring.ts';
import { assetsOf, sync } from '../support/sync.ts';

// Two installations share one multi-tenant app, as two workspaces of a hosted Mooring would. The victim has let the
// app in and works with it. The attacker knows all names, and the victim's mark too.
const KEY = 'patients/0001.dcm';
const CONTENT = 'what only the owner may see';

let storage: Storage;
let victim: Mooring;
let attacker: Mooring;
let app: Application;
let victims: Connection;
const attackersTenant = randomUUID();

beforeAll(async () => {
  storage = await startStorage({ account: 'victimsaccount', container: 'victims-scans' });
  storage.certificates.trust();
  await storage.createContainer('uploads');
  await storage.put({ key: KEY, body: CONTENT });
  const [objectId, secret] = [randomUUID(), `abc8Q~${randomUUID()}`];
  app = {
    clientId: randomUUID(),
    secrets: [{ value: secret }],
    servicePrincipals: { [storage.app.tenantId]: objectId },
    redirectUris: [],
  };
  storage.entra.applications.push(app);
  storage.entra.tenants.push(attackersTenant);
  const reader = { principalId: objectId, actions: ROLES['Storage Blob Data Reader'] };
  storage.front.settings.roleAssignments.push(reader);
  const settings = { MOORING_APP_CLIENT_ID: app.clientId, MOORING_APP_CLIENT_SECRET: secret };
  victim = await startMooring(storage, settings);
  attacker = await startMooring(storage, settings);
  for (const { url } of [victim, attacker])
    app.redirectUris!.push(`${url}/v1/consent/callback`, `${url}/v1/ownership/callback`);

  victims = await connect(victim);
  await storage.setMetadata(storage.container, { mooring_owner: victims.ownership!.token });
});
afterAll(async () => {
  await attacker?.stop();
  await victim?.stop();
  await storage?.stop();
});

const connect = (
  mooring: Mooring,
  {
    endpoint = storage.endpoint,
    container = storage.container,
  }: { endpoint?: string; container?: string } = {},
) =>
  mooring.client.call('createConnection', {
    body: {
      name: 'Theirs',
      location: { endpoint, container },
      credential: theApp(),
    },
  });
const theApp = () => ({ kind: 'azure-mooring-app', tenantId: storage.app.tenantId }) as const;
const isProven = async (mooring: Mooring, { id: connectionId }: Connection) =>
  (await mooring.client.call('getConnection', { params: { connectionId } })).ownership!.provenAt !== null;

test('the victim’s mark lets the victim in', async () => {
  const params = { connectionId: victims.id };
  expect(await victim.client.call('proveOwnership', { params })).toMatchObject({
    ownership: { provenBy: 'container-metadata' },
  });
  const source = await victim.client.call('createSource', { body: { connectionId: victims.id } });
  expect((await sync(victim.client, source.id)).status).toBe('succeeded');
  expect((await assetsOf(victim.client, source.id)).map(({ key }) => key)).toEqual([KEY]);
});

describe('asking', () => {
  /** What the routes are asked with; the others with nothing. */
  const bodies = (): Partial<Record<RouteId, object>> => ({
    testObject: { key: KEY },
    putBrowserResults: { userAgent: 'x', origin: 'https://x.example', checks: [] },
    replaceCredential: { credential: theApp(), acceptLess: true },
  });
  const GOING_ON = new Set<RouteId>(['deleteConnection', 'unlinkConnection', 'updateConnection']);

  /** Every answer to everything that can be asked of one connection, with the attacker's own words taken out. */
  async function askEverything(place: { endpoint: string; container: string }): Promise<string[]> {
    const connection = await connect(attacker, place);
    const own = { [connection.id]: 'CONNECTION', [place.endpoint]: 'ENDPOINT' };
    const transcript: string[] = [];
    const ask = async (method: string, path: string, body?: object, headers = {}) => {
      const answer = await fetch(attacker.url + path, {
        method,
        headers: {
          authorization: `Bearer ${attacker.token}`,
          ...(body && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body && { body: JSON.stringify(body) }),
        redirect: 'manual',
      });
      const text = await answer.text();
      transcript.push(`${method} ${path} ${answer.status} ${text}`);
      return text;
    };
    const about = (Object.entries(routes) as [RouteId, Route][]).filter(
      ([id, { path }]) => path.includes(':connectionId') && !GOING_ON.has(id),
    );
    for (const [id, { method, path }] of about) {
      const body = method === 'GET' ? undefined : (bodies()[id] ?? {});
      await ask(method, path.replace(':connectionId', connection.id), body);
    }
    await ask('POST', `/v1/connections/${connection.id}/checks`, {}, { accept: 'text/event-stream' });
    await ask('GET', `/v1/connections/${connection.id}/browse?prefix=patients/`);
    await ask('GET', `/v1/connections/${connection.id}/browse?container=${place.container}`);
    for (const container of [undefined, 'uploads']) {
      const made = await ask('POST', '/v1/sources', {
        connectionId: connection.id,
        ...(container && { container }),
      });
      const source = JSON.parse(made) as { id: string; folderId: string };
      Object.assign(own, { [source.id]: 'SOURCE', [source.folderId]: 'FOLDER' });
      const operation = await sync(attacker.client, source.id);
      expect(operation.status).toBe('failed');
      Object.assign(own, { [operation.id]: 'OPERATION' });
      transcript.push(JSON.stringify({ ...operation, attempts: 0 }));
      await ask('GET', `/v1/assets?sourceId=${source.id}`);
      await ask('POST', '/v1/sources/preview', {
        connectionId: connection.id,
        ...(container && { container }),
      });
      await ask('POST', `/v1/sources/${source.id}/inventory`, {
        container: 'other',
        key: KEY,
        mode: 'check',
      });
      await ask('POST', `/v1/sources/${source.id}/feeds`, {
        kind: 'storage-queue',
        queueUrl: `${place.endpoint}/mooring-events`,
      });
      await ask('GET', `/v1/operations/${operation.id}/errors`);
    }
    await ask('GET', `/v1/connections/${connection.id}`);
    await attacker.client.call('deleteConnection', { params: { connectionId: connection.id } });
    return transcript.map(line => withoutOwn(line, { ...own }, place.container));
  }

  function withoutOwn(line: string, own: Record<string, string>, container: string): string {
    let text = line;
    for (const [word, name] of Object.entries(own)) text = text.replaceAll(word, name);
    return text
      .replaceAll(container, 'CONTAINER')
      .replace(/\d{4}-\d\d-\d\d[T ][\d:.]+(Z| UTC)/g, 'TIME')
      .replace(/"overlaps":\[[^\]]*\]/g, '')
      .replace(/"(requestId|durationMs)":("[^"]*"|[\d.]+)/g, '"$1":0')
      .replace(/"revision":\d+/g, '"revision":0')
      .replace(/\b(op|evt|src|fld)_[0-9a-z]{20}\b/g, '$1')
      .replace(/\breq_[0-9a-z]+/g, 'req');
  }

  test('reveals nothing: all answers are the same for every storage', async () => {
    const { endpoint, container } = storage;
    const [theirs, noContainer, noAccount, noOwner] = await Promise.all([
      askEverything({ endpoint, container }),
      askEverything({ endpoint, container: 'nobodys-scans' }),
      askEverything({ endpoint: endpoint.replace(/[a-z]+$/, 'nobodysaccount'), container }),
      askEverything({ endpoint: endpoint.replace(/:\d+/, ':9'), container }),
    ]);
    const unnamed = (lines: string[]) =>
      lines.map(line => line.replaceAll('nobodysaccount', storage.account.name));
    expect(noContainer).toEqual(theirs);
    expect(unnamed(noAccount)).toEqual(theirs);
    expect(noOwner).toEqual(theirs);
    const all = theirs.join('\n');
    expect(all).toContain('ownership_missing');
    expect(all).not.toContain(CONTENT);
    expect(all).not.toMatch(/"id":"(dns|tls|list)"[^}]*"status":"(passed|failed|warning)"/);
    expect(theirs.length).toBeGreaterThan(15);
  });
});

test('a mark in a container that the attacker can write to opens that one alone', async () => {
  const uploads = await connect(attacker, { container: 'uploads' });
  const params = { connectionId: uploads.id };
  await storage.setMetadata('uploads', { mooring_owner: uploads.ownership!.token });
  expect((await attacker.client.call('proveOwnership', { params })).ownership!.provenAt).not.toBeNull();
  await attacker.client.call('browseConnection', { params, query: {} });
  const { container } = storage;
  for (const prefix of ['', 'patients/']) {
    const browsing = attacker.client.call('browseConnection', { params, query: { container, prefix } });
    await expect(browsing).rejects.toMatchObject({ code: 'storage_forbidden' });
  }
  const tested = await attacker.client
    .call('testObject', { params, body: { container, key: KEY } })
    .catch(error => error);
  expect(JSON.stringify(tested)).not.toMatch(/sig=|"status":"passed"/);
  const source = await attacker.client.call('createSource', {
    body: { connectionId: uploads.id, container },
  });
  expect(await sync(attacker.client, source.id)).toMatchObject({ status: 'failed' });
  expect(await assetsOf(attacker.client, source.id, { status: 'any' })).toEqual([]);

  const direct = await connect(attacker);
  await storage.setMetadata('uploads', {
    mooring_owner: `${uploads.ownership!.token} ${victims.ownership!.token}`,
  });
  await expect(
    attacker.client.call('proveOwnership', { params: { connectionId: direct.id } }),
  ).rejects.toMatchObject({ code: 'ownership_missing' });
});

test('no token leaves for a host that the attacker names', async () => {
  for (const endpoint of [
    'https://attacker.example/acme',
    'https://blob.core.windows.net.attacker.example',
    'https://localhost/acme',
    storage.endpoint.replace('https:', 'http:'),
  ]) {
    await expect(connect(attacker, { endpoint })).rejects.toMatchObject({ code: 'invalid_location' });
  }
});

describe('consent', () => {
  let browser: BrowserSession;
  beforeAll(async () => {
    browser = await openBrowser(attacker);
    storage.entra.signIn.person = person('mallory@attacker.example', attackersTenant, [
      'Global Administrator',
    ]);
  });

  const begin = async (body: object = {}) => {
    const { status, body: answer } = await browser.call('POST', '/v1/consent', body);
    expect(status).toBe(200);
    return String(answer.url);
  };
  const callback = (query: Record<string, string>) =>
    `${attacker.url}/v1/consent/callback?${new URLSearchParams(query)}`;
  const stateOf = (url: string) => new URL(url).searchParams.get('state')!;
  const answerOf = (url: URL) => {
    expect(url.origin).toBe(attacker.url);
    return Object.fromEntries(url.searchParams);
  };

  test('comes back once, to the browser that began it', async () => {
    const back = leadsTo(
      await fetch(await begin({ returnTo: '/connections/new?step=2' }), { redirect: 'manual' }),
    );
    const stranger = await openBrowser(attacker, { signedIn: false });
    expect(answerOf(await stranger.open(back.href))).toMatchObject({ consent: 'refused' });
    const page = await browser.open(back.href);
    expect(page.pathname).toBe('/connections/new');
    expect(answerOf(page)).toEqual({ step: '2', consent: 'granted', tenant: attackersTenant });
    expect(app.servicePrincipals[attackersTenant]).toBeDefined();
    expect(answerOf(await browser.open(back.href))).toMatchObject({ consent: 'refused' });
  });

  test('that is declined says so', async () => {
    storage.entra.signIn.agrees = false;
    const back = leadsTo(await fetch(await begin(), { redirect: 'manual' }));
    storage.entra.signIn.agrees = true;
    expect(answerOf(await browser.open(back.href))).toEqual({
      consent: 'refused',
      reason: 'The person who signed in declined.',
    });
  });

  test('with a forged tenant proves nothing', async () => {
    const connection = await connect(attacker);
    const { tenantId } = storage.app;
    const forged = callback({ state: stateOf(await begin()), admin_consent: 'True', tenant: tenantId });
    expect(answerOf(await browser.open(forged))).toMatchObject({ consent: 'granted', tenant: tenantId });
    expect(await isProven(attacker, connection)).toBe(false);
    const params = { connectionId: connection.id };
    await expect(attacker.client.call('browseConnection', { params, query: {} })).rejects.toMatchObject({
      code: 'ownership_missing',
    });
  });

  test('with another state than its own is refused', async () => {
    const ofVictim = await openBrowser(victim);
    const { body } = await ofVictim.call('POST', '/v1/consent', {});
    const own = stateOf(await begin());
    for (const state of ['', 'x', stateOf(String(body.url)), `${own}x`, own.toUpperCase()]) {
      const url = callback({ state, admin_consent: 'True', tenant: storage.app.tenantId });
      expect(answerOf(await browser.open(url))).toMatchObject({ consent: 'refused' });
    }
  });

  test('never leads out of the web app', async () => {
    for (const returnTo of ['//evil.example', '/\\evil.example', 'https://evil.example', 'evil', ''])
      expect((await browser.call('POST', '/v1/consent', { returnTo })).status).toBe(400);
    for (const returnTo of ['/.//evil.example', '/\t/evil.example', '/@evil.example', '/%5cevil.example']) {
      const state = stateOf(await begin({ returnTo }));
      answerOf(await browser.open(callback({ state, error: 'access_denied' })));
    }
  });
});

/** A person of a tenant, perhaps a guest in another one. */
function person(
  username: string,
  homeTenant: string,
  roles: NonNullable<Person['roles']>[string],
  guestIn?: string,
): Person {
  return {
    username,
    homeTenant,
    objectIds: { [homeTenant]: randomUUID(), ...(guestIn && { [guestIn]: randomUUID() }) },
    roles: { [homeTenant]: roles },
  };
}

describe('a sign-in', () => {
  let browser: BrowserSession;
  let connection: Connection;
  beforeAll(async () => {
    browser = await openBrowser(attacker);
  });
  beforeEach(async () => {
    connection = await connect(attacker);
  });

  const begin = async (from = browser, { id: connectionId } = connection): Promise<URL> => {
    const { status, body } = await from.call('POST', '/v1/ownership/sign-in', { connectionId });
    expect({ status, body }).toMatchObject({ status: 200 });
    return new URL(String(body.url));
  };
  /** The pages of Microsoft Entra ID: where they send the browser back to. */
  const signIn = async (at: URL, who: Person): Promise<URL> => {
    storage.entra.signIn.person = who;
    return leadsTo(await fetch(at, { redirect: 'manual' }));
  };
  const admin = () => person('ada@victim.example', storage.app.tenantId, ['Global Administrator']);
  const refused = async (back: URL, by = browser) => {
    const page = await by.open(back.href);
    expect(page.origin).toBe(attacker.url);
    expect(page.searchParams.get('ownership')).toBe('refused');
    expect(await isProven(attacker, connection)).toBe(false);
    return page.searchParams.get('reason');
  };

  test('of an administrator of the tenant proves it, for the workspace that asked', async () => {
    const own = await openBrowser(victim);
    const another = await connect(victim, { container: 'uploads' });
    const page = await own.open((await signIn(await begin(own, another), admin())).href);
    expect(page.origin).toBe(victim.url);
    expect(page.searchParams.get('ownership')).toBe('proven');
    expect(await isProven(victim, another)).toBe(true);
    expect(await isProven(attacker, connection)).toBe(false);
  });

  test('in another tenant proves nothing', async () => {
    const at = await begin();
    at.pathname = at.pathname.replace(storage.app.tenantId, attackersTenant);
    const back = await signIn(
      at,
      person('mallory@attacker.example', attackersTenant, ['Global Administrator']),
    );
    expect(await refused(back)).toMatch(/could not be verified/);
  });

  test.each<[string, () => Person]>([
    [
      'a guest',
      () =>
        person('mallory@attacker.example', attackersTenant, ['Global Administrator'], storage.app.tenantId),
    ],
    ['a person without a role', () => person('bob@victim.example', storage.app.tenantId, [])],
  ])('of %s in the tenant proves nothing', async (_who, who) => {
    expect(await refused(await signIn(await begin(), who()))).toMatch(/not an administrator/);
  });

  test('proves nothing where roles are not given', async () => {
    app.asksForRoles = false;
    expect(await refused(await signIn(await begin(), admin()))).toMatch(/does not say which roles/);
    app.asksForRoles = true;
  });

  test('to which the victim’s administrator was lured proves nothing', async () => {
    const back = await signIn(await begin(), admin());
    await refused(back, await openBrowser(attacker, { signedIn: false }));
    await refused(back, await openBrowser(attacker));
  });

  test('cannot be begun but in a browser', async () => {
    const asked = attacker.client.call('startOwnershipSignIn', { body: { connectionId: connection.id } });
    await expect(asked).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('with another person’s code, or one used before, proves nothing', async () => {
    const own = await openBrowser(victim);
    const stolen = (await signIn(await begin(own, victims), admin())).searchParams.get('code')!;
    const back = await signIn(await begin(), person('bob@victim.example', storage.app.tenantId, []));
    const used = back.searchParams.get('code')!;
    back.searchParams.set('code', stolen);
    await refused(back);
    for (const code of [used, stolen, 'nothing', '']) {
      const again = new URL(back);
      again.searchParams.set('state', (await begin()).searchParams.get('state')!);
      again.searchParams.set('code', code);
      await refused(again);
    }
  });

  test('with the state of another purpose or installation proves nothing', async () => {
    const own = await openBrowser(victim);
    const { body } = await browser.call('POST', '/v1/consent', {});
    const consentState = new URL(String(body.url)).searchParams.get('state')!;
    const victimsState = (await begin(own, victims)).searchParams.get('state')!;
    for (const state of [consentState, victimsState, '']) {
      const back = await signIn(await begin(), admin());
      back.searchParams.set('state', state);
      await refused(back);
    }
  });

  test('that is declined says so', async () => {
    storage.entra.signIn.agrees = false;
    const back = await signIn(await begin(), admin());
    storage.entra.signIn.agrees = true;
    expect(await refused(back)).toBe('The person who signed in declined.');
  });
});

test('nothing that was said on the way stands in the logs', () => {
  const logs = attacker.logs() + victim.logs();
  expect(logs).toContain('/v1/ownership/callback');
  expect(logs).not.toMatch(/[?&](code|state)=/);
  expect(logs).not.toContain(app.secrets[0]!.value);
});
