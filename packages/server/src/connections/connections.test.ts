import { systemClock } from '@mooring/storage/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testServers } from '../platform/database/testing.ts';
import {
  CLIENT_SECRET,
  createTestConnections,
  DRAFT,
  GUID,
  SAS,
  SIG,
  type TestConnections,
} from './testing.ts';

const OTHER_WORKSPACE = 'ws_11111111111111111111';
const NOT_FOUND = expect.objectContaining({ code: 'not_found' });

describe.each(testServers)('connections on $name', server => {
  let all: TestConnections;
  let ws: string;
  beforeAll(async () => {
    all = await createTestConnections(server, { clock: systemClock });
    ws = all.workspaceId;
  });
  afterAll(() => all.close());
  const create = (change = {}) => all.connections.create(ws, { ...DRAFT, ...change });

  describe('making and finding', () => {
    test('a new one is a draft, with its location in normal form and without its secret', async () => {
      const made = await create();
      expect(made).toEqual({
        id: expect.stringMatching(/^con_/),
        name: 'Photos',
        provider: 'azure',
        accessMode: 'server',
        location: {
          account: 'acme',
          endpoint: 'https://127.0.0.1:9/acme',
          container: 'photos',
          prefix: 'x/',
        },
        credential: { kind: 'azure-app', tenantId: GUID, clientId: GUID },
        renditionPrefix: null,
        ownership: null,
        delivery: 'direct',
        warnings: [],
        overlaps: [],
        status: 'draft',
        statusReason: null,
        isSetUp: false,
        lastCheckedAt: null,
        nextCheckAt: null,
        assetCount: 0,
        revision: 1,
        createdAt: expect.any(String),
        updatedAt: made.createdAt,
      });
      expect(await all.connections.get(ws, made.id)).toEqual(made);
    });

    test('a SAS is relayed, with a delivery token direct', async () => {
      const deliverySasToken = SAS.replace('srt=co&sp=rl', 'srt=o&sp=r');
      const relayed = await create({ credential: { kind: 'azure-sas', sasToken: `?${SAS}` } });
      const direct = await create({ credential: { kind: 'azure-sas', sasToken: SAS, deliverySasToken } });
      expect([relayed.delivery, direct.delivery]).toEqual(['relay', 'direct']);
      expect(relayed.credential).toMatchObject({ sas: { permissions: 'rl' }, deliverySas: null });
    });

    test('the list is in order, by pages, with the numbers of assets, and of one workspace only', async () => {
      const made: string[] = [];
      for (let i = 0; i < 3; i++) made.push((await create({ name: `n${i}` })).id);
      await all.addSource(made[1]!, 3);
      await all.addSource(made[1]!, 4);
      const seen = [];
      let cursor: string | undefined;
      do {
        const page = await all.connections.list(ws, { cursor, limit: 2 });
        expect(page.items.length).toBeLessThanOrEqual(2);
        seen.push(...page.items);
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      // Those of one millisecond are in any order.
      expect(seen.slice(-3).map(({ id, assetCount }) => [id, assetCount])).toEqual(
        made.toSorted().map(id => [id, id === made[1] ? 7 : 0]),
      );
      expect(seen.map(({ id }) => id)).toEqual(seen.map(({ id }) => id).sort());
      expect(await all.connections.list(OTHER_WORKSPACE, { limit: 10 })).toEqual({
        items: [],
        nextCursor: null,
      });
      await expect(all.connections.get(OTHER_WORKSPACE, made[0]!)).rejects.toThrow(NOT_FOUND);
      await expect(all.connections.open(OTHER_WORKSPACE, made[0]!)).rejects.toThrow(NOT_FOUND);
    });

    test('what is not valid is not stored', async () => {
      const before = (await all.connections.list(ws, { limit: 1000 })).items.length;
      await expect(create({ location: { account: 'Acme', container: 'photos' } })).rejects.toThrow(
        expect.objectContaining({ code: 'invalid_location' }),
      );
      await expect(create({ credential: { kind: 'azure-sas', sasToken: 'x' } })).rejects.toThrow(
        expect.objectContaining({ code: 'sas_malformed' }),
      );
      await expect(create({ name: 'a\0b' })).rejects.toThrow(
        expect.objectContaining({ code: 'invalid_request' }),
      );
      expect((await all.connections.list(ws, { limit: 1000 })).items).toHaveLength(before);
    });

    test('no secret is stored in clear', async () => {
      await create();
      await create({ credential: { kind: 'azure-sas', sasToken: SAS } });
      const dump = await all.dump();
      expect(dump).toContain('Photos');
      const hex = (text: string) => Buffer.from(text).toString('hex');
      for (const secret of [CLIENT_SECRET, SIG, encodeURIComponent(SIG)]) {
        for (const form of [
          secret,
          hex(secret),
          hex(hex(secret)),
          Buffer.from(secret).toString('base64').slice(0, 20),
        ]) {
          expect(dump).not.toContain(form);
        }
      }
      expect(all.lines.join()).not.toMatch(/aB18Q~|q8f3Zb/);
    });
  });

  describe('changing', () => {
    test('a new name raises the revision and leaves the rest', async () => {
      const made = await create();
      const renamed = await all.connections.update(ws, made.id, { name: 'Renamed' }, { ifRevision: 1 });
      expect(renamed).toEqual({ ...made, name: 'Renamed', revision: 2, updatedAt: renamed.updatedAt });
      expect(await all.connections.get(ws, made.id)).toEqual(renamed);
      expect(await all.connections.update(ws, made.id, {})).toEqual(renamed);
    });

    test('a change made for an older revision is refused; of two at once one wins', async () => {
      const { id } = await create();
      const names = ['a', 'b', 'c', 'd'];
      const outcomes = await Promise.allSettled(
        names.map(name => all.connections.update(ws, id, { name }, { ifRevision: 1 })),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      await expect(all.connections.update(ws, id, { name: 'x' }, { ifRevision: 1 })).rejects.toThrow(
        expect.objectContaining({
          code: 'stale_revision',
          message: 'The settings are at revision 2; the change was made for revision 1.',
        }),
      );
    });

    test('a new credential, of another kind too, takes the place of the old one with what was found of it', async () => {
      const { id } = await create();
      const changed = await all.replace(id, { kind: 'azure-sas', sasToken: SAS });
      expect(changed).toMatchObject({
        credential: { kind: 'azure-sas' },
        delivery: 'relay',
        status: 'broken',
        lastCheckedAt: expect.any(String),
        revision: 2,
      });
      const { checks } = await all.connections.getChecks(ws, id);
      expect(checks.find(({ status }) => status === 'failed')!.observed).toBe(changed.statusReason);
    });

    test('the status beside the results of checks is theirs at once', async () => {
      const { id } = await create();
      expect((await all.connections.getChecks(ws, id)).status).toBe('draft');
      await all.connections.runChecks(ws, id, {
        origins: [],
        signal: new AbortController().signal,
        onCheck() {},
      });
      expect((await all.connections.getChecks(ws, id)).status).toBe('broken');
    });

    test('a credential that is refused changes nothing', async () => {
      const made = await create();
      const credential = { kind: 'azure-sas', sasToken: SAS.replace('sp=rl', 'sp=r') } as const;
      await expect(all.replace(made.id, credential)).rejects.toThrow(
        expect.objectContaining({ code: 'sas_missing_permission' }),
      );
      expect(await all.connections.get(ws, made.id)).toEqual(made);
    });
  });

  describe('opening', () => {
    test('everybody shares one provider, also after a new name', async () => {
      const { id } = await create();
      const opened = await Promise.all(Array.from({ length: 5 }, () => all.connections.open(ws, id)));
      expect(new Set(opened.map(({ provider }) => provider)).size).toBe(1);
      await all.connections.update(ws, id, { name: 'Renamed' });
      const open = () => all.connections.open(ws, id);
      await expect.poll(async () => (await open()).connection.name).toBe('Renamed');
      expect((await open()).provider).toBe(opened[0]!.provider);
    });

    test('a new credential makes a new provider, here at once and elsewhere soon', async () => {
      const { id } = await create();
      const here = await all.connections.open(ws, id);
      const there = await all.elsewhere.open(ws, id);
      await all.replace(id, { kind: 'azure-sas', sasToken: SAS });
      expect((await all.connections.open(ws, id)).provider).not.toBe(here.provider);
      const isOld = async () => (await all.elsewhere.open(ws, id)).provider === there.provider;
      await expect.poll(isOld).toBe(false);
    });

    test('a removed one is refused, here at once and elsewhere soon', async () => {
      const { id } = await create();
      await all.connections.open(ws, id);
      await all.elsewhere.open(ws, id);
      await all.connections.remove(ws, id);
      await expect(all.connections.open(ws, id)).rejects.toThrow(NOT_FOUND);
      const opening = () => all.elsewhere.open(ws, id).catch(error => error.code);
      await expect.poll(opening).toBe('not_found');
    });

    test('a secret that was moved to another row does not open', async () => {
      const [a, b] = [await create(), await create()];
      const row = await all.db
        .selectFrom('connections')
        .select('credential_sealed')
        .where('id', '=', a.id)
        .executeTakeFirstOrThrow();
      await all.db.updateTable('connections').set(row).where('id', '=', b.id).execute();
      await expect(all.connections.open(ws, b.id)).rejects.toThrow('damaged or belongs to another row');
    });
  });

  describe('removing', () => {
    test('ends all use at once, cancels syncs and starts an operation, the same one however often asked', async () => {
      const { id } = await create();
      const sourceId = await all.addSource(id, 5);
      const sync = await all.operations.start(ws, {
        kind: 'sync',
        subject: { type: 'source', id: sourceId },
        unit: 'objects',
      });
      const operation = await all.connections.remove(ws, id);
      expect(operation).toMatchObject({
        kind: 'remove-connection',
        subject: { type: 'connection', id },
        status: 'queued',
      });
      expect((await all.operations.get(ws, sync.id)).status).toBe('cancelled');
      const again = await Promise.all([all.connections.remove(ws, id), all.elsewhere.remove(ws, id)]);
      expect(again.map(each => each.id)).toEqual([operation.id, operation.id]);
      const options = { origins: [], signal: new AbortController().signal, onCheck() {} };
      await expect(all.connections.get(ws, id)).rejects.toThrow(NOT_FOUND);
      await expect(all.connections.update(ws, id, { name: 'x' })).rejects.toThrow(NOT_FOUND);
      await expect(all.connections.runChecks(ws, id, options)).rejects.toThrow(NOT_FOUND);
      await expect(all.connections.getChecks(ws, id)).rejects.toThrow(NOT_FOUND);
      const { items } = await all.connections.list(ws, { limit: 1000 });
      expect(items.map(each => each.id)).not.toContain(id);
    });

    test('of two requests at once, both get the one operation', async () => {
      const { id } = await create();
      const both = await Promise.all([all.connections.remove(ws, id), all.elsewhere.remove(ws, id)]);
      expect(both[0]!.id).toBe(both[1]!.id);
    });

    test('after the operation came to nothing another one is started, after it succeeded it is the answer', async () => {
      const { id } = await create();
      const first = await all.connections.remove(ws, id);
      await all.operations.cancel(ws, first.id);
      const second = await all.connections.remove(ws, id);
      expect(second.id).not.toBe(first.id);
      await all.db
        .updateTable('operations')
        .set({ status: 'succeeded' })
        .where('id', '=', second.id)
        .execute();
      await all.db.deleteFrom('connections').where('id', '=', id).execute();
      expect(await all.connections.remove(ws, id)).toMatchObject({ id: second.id, status: 'succeeded' });
    });

    test('asked for by many at once, no request waits for ever', async () => {
      const { id } = await create();
      const many = await Promise.all(Array.from({ length: 30 }, () => all.connections.remove(ws, id)));
      expect(new Set(many.map(operation => operation.id)).size).toBe(1);
    });

    test('of one that never was is refused', async () => {
      await expect(all.connections.remove(ws, 'con_none')).rejects.toThrow(NOT_FOUND);
      const { id } = await create();
      await expect(all.connections.remove(OTHER_WORKSPACE, id)).rejects.toThrow(NOT_FOUND);
    });
  });
});
