import type { BrowserFinding, CheckId, ConnectionCreate } from '@mooring/contract';
import { ROLES, type Storage, startStorage } from '@mooring/emulators';
import { systemClock } from '@mooring/storage/server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testServers } from '../../platform/database/testing.ts';
import { createTestConnections, type TestConnections } from '../testing.ts';

const ORIGIN = 'https://mooring.example';
const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36';
const KEY = 'photos/été #1.jpg';

describe.each(testServers)('some checks, browsers and single objects on $name', server => {
  let storage: Storage;
  let all: TestConnections;
  let ws: string;
  let id: string;
  beforeAll(async () => {
    storage = await startStorage();
    storage.certificates.trust();
    await storage.put({ key: 'a.txt', body: 'first by name' });
    await storage.put({ key: KEY, body: 'not really a photo', contentType: 'image/jpeg' });
    all = await createTestConnections(server, { authorityHost: storage.authorityHost, clock: systemClock });
    ws = all.workspaceId;
  });
  afterAll(async () => {
    await all.close();
    await storage.stop();
  });
  beforeEach(async () => {
    storage.front.settings.roleAssignments = [
      { principalId: storage.objectId, actions: ROLES['Storage Blob Data Reader'] },
    ];
    await storage.allowOrigins([ORIGIN]);
    ({ id } = await create());
  });

  const create = (changes: Partial<ConnectionCreate> = {}) =>
    all.connections.create(ws, {
      name: 'Media',
      location: { endpoint: storage.endpoint, container: storage.container },
      credential: { kind: 'azure-app', ...storage.app },
      ...changes,
    });
  const signal = new AbortController().signal;
  const options = { origins: [ORIGIN], signal, onCheck() {} };
  const run = (only?: CheckId[]) => all.connections.runChecks(ws, id, { ...options, only });

  test('some are run with what they depend on; the others keep their results', async () => {
    await storage.allowOrigins([]);
    expect((await run()).status).toBe('broken');
    await storage.allowOrigins([ORIGIN]);
    const ran = new Set<string>();
    await all.connections.runChecks(ws, id, {
      ...options,
      only: ['clock'],
      onCheck: check => ran.add(check.id),
    });
    expect([...ran]).toEqual(['name', 'dns', 'tls', 'clock']);
    const after = await all.connections.getChecks(ws, id);
    expect(after.status).toBe('broken');
    expect(after.checks.filter(({ status }) => status === 'failed').map(check => check.id)).toEqual([
      'preflight',
    ]);
    expect((await run(['preflight'])).status).toBe('healthy');
  });

  test('it is not healthy before every check has run', async () => {
    expect(await run(['clock'])).toMatchObject({ status: 'draft', statusReason: 'Not every check has run.' });
    storage.front.settings.roleAssignments = [];
    expect((await run()).status).toBe('broken');
    storage.front.settings.roleAssignments = [
      { principalId: storage.objectId, actions: ROLES['Storage Blob Data Reader'] },
    ];
    expect((await run(['list'])).status).toBe('draft');
    expect((await run()).status).toBe('healthy');
  });

  test('what the connection does not have cannot be run', async () => {
    await expect(run(['media', 'write'])).rejects.toMatchObject({
      code: 'invalid_request',
      fix: expect.stringContaining('preflight'),
    });
  });

  test('a role that is granted while it is waited for is noticed', async () => {
    storage.front.settings.roleAssignments = [];
    let waits = 0;
    const result = await all.connections.runChecks(ws, id, {
      ...options,
      waitSeconds: 60,
      onCheck(check) {
        if (check.waitingUntil === null || waits++ > 0) return;
        expect(check).toMatchObject({ id: 'list', status: 'running', fix: { why: expect.any(String) } });
        storage.front.settings.roleAssignments = [
          { principalId: storage.objectId, actions: ROLES['Storage Blob Data Reader'] },
        ];
      },
    });
    expect(result.status).toBe('healthy');
    expect(waits).toBe(1);
  });

  const put = (...checks: BrowserFinding[]) =>
    all.connections.putBrowserResults(ws, id, { userAgent: CHROME, origin: ORIGIN, checks });
  const finding = (fields: Partial<BrowserFinding>): BrowserFinding => ({
    ...{ id: 'fetch', status: 'passed', reason: null, observed: 'Seen.', durationMs: 3 },
    ...fields,
  });

  test('what a browser found stands beside the server’s results, judged by both, and leaves the status', async () => {
    await storage.allowOrigins([]);
    const before = await run();
    const after = await put(
      finding({ status: 'failed', reason: 'not-allowed' }),
      finding({ id: 'range', status: 'skipped' }),
    );
    expect(after.checks.slice(0, before.checks.length)).toEqual(before.checks);
    expect(after.checks.slice(before.checks.length)).toMatchObject([
      {
        ...{ id: 'fetch', side: 'browser', status: 'failed' },
        observed: `Chrome 141 at ${ORIGIN}: Seen. CORS: No CORS rule allows the origin ${ORIGIN}.`,
        fix: { snippets: expect.arrayContaining([expect.anything()]) },
      },
      { id: 'range', side: 'browser', status: 'skipped' },
    ]);
    expect({ ...after, checks: [] }).toEqual({ ...before, checks: [] });
    expect(await all.connections.getChecks(ws, id)).toEqual(after);
    expect((await run()).checks.filter(({ side }) => side === 'browser')).toHaveLength(2);
    expect((await put()).checks.filter(({ side }) => side === 'browser')).toEqual([]);
  });

  test('no secret that a browser sends is kept', async () => {
    const { checks } = await put(finding({ observed: 'GET https://x/a?sv=1&sig=abc123 failed' }));
    expect(JSON.stringify(checks)).not.toContain('abc123');
    expect(await all.dump()).not.toContain('abc123');
  });

  test('browsers at the same time end as one would', async () => {
    await Promise.all(Array.from({ length: 4 }, () => put(finding({}), finding({ id: 'media' }))));
    const { checks } = await all.connections.getChecks(ws, id);
    expect(checks.filter(({ side }) => side === 'browser')).toHaveLength(2);
  });

  test('the sample is an object that a page can show, where there is one', async () => {
    const { container, sample } = await all.connections.findSample(ws, id, signal);
    expect([container, sample.key]).toEqual([storage.container, KEY]);
    const { id: elsewhere } = await create({
      location: { endpoint: storage.endpoint, container: storage.container, prefix: 'nowhere/' },
    });
    await expect(all.connections.findSample(ws, elsewhere, signal)).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('the sample is not one that is stored compressed, where there is another', async () => {
    const put = (key: string, contentEncoding?: string) =>
      storage.put({ key, body: 'x', contentType: 'image/jpeg', ...(contentEncoding && { contentEncoding }) });
    await put('packed/a.jpg', 'gzip');
    const location = { endpoint: storage.endpoint, container: storage.container, prefix: 'packed/' };
    const { id: packed } = await create({ location });
    const sampleOf = async () => (await all.connections.findSample(ws, packed, signal)).sample.key;
    expect(await sampleOf()).toBe('packed/a.jpg');
    await put('packed/b.jpg');
    expect(await sampleOf()).toBe('packed/b.jpg');
  });

  const tryObject = (request: { url?: string; key?: string; container?: string }) =>
    all.connections.testObject(ws, id, request, options);

  test.each<[string, () => { url?: string; key?: string }]>([
    ['its key', () => ({ key: KEY })],
    ['its URL', () => ({ url: `${storage.endpoint}/media/photos/%C3%A9t%C3%A9%20%231.jpg` })],
    ['a URL with a token', () => ({ url: ` ${storage.endpoint}/media/photos/été%20%231.jpg?sv=1&sig=abc ` })],
    ['the name of Azure', () => ({ url: 'https://acme.blob.core.windows.net/media/photos/été %231.jpg' })],
    ['the name of Hadoop', () => ({ url: 'abfss://media@acme.dfs.core.windows.net/photos/été %231.jpg' })],
  ])('one object is put to the test by %s', async (_, request) => {
    const { container, key, facts, checks } = await tryObject(request());
    expect([container, key]).toEqual(['media', KEY]);
    expect(facts).toEqual({ sizeBytes: 18, contentType: 'image/jpeg' });
    expect(checks.map(check => `${check.id} ${check.status}`)).toEqual([
      'head passed',
      'range passed',
      'sign passed',
      'fetch passed',
      'preflight passed',
    ]);
    expect((await all.connections.getChecks(ws, id)).checks[0]!.status).toBe('waiting');
  });

  test.each<[string, { url?: string; key?: string }, RegExp]>([
    ['neither', {}, /either the URL of an object, or its key/],
    ['both', { url: 'https://acme.blob.core.windows.net/media/a', key: 'a' }, /either/],
    ['another account', { url: 'https://other.blob.core.windows.net/media/a' }, /account/],
    ['a container', { url: 'https://acme.blob.core.windows.net/media' }, /URL of a container/],
    ['no URL', { url: 'https://portal.azure.com/#x' }, /portal/],
  ])('%s is refused', async (_, request, says) => {
    await expect(tryObject(request)).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringMatching(says),
    });
  });

  test('an object outside of the container and prefix is not tried', async () => {
    const { id: narrow } = await create({
      location: { endpoint: storage.endpoint, container: storage.container, prefix: 'photos/' },
    });
    const tryThere = (request: { url?: string; key?: string; container?: string }) =>
      all.connections.testObject(ws, narrow, request, options);
    expect((await tryThere({ key: KEY })).checks[0]).toMatchObject({ status: 'passed' });
    for (const request of [
      { key: 'letters/a.txt' },
      { key: 'photo' },
      { key: KEY, container: 'other' },
      { url: `${storage.endpoint}/other/photos/a.jpg` },
      { url: `${storage.endpoint}/media/letters/a.txt` },
    ]) {
      await expect(tryThere(request)).rejects.toMatchObject({
        code: 'invalid_request',
        message: expect.stringContaining('outside of this connection: expected the container media'),
      });
    }
  });

  test('an object that is not there, or cannot be read, says so', async () => {
    const gone = await tryObject({ key: 'nothing.jpg' });
    expect(gone.checks[0]).toMatchObject({
      status: 'failed',
      observed: expect.stringMatching(/There is no object/),
    });
    await storage.put({ key: 'cold.bin', body: 'cold' });
    await storage.setTier('cold.bin', 'Archive');
    const cold = await tryObject({ key: 'cold.bin' });
    expect(cold.checks.find(check => check.id === 'range')).toMatchObject({
      status: 'failed',
      observed: expect.stringMatching(/archive tier/),
    });
    await storage.remove('cold.bin');
  });
});
