import type { Check, ConnectionCreate } from '@mooring/contract';
import { ROLES, type Storage, startStorage } from '@mooring/emulators';
import { systemClock } from '@mooring/storage/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testServers } from '../../platform/database/testing.ts';
import { createTestConnections, DRAFT, type TestConnections } from '../testing.ts';

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
const ORIGIN = 'https://mooring.example';

describe.each(testServers)('checks of connections on $name', server => {
  let storage: Storage;
  let all: TestConnections;
  let ws: string;
  beforeAll(async () => {
    storage = await startStorage({ origins: [ORIGIN] });
    storage.certificates.trust();
    await storage.put({ key: 'a.jpg', body: 'not really a photo', contentType: 'image/jpeg' });
    all = await createTestConnections(server, { authorityHost: storage.authorityHost, clock: systemClock });
    ws = all.workspaceId;
  });
  afterAll(async () => {
    await all.close();
    await storage.stop();
  });

  const app = () => ({ kind: 'azure-app', ...storage.app }) as const;
  const create = (credential: ConnectionCreate['credential'] = app()) =>
    all.connections.create(ws, {
      name: 'Media',
      location: { endpoint: storage.endpoint, container: storage.container },
      credential,
    });
  const run = (
    id: string,
    onCheck: (check: Check) => void = () => {},
    signal = new AbortController().signal,
  ) => all.connections.runChecks(ws, id, { origins: [ORIGIN], signal, onCheck });
  const statusOf = async (id: string) => (await all.connections.get(ws, id)).status;

  test.each(['app', 'sas'])(
    'all pass with a good %s, are reported as they come, and are kept',
    async kind => {
      const { id } = await create(
        kind === 'app' ? app() : { kind: 'azure-sas', sasToken: storage.sas({ expiresOn: inDays(30) }) },
      );
      const statuses = new Map<string, string[]>();
      const before = Date.now();
      const result = await run(id, check =>
        statuses.set(check.id, [...(statuses.get(check.id) ?? []), check.status]),
      );
      const odd = result.checks.filter(({ status }) => status === 'failed' || status === 'warning');
      expect(odd).toEqual([]);
      expect(result).toMatchObject({ status: 'healthy', statusReason: null });
      expect(statuses.get('list')).toEqual(['waiting', 'running', 'passed']);
      expect(await all.connections.getChecks(ws, id)).toEqual(result);
      const { status, lastCheckedAt, revision } = await all.connections.get(ws, id);
      expect({ status, revision }).toEqual({ status: 'healthy', revision: 1 });
      expect(Date.parse(lastCheckedAt!)).toBeGreaterThanOrEqual(before);
    },
  );

  test('a failure breaks the connection, says why, and skips what depends on it', async () => {
    const { id } = await create({ ...app(), clientSecret: 'wrong~secret' });
    const result = await run(id);
    const failed = result.checks.find(({ status }) => status === 'failed')!;
    expect(failed.id).toBe('credential');
    expect(result).toMatchObject({ status: 'broken', statusReason: failed.observed });
    expect(result.checks.find(check => check.id === 'list')).toMatchObject({
      status: 'skipped',
      observed: 'blocked by “Credential”',
    });
    expect(await all.connections.get(ws, id)).toMatchObject({
      status: 'broken',
      statusReason: failed.observed,
    });
    expect(await all.connections.getChecks(ws, id)).toEqual(result);
    expect((await all.replace(id, app())).status).toBe('healthy');
  });

  test('a warning degrades the connection and holds nothing up', async () => {
    const { id } = await create({ kind: 'azure-sas', sasToken: storage.sas({ expiresOn: inDays(1) }) });
    const result = await run(id);
    const warning = result.checks.find(({ status }) => status === 'warning')!;
    expect(warning.id).toBe('credential');
    expect(result).toMatchObject({ status: 'degraded', statusReason: warning.observed });
    expect(result.checks.find(check => check.id === 'list')!.status).toBe('passed');
    expect(await all.connections.get(ws, id)).toMatchObject({
      status: 'degraded',
      statusReason: warning.observed,
    });
  });

  test('a revoked credential is noticed, though tokens of it are still in use', async () => {
    const { id } = await create();
    const { provider } = await all.connections.open(ws, id);
    await provider.list(storage.container);
    expect((await run(id)).status).toBe('healthy');
    storage.front.settings.roleAssignments.splice(0);
    try {
      expect((await run(id)).status).toBe('broken');
    } finally {
      storage.front.settings.roleAssignments.push({
        principalId: storage.objectId,
        actions: ROLES['Storage Blob Data Reader'],
      });
    }
  });

  test('while they run it is verifying; broken off, it is what it was before', async () => {
    const { id } = await create();
    for (const before of ['draft', 'healthy']) {
      expect(await statusOf(id)).toBe(before);
      const abort = new AbortController();
      const first = storage.front.hold({ times: 1 });
      const seen = Promise.withResolvers<void>();
      const running = run(id, check => check.status === 'running' && seen.resolve(), abort.signal);
      await seen.promise;
      expect(await statusOf(id)).toBe('verifying');
      abort.abort(new Error('the page was closed'));
      await expect(running).rejects.toThrow('the page was closed');
      first.release();
      expect(await statusOf(id)).toBe(before);
      await run(id);
    }
  });

  test('two runs at once end as one would', async () => {
    const { id } = await create();
    const options = { origins: [ORIGIN], signal: new AbortController().signal, onCheck() {} };
    const results = await Promise.all([run(id), all.elsewhere.runChecks(ws, id, options), run(id)]);
    expect(results.map(({ status }) => status)).toEqual(['healthy', 'healthy', 'healthy']);
    const { checks } = await all.connections.getChecks(ws, id);
    expect(new Set(checks.map(check => check.id)).size).toBe(results[0]!.checks.length);
    expect(await statusOf(id)).toBe('healthy');
  });

  test('results of a credential that was replaced meanwhile are not kept', async () => {
    const { id } = await create();
    const first = storage.front.hold({ times: 1 });
    const seen = Promise.withResolvers<void>();
    const running = run(id, check => check.status === 'running' && seen.resolve());
    const outcome = expect(running).rejects.toThrow(expect.objectContaining({ code: 'conflict' }));
    await seen.promise;
    await first.held;
    const replaced = await all.replace(id, { kind: 'azure-sas', sasToken: storage.sas() });
    first.release();
    await outcome;
    const { status, statusReason, lastCheckedAt } = replaced;
    expect(await all.connections.get(ws, id)).toMatchObject({ status, statusReason, lastCheckedAt });
    expect((await all.connections.getChecks(ws, id)).checks.map(check => check.status)).not.toContain(
      'waiting',
    );
  });

  test('a run whose connection is removed meanwhile says so', async () => {
    const { id } = await create();
    const first = storage.front.hold({ times: 1 });
    const seen = Promise.withResolvers<void>();
    const running = run(id, check => check.status === 'running' && seen.resolve());
    const outcome = expect(running).rejects.toThrow(expect.objectContaining({ code: 'not_found' }));
    await seen.promise;
    await first.held;
    await all.connections.remove(ws, id);
    first.release();
    await outcome;
  });

  test('a run whose process died does not leave it verifying for good', async () => {
    const { id } = await all.connections.create(ws, DRAFT);
    const set = (updated_at: Date) =>
      all.db
        .updateTable('connections')
        .set({ status: 'verifying', updated_at })
        .where('id', '=', id)
        .execute();
    await set(new Date());
    expect(await statusOf(id)).toBe('verifying');
    await set(new Date(Date.now() - 301_000));
    expect(await all.connections.get(ws, id)).toMatchObject({
      status: 'draft',
      statusReason: 'Its last checks did not finish. Run them again.',
    });
  });

  test('no secret is in what is stored, logged or answered', async () => {
    const { id } = await create();
    const sasToken = storage.sas();
    const { id: other } = await create({ kind: 'azure-sas', sasToken });
    const answers = JSON.stringify([
      await run(id),
      await run(other),
      await all.connections.list(ws, { limit: 1000 }),
    ]);
    const sig = /sig=([^&]+)/.exec(sasToken)![1]!;
    for (const secret of [storage.app.clientSecret, sig, decodeURIComponent(sig)]) {
      for (const text of [answers, await all.dump(), all.lines.join()]) {
        expect(text).not.toContain(secret);
        expect(text).not.toContain(Buffer.from(secret).toString('hex'));
      }
    }
    expect(answers).not.toMatch(/sig=(?!\[)/);
  });
});
