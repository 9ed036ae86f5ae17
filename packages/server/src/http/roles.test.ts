import {
  ACTIONS,
  ID_PREFIXES,
  type IdKind,
  includesRole,
  ROLES,
  type Role,
  type Route,
  routes,
} from '@mooring/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestHttpServer } from './testing.ts';

const FACTS_OF_SETTINGS = ['acme', 'images', 'not-a-real-secret'];

let server: TestHttpServer;
/** What each role sends along. */
const sessions = {} as Record<Role, string>;
const tokens = {} as Record<Role, string>;
const readers = {} as Record<Role, string>;

beforeAll(async () => {
  server = await startTestServer();
  for (const role of ROLES) {
    tokens[role] = await server.newToken(role);
    readers[role] = await server.newToken(role, { readOnly: true });
    sessions[role] = await join(role);
  }
});
afterAll(() => server.stop());

/** A new member of a role; returns the value of the session cookie. */
async function join(role: Role, email = `${role}@example.org`): Promise<string> {
  const made = await server.send('/v1/invitations', { method: 'POST', body: { email, role } });
  const code = new URL(((await made.json()) as { url: string }).url).hash.slice('#code='.length);
  const body = { code, name: `The ${role}` };
  const joined = await server.send('/v1/invitations/accept', { method: 'POST', token: null, body });
  expect(joined.status).toBe(201);
  return /mooring_session=([\w-]+)/.exec(joined.headers.get('set-cookie')!)![1]!;
}

const inSession = (cookie: string) => ({
  token: null,
  headers: { cookie: `mooring_session=${cookie}`, origin: server.url },
});

/** The address of a route, for things that are not there. */
const addressOf = ({ path }: Route): string =>
  path.replaceAll(/:(\w+)/g, (_, name: string) => {
    const prefix = ID_PREFIXES[name.replace(/Id$/, '') as IdKind];
    return prefix ? `${prefix}_${'0'.repeat(20)}` : 'none';
  });

/** Signing out ends the session that the others need. */
const walked = Object.entries(routes as Record<string, Route>).filter(
  ([id, { action }]) => action !== null && id !== 'deleteSession',
);

describe.each(ROLES)('%s', role => {
  it('may do what the table of actions says, and nothing else', async () => {
    for (const [id, route] of walked) {
      const { role: needed, changes } = ACTIONS[route.action!];
      const request = { method: route.method, ...(route.body && { body: {} }) };
      const ask = async (sent: Parameters<TestHttpServer['send']>[1]) => {
        const answer = await server.send(addressOf(route), { ...request, ...sent });
        return answer.status === 403 ? ((await answer.json()) as { detail: string; fix: string }) : 'allowed';
      };
      const reaches = includesRole(role, needed);
      const refused = (who: string) => ({ detail: `This needs the role ${needed}; ${who} ${role}.` });
      const inPeople = { fix: expect.stringMatching(/administrator .* can give you .* under People/) };
      const anotherToken = { fix: expect.stringMatching(/administrator .* can make one/) };
      const byPerson = reaches ? 'allowed' : { ...refused('you are'), ...inPeople };
      const byToken = reaches ? 'allowed' : { ...refused('this token is'), ...anotherToken };
      const onlyReads = { detail: 'This changes something, and this token only reads.' };
      expect(await ask(inSession(sessions[role])), id).toEqual(
        byPerson === 'allowed' ? byPerson : expect.objectContaining(byPerson),
      );
      expect(await ask({ token: tokens[role] }), id).toEqual(
        byToken === 'allowed' ? byToken : expect.objectContaining(byToken),
      );
      const read = await ask({ token: readers[role] });
      if (reaches && changes) expect(read, id).toMatchObject(onlyReads);
      else expect(read, id).toEqual(byToken === 'allowed' ? byToken : expect.objectContaining(byToken));
    }
  });
});

it('shows a viewer and an annotator of a connection its name and health alone, also where it fails', async () => {
  const { id, ...place } = await server.connect().then(async made => ({ id: made.connectionId, ...made }));
  const asset = await server.add({ ...place, connectionId: id }, 'a.jpg', 'x', 'image/jpeg');
  for (const role of ['viewer', 'annotator'] as const) {
    const get = async (path: string) => (await server.send(path, inSession(sessions[role]))).text();
    expect(JSON.parse(await get('/v1/connection-health'))).toEqual({
      items: [{ id, name: 'Acme', status: 'draft' }],
      nextCursor: null,
    });
    expect(JSON.parse(await get(`/v1/assets/${asset}`))).toMatchObject({ id: asset });
    const texts = await Promise.all(
      walked
        .filter(([, { method }]) => method === 'GET')
        .map(([, route]) =>
          get(
            addressOf(route)
              .replace(/con_0+/, id)
              .replace(/ast_0+/, asset),
          ),
        ),
    );
    for (const fact of FACTS_OF_SETTINGS) expect(texts.join('\n')).not.toContain(fact);
  }
});
