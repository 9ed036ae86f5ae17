import { azure } from '@mooring/azure';
import type { Check, CheckRun, Connection } from '@mooring/contract';
import { type Storage, startStorage } from '@mooring/emulators';
import { systemClock } from '@mooring/storage/server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testServers } from '../../platform/database/testing.ts';
import { createTestConnections, type TestConnections } from '../testing.ts';
import { REFUSAL_MS } from './mark-check.ts';
import { ownershipSubject, proofOf } from './proof.ts';
import { createOwnershipTokens } from './tokens.ts';

const { markerKey: markerKeyOf } = azure.ownership;

const keyOf = (fill: number) => Buffer.alloc(32, fill);

describe('tokens', () => {
  test('are the same each time, differ by workspace and key, and fit into metadata and keys', () => {
    const tokens = createOwnershipTokens([keyOf(7)]);
    expect(tokens('ws_a')).toEqual(tokens('ws_a'));
    expect(tokens('ws_a')[0]).toMatch(/^mooring-[0-9a-hjkmnp-tv-z]{18}$/);
    expect(tokens('ws_b')).not.toEqual(tokens('ws_a'));
    expect(createOwnershipTokens([keyOf(8)])('ws_a')).not.toEqual(tokens('ws_a'));
  });

  test('of an older key still count', () => {
    const [old] = createOwnershipTokens([keyOf(7)])('ws');
    const [now, ...others] = createOwnershipTokens([keyOf(8), keyOf(7)])('ws');
    expect(others).toEqual([old]);
    expect(now).not.toBe(old);
  });
});

test('a proof is one for its place and its credential alone', () => {
  const made = {
    place: 'https://acme.blob.core.windows.net',
    location: { account: 'acme', container: 'a', prefix: '' },
    credential_version: 1,
  };
  const row = {
    ...made,
    credential_sealed: Buffer.from('sealed'),
    credential: { kind: 'azure-mooring-app' },
    ownership_proven_at: new Date(),
    ownership_proven_by: 'marker-blob',
    ownership_of: ownershipSubject(made),
  };
  expect(proofOf(row)).toEqual({ at: row.ownership_proven_at, by: 'marker-blob' });
  expect(proofOf({ ...row, location: { ...row.location, prefix: 'b/' } })).not.toBeNull();
  expect(proofOf({ ...row, credential_sealed: Buffer.from('sealed anew') })).not.toBeNull();
  for (const other of [
    { location: { ...row.location, container: 'b' } },
    { place: 'https://acme.blob.core.chinacloudapi.cn' },
    { credential_version: 2 },
    { credential_sealed: null },
    { ownership_of: null },
    { ownership_proven_at: null },
  ]) {
    expect(proofOf({ ...row, ...other })).toBeNull();
  }
});

const server = testServers[0]!;
describe('a connection with an identity of the installation', () => {
  let storage: Storage;
  let all: TestConnections;
  let ws: string;
  let connection: Connection;
  beforeAll(async () => {
    storage = await startStorage({ origins: ['https://mooring.example'] });
    storage.certificates.trust();
    await storage.createContainer('other');
    const { clientId, clientSecret } = storage.app;
    all = await createTestConnections(server, {
      authorityHost: storage.authorityHost,
      settings: { appClientId: clientId, appClientSecret: clientSecret },
      clock: systemClock,
    });
    ws = all.workspaceId;
  });
  afterAll(async () => {
    await all.close();
    await storage.stop();
  });
  beforeEach(async () => {
    await storage.setMetadata(storage.container, {});
    await storage.put({ key: 'a.txt', body: 'a' });
    connection = await connect();
  });

  const credential = () => ({ kind: 'azure-mooring-app', tenantId: storage.app.tenantId }) as const;
  const connect = (place: Partial<{ endpoint: string; container: string }> = {}) =>
    all.connections.create(ws, {
      name: 'Media',
      location: { endpoint: storage.endpoint, container: storage.container, ...place },
      credential: credential(),
    });
  const signal = new AbortController().signal;
  const run = async (id = connection.id) => {
    const { checks, status } = await all.connections.runChecks(ws, id, {
      origins: ['https://mooring.example'],
      signal,
      onCheck: () => {},
    });
    return { status, checks: new Map<string, Check>(checks.map(check => [check.id, check])) };
  };
  const mark = () => storage.setMetadata(storage.container, { mooring_owner: connection.ownership!.token });
  const open = (by = all.connections) => by.open(ws, connection.id);
  const proof = async () => {
    const { ownership } = await all.connections.get(ws, connection.id);
    return { at: ownership!.provenAt, by: ownership!.provenBy };
  };
  const REFUSED = { code: 'ownership_missing' };

  test('says which mark is looked for', () => {
    const { token } = connection.ownership!;
    expect(token).toMatch(/^mooring-/);
    expect(connection.ownership).toEqual({
      token,
      markerKey: markerKeyOf(token),
      provenAt: null,
      provenBy: null,
    });
  });

  test('is used for nothing but the look for the mark, and tells nothing else', async () => {
    await expect(open()).rejects.toMatchObject(REFUSED);
    await expect(all.connections.browse(ws, connection.id, {}, signal)).rejects.toMatchObject(REFUSED);
    await expect(
      all.connections.testObject(ws, connection.id, { key: 'a.txt' }, { origins: [], signal }),
    ).rejects.toMatchObject(REFUSED);
    const { status, checks } = await run();
    expect(status).toBe('broken');
    const byStatus = (wanted: Check['status']) =>
      [...checks.values()].filter(check => check.status === wanted).map(check => check.id);
    expect(byStatus('passed')).toEqual(['name', 'credential']);
    expect(byStatus('failed')).toEqual(['ownership']);
    expect(byStatus('skipped')).toEqual(
      expect.arrayContaining(['dns', 'tls', 'clock', 'list', 'head', 'sign']),
    );
    expect(byStatus('skipped')).toHaveLength(checks.size - 3);
    expect((await all.connections.getChecks(ws, connection.id)).checks).toHaveLength(checks.size);
    await expect(open()).rejects.toMatchObject(REFUSED);
  });

  test('has the same checks after a browser has sent its results', async () => {
    await mark();
    await run();
    const ids = ({ checks }: CheckRun) => checks.map(({ id }) => id);
    const before = ids(await all.connections.getChecks(ws, connection.id));
    expect(before).toContain('ownership');
    const found = { userAgent: '', origin: 'https://mooring.example', checks: [] };
    expect(ids(await all.connections.putBrowserResults(ws, connection.id, found))).toEqual(before);
  });

  test('is refused alike, and not before the same time, for every reason', async () => {
    const another = storage.front.settings.roleAssignments.splice(0);
    storage.front.settings.roleAssignments.push({ ...another[0]!, container: storage.container });
    const port = new URL(storage.endpoint).port;
    const places = {
      'no mark': connection,
      'no role': await connect({ container: 'other' }),
      'no container': await connect({ container: 'nothing-here' }),
      'no account': await connect({ endpoint: storage.endpoint.replace(/[a-z]+$/, 'noaccount') }),
      'nothing listens': await connect({ endpoint: storage.endpoint.replace(port, '9') }),
    };
    const seen = await Promise.all(
      Object.entries(places).map(async ([place, { id, location }]) => {
        const check = (await run(id)).checks.get('ownership')!;
        const text = JSON.stringify({ ...check, durationMs: null, checkedAt: null })
          .replaceAll(String(location.endpoint), 'ENDPOINT')
          .replaceAll(new RegExp(`(['/ ])${location.container}\\b`, 'g'), '$1CONTAINER')
          .replaceAll(new RegExp(`(['/ ])${location.account}\\b`, 'g'), '$1ACCOUNT');
        return { place, text, durationMs: check.durationMs! };
      }),
    );
    storage.front.settings.roleAssignments.splice(0, 1, ...another);
    expect(new Set(seen.map(({ text }) => text)).size).toBe(1);
    // The person who runs the installation can learn it.
    const noted = all.lines.filter(line => line.includes('could not be looked for')).join('');
    expect(noted).toMatch(/AuthorizationPermissionMismatch/);
    expect(noted).toMatch(/ECONNREFUSED/);
    for (const { durationMs } of seen) expect(durationMs).toBeGreaterThanOrEqual(REFUSAL_MS - 5);
  });

  test.each([
    [
      'entry of the metadata',
      'container-metadata',
      () =>
        storage.setMetadata(storage.container, {
          mooring_owner: `mooring-another,${connection.ownership!.token} mooring-third`,
        }),
    ],
    ['marker', 'marker-blob', () => storage.put({ key: connection.ownership!.markerKey, body: '' })],
  ] as const)('is used once the %s is there', async (_what, by, setMark) => {
    await setMark();
    expect((await run()).status).not.toBe('broken');
    expect(await proof()).toEqual({ at: expect.any(String), by });
    await run();
    const events = await all.connections.listEvents(ws, connection.id, { limit: 10 });
    expect(events.items.filter(({ kind }) => kind === 'ownership-proven')).toHaveLength(1);
    const { provider } = await open();
    expect(Array.from((await provider.list(storage.container)).objects, ({ key }) => key)).toContain('a.txt');
    await open(all.elsewhere);
    await storage.remove(connection.ownership!.markerKey).catch(() => {});
  });

  test('is not used for the marks of others, or parts of one', async () => {
    const { token } = connection.ownership!;
    const others = [`mooring-${'0'.repeat(18)}`, token.slice(0, -1), `${token}x`, `x${token}`, 'mooring'];
    await storage.setMetadata(storage.container, { mooring_owner: others.join(','), owner: token });
    await expect(all.connections.proveOwnership(ws, connection.id, signal)).rejects.toMatchObject(REFUSED);
  });

  test('reaches no other container through a mark in one', async () => {
    await mark();
    await all.connections.proveOwnership(ws, connection.id, signal);
    const { provider } = await open();
    const denied = { kind: 'forbidden' };
    await expect(provider.list('other')).rejects.toMatchObject(denied);
    await expect(provider.reader!.head('other', 'x')).rejects.toMatchObject(denied);
    await expect(provider.reader!.readRange('other', 'x')).rejects.toMatchObject(denied);
    const window = { method: 'GET' as const, startsAt: new Date(), expiresAt: new Date() };
    await expect(provider.signer!.sign('other', ['x'], window)).rejects.toMatchObject(denied);
    await expect(
      all.connections.browse(ws, connection.id, { container: 'other' }, signal),
    ).rejects.toMatchObject(denied);
  });

  test('tells nothing of an object in another container, not even whether it is there', async () => {
    await mark();
    await all.connections.proveOwnership(ws, connection.id, signal);
    await storage.put({ container: 'other', key: 'secret.txt', body: 'secret' });
    const tested = ({ container, key }: { container: string; key: string }) =>
      all.connections.testObject(ws, connection.id, { container, key }, { origins: [], signal });
    for (const key of ['secret.txt', 'nothing.txt']) {
      await expect(tested({ container: 'other', key })).rejects.toMatchObject({
        code: 'invalid_request',
        message: expect.stringContaining(`${key} in the container other is outside of this connection`),
      });
    }
    const own = await tested({ container: storage.container, key: 'a.txt' });
    expect(own.checks.find(({ id }) => id === 'head')).toMatchObject({ status: 'passed' });
  });

  test('is used no more once the mark is gone', async () => {
    await mark();
    await run();
    await open(all.elsewhere);
    const subject = { type: 'source', id: await all.addSource(connection.id, 1) } as const;
    const sync = await all.operations.start(ws, { kind: 'sync', subject, unit: 'objects' });
    await storage.setMetadata(storage.container, {});
    const { status, checks } = await run();
    expect((await all.operations.get(ws, sync.id)).status).toBe('cancelled');
    expect(status).toBe('broken');
    expect(checks.get('ownership')).toMatchObject({
      status: 'failed',
      observed: expect.stringMatching(/is gone/),
    });
    expect(checks.get('list')!.status).toBe('skipped');
    expect(await proof()).toEqual({ at: null, by: null });
    await expect(open()).rejects.toMatchObject(REFUSED);
    await expect.poll(() => open(all.elsewhere).catch(error => error.code)).toBe('ownership_missing');
  });

  test.each(['network', 'role'])('keeps its proof while the mark cannot be looked for: %s', async what => {
    await mark();
    await run();
    const before = await proof();
    const { settings } = storage.front;
    const roles = settings.roleAssignments.splice(0);
    if (what === 'network') {
      settings.roleAssignments.push(...roles);
      settings.networkOpen = false;
    }
    const { checks } = await run();
    settings.networkOpen = true;
    settings.roleAssignments.splice(0, Number.POSITIVE_INFINITY, ...roles);
    expect(checks.get('ownership')).toMatchObject({ status: 'warning' });
    expect(checks.get('list')!.status).toBe('failed');
    expect(await proof()).toEqual(before);
    await open();
  });

  test('loses its proof with a new credential, the same one too', async () => {
    await mark();
    await run();
    await storage.setMetadata(storage.container, {});
    await all.connections.replaceCredential(ws, connection.id, credential(), {
      ...{ acceptLess: true, by: null, origins: [], signal },
    });
    expect(await proof()).toEqual({ at: null, by: null });
    await expect(open()).rejects.toMatchObject(REFUSED);
  });

  test('says of an identity that gets no token why, not that the mark is missing', async () => {
    const { servicePrincipals } = storage.entra.applications[0]!;
    const kept = { ...servicePrincipals };
    delete servicePrincipals[storage.app.tenantId];
    await expect(all.connections.proveOwnership(ws, connection.id, signal)).rejects.toMatchObject({
      code: 'storage_unauthenticated',
    });
    Object.assign(servicePrincipals, kept);
  });

  test.each(['https://mooring.attacker.example/acme', 'https://8.8.8.8/acme', 'http://127.0.0.1:1/acme'])(
    'sends no token to %s',
    async endpoint => {
      await expect(connect({ endpoint })).rejects.toMatchObject({ code: 'invalid_location' });
    },
  );

  test('needs no proof with a credential of one’s own', async () => {
    const own = await all.connections.create(ws, {
      name: 'Own',
      location: { endpoint: storage.endpoint, container: storage.container },
      credential: { kind: 'azure-app', ...storage.app },
    });
    expect(own.ownership).toBeNull();
    expect((await run(own.id)).checks.has('ownership')).toBe(false);
    expect(await all.connections.proveOwnership(ws, own.id, signal)).toMatchObject({ id: own.id });
  });
});
