import type { ConnectionCreate, ConnectionEvent } from '@mooring/contract';
import { ROLES, type Storage, startStorage } from '@mooring/emulators';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testServers } from '../../platform/database/testing.ts';
import { keyIdOf, nameOf, newSecretKey } from '../../platform/secrets.ts';
import { createTestConnections, DRAFT, SAS, type TestConnections } from '../testing.ts';

const ORIGIN = 'https://mooring.example';
const DAY_MS = 86_400_000;
const NEVER = new AbortController().signal;

describe.each(testServers)('the life of connections on $name', server => {
  let storage: Storage;
  let all: TestConnections;
  let ws: string;
  let now = () => new Date();
  beforeAll(async () => {
    storage = await startStorage({ origins: [ORIGIN] });
    storage.certificates.trust();
    await storage.put({ key: 'a.jpg', body: 'not really a photo', contentType: 'image/jpeg' });
    const clock = { now: () => now() };
    all = await createTestConnections(server, {
      ...{ authorityHost: storage.authorityHost, clock },
      checkTimeoutSeconds: 600,
    });
    ws = all.workspaceId;
  });
  afterAll(async () => {
    await all.close();
    await storage.stop();
  });
  beforeEach(async () => {
    now = () => new Date();
    await sql`update connections set next_check_at = null`.execute(all.db);
    await sql`delete from webhook_deliveries`.execute(all.db);
  });

  const app = () => ({ kind: 'azure-app', ...storage.app }) as const;
  const sas = (fields?: Parameters<Storage['sas']>[0]) =>
    ({ kind: 'azure-sas', sasToken: storage.sas(fields) }) as const;
  const create = (credential: ConnectionCreate['credential'] = app()) =>
    all.connections.create(
      ws,
      { name: 'Media', location: { endpoint: storage.endpoint, container: storage.container }, credential },
      'Ada',
    );
  const run = (id: string) =>
    all.connections.runChecks(ws, id, { origins: [ORIGIN], signal: NEVER, onCheck() {}, by: 'Ada' });
  const get = (id: string) => all.connections.get(ws, id);
  const history = async (id: string): Promise<ConnectionEvent[]> =>
    (await all.connections.listEvents(ws, id, { limit: 100 })).items;
  const kinds = async (id: string) =>
    (await history(id)).map(({ kind, status, by }) => [kind, status, by].join(' '));
  const minutesUntil = (at: string | null) => at && (Date.parse(at) - now().getTime()) / 60_000;
  /** The events that webhooks get. */
  async function webhookEvents(): Promise<{ type: string; data: Record<string, unknown> }[]> {
    const { rows } = await sql<{ body: string }>`select body from webhook_deliveries order by id`.execute(
      all.db,
    );
    return rows.map(({ body }) => JSON.parse(body));
  }
  beforeAll(async () => {
    await sql`insert into webhooks values (${ws}, 'whk_1', 'https://x.example', ${[
      'connection.status_changed',
      'connection.credential_expiring',
      'connection.unlinked',
    ]}, '\\x00', now())`.execute(all.db);
  });
  const withoutRoles = async <T>(act: () => Promise<T>): Promise<T> => {
    const { roleAssignments } = storage.front.settings;
    const roles = roleAssignments.splice(0);
    try {
      return await act();
    } finally {
      roleAssignments.push(...roles);
    }
  };

  describe('history', () => {
    test('says what happened, who did it and why, newest first, by pages', async () => {
      const { id } = await create();
      await all.connections.update(ws, id, { name: 'Photos' }, { by: 'Grace' });
      await run(id);
      await withoutRoles(() => run(id));
      expect(await kinds(id)).toEqual([
        'status-changed broken Ada',
        'status-changed healthy Ada',
        'renamed draft Grace',
        'created draft Ada',
      ]);
      const [broken, , renamed, created] = await history(id);
      expect(broken!.detail).toBe((await get(id)).statusReason);
      expect(renamed!.detail).toBe('From “Media” to “Photos”.');
      expect(created!.detail).toContain('with the app registration');
      const first = await all.connections.listEvents(ws, id, { limit: 3 });
      const second = await all.connections.listEvents(ws, id, { limit: 3, cursor: first.nextCursor! });
      expect([...first.items, ...second.items]).toEqual(await history(id));
      expect(second.nextCursor).toBeNull();
    });

    test('webhooks get an event for a status that changes, and none for one that stays', async () => {
      const { id } = await create();
      await run(id);
      await run(id);
      await withoutRoles(() => run(id));
      expect((await kinds(id)).filter(kind => kind.startsWith('status'))).toHaveLength(2);
      expect(
        (await webhookEvents()).map(({ type, data }) => [type, data.previousStatus, data.status]),
      ).toEqual([
        ['connection.status_changed', 'draft', 'healthy'],
        ['connection.status_changed', 'healthy', 'broken'],
      ]);
    });
  });

  describe('a location that was wrong', () => {
    const move = (id: string, location: Record<string, string>) =>
      all.connections.relocate(ws, id, location, { by: 'Ada' });
    const at = (container: string) => ({ endpoint: storage.endpoint, container });

    test('is corrected without the secret, and the checks say that it was the location', async () => {
      const { id } = await all.connections.create(ws, {
        name: 'Media',
        location: at('no-such-container'),
        credential: app(),
      });
      const failed = (await run(id)).checks.find(({ status }) => status === 'failed')!;
      expect(failed).toMatchObject({ id: 'list', fix: { setting: 'location' } });
      expect(await get(id)).toMatchObject({ status: 'broken', isSetUp: false });
      const moved = await move(id, at(storage.container));
      expect(moved).toMatchObject({
        status: 'draft',
        statusReason: null,
        location: { container: storage.container },
        credential: { kind: 'azure-app' },
      });
      expect((await kinds(id))[0]).toBe('moved draft Ada');
      expect(await run(id)).toMatchObject({ status: 'healthy' });
      expect(await get(id)).toMatchObject({ isSetUp: true });
    });

    test('stays once there is a source, and the secret goes to no host that others can run', async () => {
      const { id } = await create();
      await expect(
        move(id, { url: 'https://elsewhere.example/media', account: 'acme' }),
      ).rejects.toMatchObject({
        code: 'invalid_location',
        message: expect.stringContaining('elsewhere.example'),
      });
      expect((await move(id, { account: 'acme', container: 'photos' })).location).toMatchObject({
        endpoint: 'https://acme.blob.core.windows.net',
      });
      await all.addSource(id, 1);
      await expect(move(id, at(storage.container))).rejects.toMatchObject({ code: 'conflict' });
      expect(await get(id)).toMatchObject({ location: { container: 'photos' }, isSetUp: true });
    });
  });

  test('what happens while checks run makes no new status of the old one', async () => {
    const { id } = await create();
    await run(id);
    await sql`delete from webhook_deliveries`.execute(all.db);
    await sql`update connections set status = 'verifying' where id = ${id}`.execute(all.db);
    await all.connections.update(ws, id, { name: 'Photos' });
    await run(id);
    expect((await kinds(id)).slice(0, 2)).toEqual(['renamed verifying ', 'status-changed healthy Ada']);
    expect(await webhookEvents()).toEqual([]);
  });

  test('one that is unlinked while its checks run had the status before them', async () => {
    const { id } = await create();
    await run(id);
    await sql`delete from webhook_deliveries`.execute(all.db);
    await sql`update connections set status = 'verifying' where id = ${id}`.execute(all.db);
    await all.connections.unlink(ws, id, 'Ada');
    expect(
      (await webhookEvents()).find(({ type }) => type === 'connection.status_changed')?.data,
    ).toMatchObject({
      previousStatus: 'healthy',
      status: 'unlinked',
    });
  });

  describe('checking again', () => {
    const recheck = () => all.connections.recheckDue(null, NEVER);
    /** As if the time had come. */
    const makeDue = (...ids: string[]) =>
      sql`update connections set next_check_at = now() - interval '1 s' where id = any(${ids}::text[])`.execute(
        all.db,
      );
    const minutesUntilCheck = async (id: string) => minutesUntil((await get(id)).nextCheckAt);

    test('a healthy one in six hours; one that breaks soon, then later and later; mended, in six hours', async () => {
      const { id } = await create();
      await run(id);
      expect(await minutesUntilCheck(id)).toBeGreaterThan(320);
      await withoutRoles(async () => {
        for (const minutes of [1, 2, 4]) {
          await makeDue(id);
          await recheck();
          expect((await get(id)).status).toBe('broken');
          expect(await minutesUntilCheck(id)).toBeGreaterThan(minutes * 0.85);
          expect(await minutesUntilCheck(id)).toBeLessThan(minutes * 1.11);
        }
      });
      await makeDue(id);
      await recheck();
      expect((await get(id)).status).toBe('healthy');
      expect(await minutesUntilCheck(id)).toBeGreaterThan(320);
      expect((await kinds(id)).slice(0, 2)).toEqual(['status-changed healthy ', 'status-changed broken ']);
    });

    test('what is not due, a draft and an unlinked one are left alone; it never says verifying', async () => {
      const draft = await create();
      const healthy = await create();
      const unlinked = await create();
      await Promise.all([healthy, unlinked].map(({ id }) => run(id)));
      await all.connections.unlink(ws, unlinked.id);
      const before = await Promise.all([draft, healthy, unlinked].map(({ id }) => get(id)));
      await recheck();
      expect(await Promise.all([draft, healthy, unlinked].map(({ id }) => get(id)))).toEqual(before);
      await makeDue(healthy.id, unlinked.id);
      const requests = storage.front.hold();
      const running = recheck();
      await requests.held;
      const lease = (20 * 600) / 60;
      await expect.poll(() => minutesUntilCheck(healthy.id)).toBeLessThan(lease + 1);
      expect((await get(healthy.id)).status).toBe('healthy');
      expect(await minutesUntilCheck(healthy.id)).toBeGreaterThan(lease - 1);
      requests.release();
      await running;
      expect(await minutesUntilCheck(healthy.id)).toBeGreaterThan(320);
      expect((await get(unlinked.id)).lastCheckedAt).toBeNull();
      expect((await get(draft.id)).lastCheckedAt).toBeNull();
    });

    test('two workers check a connection once', async () => {
      const { id } = await create();
      await run(id);
      await makeDue(id);
      const asked: unknown[] = [];
      const requests = storage.front.hold({
        when: ({ action }) => action === 'delegate' && asked.push(1) > 0,
      });
      const rechecks = [all.connections, all.elsewhere].map(each => each.recheckDue(null, NEVER));
      await Promise.race(rechecks); // one finds nothing to do while the other runs
      await requests.held;
      requests.release();
      await Promise.all(rechecks);
      expect(asked).toHaveLength(1);
    });

    test('looks from where browsers loaded last, or from where the operator says', async () => {
      const { id } = await create();
      await run(id);
      const preflight = async () =>
        (await all.connections.getChecks(ws, id)).checks.find(check => check.id === 'preflight')!.status;
      await makeDue(id);
      await recheck();
      expect(await preflight()).toBe('passed');
      await makeDue(id);
      await all.connections.recheckDue('https://elsewhere.example', NEVER);
      expect(await preflight()).toBe('failed');
    });
  });

  describe('a credential that ends', () => {
    test('is reported once when 30, 7 and 1 days are left, and separately for the delivery token', async () => {
      const end = Date.parse('2099-01-01T00:00:00Z');
      const deliverySasToken = SAS.replace('srt=co&sp=rl', 'srt=o&sp=r').replace('2099-01-01', '2098-12-20');
      const credential = { kind: 'azure-sas', sasToken: SAS, deliverySasToken } as const;
      const { id } = await all.connections.create(ws, { ...DRAFT, credential });
      const seen: unknown[] = [];
      for (const days of [40, 31, 29, 28, 6, 5, 0.5]) {
        now = () => new Date(end - days * DAY_MS);
        await all.connections.noticeExpiries(NEVER);
        await all.connections.noticeExpiries(NEVER);
        for (const { type, data } of await webhookEvents()) {
          if (data.connectionId === id) seen.push([days, type, data.credential, data.daysLeft]);
        }
        await sql`delete from webhook_deliveries`.execute(all.db);
      }
      const type = 'connection.credential_expiring';
      expect(seen).toEqual([
        [40, type, 'delivery', 28],
        [29, type, 'main', 29],
        [6, type, 'main', 6],
        [0.5, type, 'main', 0],
      ]);
      expect((await kinds(id)).filter(kind => kind.startsWith('warning'))).toHaveLength(4);
      const { warnings } = await get(id);
      expect(warnings.map(({ code }) => code)).toEqual(['credential_expires', 'delivery_credential_expires']);
    });
  });

  describe('replacing the credential', () => {
    test('keeps what is under way with the old one and gives the new one to all that come after', async () => {
      const { id } = await create();
      await run(id);
      const old = (await all.connections.open(ws, id)).provider;
      const first = storage.front.hold({ times: 1, when: ({ action }) => action === 'list' });
      const underWay = old.list(storage.container);
      await first.held;
      const replaced = await all.replace(id, {
        ...sas(),
        deliverySasToken: storage.sas({ permissions: 'r', resourceTypes: 'o' }),
      });
      expect(replaced).toMatchObject({ status: 'healthy', credential: { kind: 'azure-sas' }, revision: 2 });
      first.release();
      expect((await underWay).objects).toHaveLength(1);
      const next = (await all.connections.open(ws, id)).provider;
      expect(next.capabilities.sign).toBe('account');
      expect((await kinds(id))[0]).toBe('credential-replaced healthy Ada');
      await expect
        .poll(async () => (await all.elsewhere.open(ws, id)).provider.capabilities.sign)
        .toBe('account');
    });

    test('one that grants less than is in use is refused, saying what would be lost; the old one stays', async () => {
      const { id } = await create();
      await run(id);
      const refused = (credential: ConnectionCreate['credential'], ...losses: string[]) =>
        expect(all.replace(id, credential)).rejects.toMatchObject({
          code: 'credential_grants_less',
          fields: losses.map(loss => ({ path: 'credential', message: expect.stringContaining(loss) })),
        });
      const before = [await get(id), await history(id)];
      const doesNotWork = (credential: ConnectionCreate['credential'], why: RegExp) =>
        expect(all.replace(id, credential)).rejects.toMatchObject({
          code: 'credential_refused',
          message: expect.stringMatching(why),
          remedy: { steps: expect.arrayContaining([expect.any(String)]) },
        });
      await doesNotWork({ ...app(), clientSecret: 'aWrongSecretThatIsLongEnough' }, /secret/);
      await refused(sas(), 'Browsers load straight from the storage');
      await withoutRoles(async () => {
        storage.front.settings.roleAssignments.push({
          principalId: storage.objectId,
          actions: ROLES['Storage Blob Delegator'],
        });
        await doesNotWork(app(), /^The app /);
        storage.front.settings.roleAssignments.splice(0);
      });
      expect([await get(id), await history(id)]).toEqual(before);
      expect((await all.connections.open(ws, id)).provider.capabilities.sign).toBe('object');
      expect(await all.replace(id, sas(), { acceptLess: true })).toMatchObject({ delivery: 'relay' });
    });

    test('a secret that is left out stays', async () => {
      const { clientSecret: _, ...ids } = app();
      const { id } = await create({ ...app(), clientId: '0f1e2d3c-4b5a-4968-8776-655443322110' });
      expect(await run(id)).toMatchObject({ status: 'broken' });
      expect(await all.replace(id, ids)).toMatchObject({ status: 'healthy', credential: ids });
      await expect(all.replace(id, { kind: 'azure-sas' })).rejects.toMatchObject({
        fields: [{ path: 'credential.sasToken', message: expect.any(String) }],
      });
    });

    test('the containers of all its sources are tried', async () => {
      await storage.createContainer('other').catch(() => {}); // there from the run on the other server
      const { id } = await create(sas());
      const place = sql`update sources set container = 'other', prefix = 'x/' where id = ${await all.addSource(id, 1)}`;
      await place.execute(all.db);
      const containerSas = { kind: 'azure-sas', sasToken: storage.containerSas() } as const;
      await expect(all.replace(id, containerSas)).rejects.toMatchObject({
        code: 'credential_grants_less',
        message: expect.stringContaining('other/x/ cannot be listed'),
      });
      expect((await all.replace(id, sas())).credential).toMatchObject({ sas: { type: 'account' } });
    });

    test('of two at once one wins, and the other gets an error', async () => {
      const { id } = await create(sas());
      const tokens = [7, 8].map(days => sas({ expiresOn: new Date(Date.now() + days * 86_400_000) }));
      const tried = new Set<string>();
      const requests = storage.front.hold({
        when: ({ query }) => query.has('sig') && tried.add(query.get('sig')!).size > 0,
      });
      const replacing = Promise.allSettled(tokens.map(token => all.replace(id, token)));
      await expect.poll(() => tried.size).toBe(2); // both are tried before one is taken
      requests.release();
      const both = await replacing;
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const loser = both.find(each => each.status === 'rejected')!;
      expect(loser.reason).toMatchObject({ code: 'conflict' });
    });

    test('is sealed with the key that seals when its checks end', async () => {
      const { id } = await create(sas());
      const requests = storage.front.hold({ when: ({ query }) => query.has('sig') });
      const replacing = all.replace(id, sas({ expiresOn: new Date(Date.now() + 9 * DAY_MS) }));
      await requests.held;
      const next = newSecretKey();
      all.ring.keys = [next, ...all.ring.keys];
      requests.release();
      await replacing;
      const { rows } = await sql<{ sealed: Buffer }>`
        select credential_sealed as sealed from connections where id = ${id}`.execute(all.db);
      expect(keyIdOf(rows[0]!.sealed)).toBe(nameOf(next));
    });

    test('what nothing uses yet takes any, with what was found of it', async () => {
      const { id } = await create();
      const replaced = await all.replace(id, { ...app(), clientSecret: 'aWrongSecretThatIsLongEnough' });
      expect(replaced.status).toBe('broken');
      expect(replaced.statusReason).toBeTruthy();
    });
  });

  describe('unlinking', () => {
    test('ends all use in every process, and forgets the credential', async () => {
      const { id } = await create();
      await run(id);
      const sourceId = await all.addSource(id, 3);
      const subject = { type: 'source', id: sourceId } as const;
      const sync = await all.operations.start(ws, { kind: 'sync', subject, unit: 'objects' });
      await Promise.all([all.connections, all.elsewhere].map(each => each.open(ws, id)));
      const unlinked = await all.connections.unlink(ws, id, 'Ada');
      expect(unlinked).toMatchObject({
        connection: { id, status: 'unlinked', statusReason: null, nextCheckAt: null, assetCount: 3 },
        cancelledOperationIds: [sync.id],
      });
      expect((await all.operations.get(ws, sync.id)).status).toBe('cancelled');
      const refused = { code: 'connection_unlinked', status: 409 };
      await expect(all.connections.open(ws, id)).rejects.toMatchObject(refused);
      const elsewhere = () =>
        all.elsewhere.open(ws, id).then(
          () => 'opens',
          error => error.code,
        );
      await expect.poll(elsewhere).toBe('connection_unlinked');
      await expect(run(id)).rejects.toMatchObject(refused);
      expect(await all.connections.getChecks(ws, id)).toMatchObject({ status: 'unlinked', checks: [] });
      const { rows } = await sql<{ sealed: unknown }>`
        select credential_sealed as sealed from connections where id = ${id}`.execute(all.db);
      expect(rows).toEqual([{ sealed: null }]);
      expect((await kinds(id))[0]).toBe('unlinked unlinked Ada');
      expect(
        (await webhookEvents())
          .slice(-2)
          .map(({ type }) => type)
          .sort(),
      ).toEqual(['connection.status_changed', 'connection.unlinked']);
    });

    test('asked again it answers the same and sends no event; a new credential links it again', async () => {
      const { id } = await create();
      await run(id);
      const first = await all.connections.unlink(ws, id);
      const count = (await webhookEvents()).length;
      const second = await all.connections.unlink(ws, id);
      expect(second).toEqual({ ...first, cancelledOperationIds: [] });
      expect(await webhookEvents()).toHaveLength(count);
      expect(await all.replace(id, app())).toMatchObject({ status: 'healthy' });
      expect((await kinds(id)).slice(0, 2)).toEqual([
        'status-changed healthy Ada',
        'linked-again unlinked Ada',
      ]);
      await all.connections.open(ws, id);
    });

    test('says how to revoke in Azure what each kind of credential leaves', async () => {
      const texts = async (credential: ConnectionCreate['credential']) => {
        const { id } = await create(credential);
        const { revoke } = await all.connections.unlink(ws, id);
        return revoke.snippets.map(({ text }) => text).join('\n');
      };
      const ofApp = await texts(app());
      expect(ofApp).toContain('az storage account revoke-delegation-keys');
      expect(ofApp).toContain('az role assignment delete');
      expect(ofApp).toContain(`az ad app credential delete --id ${storage.app.clientId}`);
      expect(ofApp).not.toContain(storage.app.clientSecret);
      const ofSas = await texts(sas());
      expect(ofSas).toContain('az storage account keys renew --account-name acme --key primary');
      expect(ofSas).not.toContain('sig=');
    });

    test('a run of checks under way does not bring it back', async () => {
      const { id } = await create();
      const first = storage.front.hold({ times: 1 });
      const running = expect(run(id)).rejects.toMatchObject({ code: 'connection_unlinked' });
      await expect.poll(async () => (await get(id)).status).toBe('verifying');
      await first.held;
      await all.connections.unlink(ws, id);
      first.release();
      await running;
      expect((await get(id)).status).toBe('unlinked');
    });
  });

  test('overlaps are said of both, but not of those that are removed or in another workspace', async () => {
    const place = (url: string, name: string) =>
      all.connections.create(ws, { ...DRAFT, name, location: { url } });
    const whole = await place('https://127.0.0.1:9/overlapping/photos/', 'Whole');
    const part = await place('https://127.0.0.1:9/overlapping/photos/2026/', 'Part');
    const gone = await place('https://127.0.0.1:9/overlapping/photos/', 'Gone');
    await all.connections.remove(ws, gone.id);
    expect((await get(whole.id)).overlaps).toEqual([
      { connectionId: part.id, name: 'Part', relation: 'inside' },
    ]);
    expect((await get(part.id)).overlaps).toEqual([
      { connectionId: whole.id, name: 'Whole', relation: 'contains' },
    ]);
  });
});
