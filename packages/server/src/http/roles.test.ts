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
import { CONNECTION, startTestServer, type TestHttpServer } from './testing.ts';

const { tenantId, clientId } = CONNECTION.credential;
const FACTS_OF_SETTINGS = ['acme', 'images', 'not-a-real-secret', tenantId, clientId];

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

describe('a viewer and an annotator', () => {
  it('see of a connection its name and health alone, by every operation that the OpenAPI document has', async () => {
    const { id, ...place } = await server.connect().then(async made => ({ id: made.connectionId, ...made }));
    const asset = await server.add({ ...place, connectionId: id }, 'a.jpg', 'x', 'image/jpeg');
    const { folderId } = await server.services.catalogue.getSource(server.workspaceId, place.sourceId);
    const known = { connectionId: id, assetId: asset, sourceId: place.sourceId, folderId };
    for (const role of ['viewer', 'annotator'] as const) {
      const ask = async ({ operationId, method, path }: Operation) => {
        const body = method === 'GET' ? undefined : operationId === 'signAssets' ? { assetIds: [asset] } : {};
        const address = path.replaceAll(
          /\{(\w+)\}/g,
          (_, name: string) => known[name as keyof typeof known] ?? 'x_0',
        );
        return server.send(address, { method, body, ...inSession(sessions[role]) });
      };
      const health = await server.send('/v1/connection-health', inSession(sessions[role]));
      expect(await health.json()).toEqual({
        items: [{ id, name: 'Acme', status: 'draft' }],
        nextCursor: null,
      });
      for (const operation of await documented()) {
        const answer = await ask(operation);
        const text = JSON.stringify([...answer.headers]) + (await answer.text());
        for (const fact of FACTS_OF_SETTINGS) expect(text, operation.operationId).not.toContain(fact);
      }
      expect((await server.send(`/v1/assets/${asset}`, inSession(sessions[role]))).status).toBe(200);
    }
  });

  it('may do nothing whose answer could hold a credential or a setting, as the OpenAPI document describes answers', async () => {
    const { components } = await document();
    const schemasOf = (role: Role, all: Operation[]): Set<string> => {
      const found = new Set<string>();
      for (const { operationId, responses } of all) {
        const { action } = routes[operationId] as Route;
        if (action !== null && includesRole(role, ACTIONS[action].role)) gather(responses, components, found);
      }
      return found;
    };
    const all = await documented();
    const ofSettings = /Credential|Location|^Connection(?!Health)|Setup|^Check|^Feed|Ownership|KindOffers/;
    const seenBy = (role: Role) => [...schemasOf(role, all)].filter(name => ofSettings.test(name));
    expect(seenBy('annotator')).toEqual([]);
    expect(seenBy('editor')).toEqual(expect.arrayContaining(['Connection', 'Credential', 'Location']));
  });
});

interface Operation {
  operationId: keyof typeof routes;
  method: string;
  path: string;
  responses: object;
}
type Components = Record<string, Record<string, object>>;

const document = async () =>
  (await (await server.send('/v1/openapi.json', { token: null })).json()) as {
    paths: Record<string, Record<string, Pick<Operation, 'operationId' | 'responses'>>>;
    components: Components;
  };

/** Signing out ends the session that the others need, and probing goes to the storage itself. */
const LEFT_OUT: string[] = ['deleteSession', 'probeAsset'];

/** The operations that need a credential. */
async function documented(): Promise<Operation[]> {
  const { paths } = await document();
  const all = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { operationId, responses }]) => ({
      ...{ operationId, responses, path },
      method: method.toUpperCase(),
    })),
  );
  expect(all.length).toBe(Object.keys(routes).length);
  return all.filter(({ operationId: id }) => routes[id].action !== null && !LEFT_OUT.includes(id));
}

/** The names of the schemas that a part of the document refers to, and of those that they refer to. */
function gather(node: unknown, components: Components, found: Set<string>): void {
  if (typeof node !== 'object' || node === null) return;
  const { $ref } = node as { $ref?: string };
  if ($ref !== undefined) {
    const [kind, name] = $ref.split('/').slice(2) as [string, string];
    if (kind === 'schemas' && found.has(name)) return;
    if (kind === 'schemas') found.add(name);
    gather(components[kind]![name], components, found);
  }
  for (const value of Object.values(node)) gather(value, components, found);
}
