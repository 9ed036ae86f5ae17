import { randomBytes } from 'node:crypto';
import { type AuditEntry, auditText, NO_HASH } from '@mooring/contract';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Schema } from '../catalogue/schema.ts';
import { createTestDatabase, type TestDatabase, testServers } from '../platform/database/testing.ts';
import { newId } from '../platform/ids.ts';
import { sha256 } from './append.ts';
import { createAudit } from './audit.ts';
import type { By } from './entry.ts';

const DAY_MS = 86_400_000;
const never = new AbortController().signal;

describe.each(testServers)('the audit on $name', server => {
  let database: TestDatabase<Schema>;
  let workspaceId: string;
  let now: Date;
  const clock = { now: () => now };
  beforeAll(async () => {
    database = await createTestDatabase<Schema>(server);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    now = new Date('2026-11-22T10:00:00Z');
    workspaceId = await newWorkspace();
  });

  async function newWorkspace(): Promise<string> {
    const id = newId('workspace');
    await database.db.insertInto('workspaces').values({ id, name: 'W', created_at: now }).execute();
    return id;
  }
  /** Another process is another one of these. */
  const open = () => createAudit({ db: database.db, clock });
  const ada: By = {
    caller: { via: 'session', id: newId('member'), name: 'Ada', sessionId: newId('session') },
    address: '192.0.2.1',
  };
  const act = (name: string, by = ada) =>
    ({ ...by, action: 'token.created', subjectId: newId('token'), detail: { name } }) as const;
  const query = { order: 'oldest', limit: 1000 } as const;
  const all = async (of = workspaceId): Promise<AuditEntry[]> => (await open().list(of, query)).items;

  /** Every hash is right, and each entry holds the one before. */
  async function expectChain(entries: readonly AuditEntry[]): Promise<void> {
    const { firstSeq, lastSeq, lastHash, removed } = await open().get(workspaceId);
    let previousHash = removed?.hash ?? NO_HASH;
    for (const [index, entry] of entries.entries()) {
      expect(entry).toMatchObject({ seq: firstSeq + index, previousHash });
      expect(sha256(auditText(entry))).toBe(entry.hash);
      previousHash = entry.hash;
    }
    expect([lastSeq, lastHash]).toEqual([firstSeq + entries.length - 1, previousHash]);
  }

  test('an act is an entry once it has ended, with who did it and what it was done to', async () => {
    const audit = open();
    const begun = await audit.begin(workspaceId, act('a'));
    expect(await all()).toEqual([]);
    now = new Date('2026-11-22T10:00:01Z');
    await begun.ended('done', { subjectId: 'tok_1' });
    const refused = await audit.begin(workspaceId, act('refused'));
    await refused.refused();
    await audit.settle(never);
    const entries = await all();
    expect(entries).toEqual([
      {
        ...{ seq: 1, at: now.toISOString(), action: 'token.created', outcome: 'done' },
        ...{ ...ada, subjectId: 'tok_1', assetIds: [], detail: { name: 'a' } },
        ...{ previousHash: NO_HASH, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      },
    ]);
    await expectChain(entries);
  });

  test('an act of a server that died is an entry whose outcome is unknown', async () => {
    await open().begin(workspaceId, act('died'));
    now = new Date(now.getTime() + 15 * 60_000);
    await open().settle(never); // it may still be under way
    expect(await all()).toEqual([]);
    now = new Date(now.getTime() + 1);
    await Promise.all([open().settle(never), open().settle(never)]);
    const entries = await all();
    expect(entries).toMatchObject([
      { outcome: 'unknown', at: '2026-11-22T10:00:00.000Z', detail: { name: 'died' } },
    ]);
    await expectChain(entries);
  });

  test('processes that write at the same time make one chain', async () => {
    const servers = Array.from({ length: 4 }, open);
    await servers[0]!.update(workspaceId, { recordsReads: true });
    const assetIds = Array.from({ length: 400 }, () => newId('asset'));
    await Promise.all(
      assetIds.map(async (assetId, i) => {
        const audit = servers[i % servers.length]!;
        await audit.reads.record(workspaceId, {
          ...{ action: 'asset.signed', by: ada, connectionId: 'con_1', endsAt: now },
          assetIds: [assetId],
        });
        if (i % 40 === 0) await audit.record(workspaceId, act(`${i}`));
      }),
    );
    const entries = await all();
    await expectChain(entries);
    const signed = entries.filter(({ action }) => action === 'asset.signed');
    expect(signed.flatMap(entry => entry.assetIds).sort()).toEqual(assetIds.sort());
    // Those that came while a write was under way were written together.
    expect(signed.length).toBeLessThan(assetIds.length / 4);
  });

  test('what cannot be written fails those that wait for it, and no others', async () => {
    const audit = open();
    await audit.update(workspaceId, { recordsReads: true });
    const read = (connectionId: string) =>
      audit.reads.record(workspaceId, {
        ...{ action: 'asset.signed', by: ada, connectionId, endsAt: null },
        assetIds: ['ast_1'],
      });
    const lost = read('\0'); // PostgreSQL cannot hold it
    const together = expect(lost).rejects.toThrow();
    await together;
    await read('con_1');
    expect(await all()).toMatchObject([{ subjectId: 'con_1' }]);
  });

  test('reads are written down only where the workspace wants it, each caller apart', async () => {
    const audit = open();
    const read = (by: By, assetIds: string[], endsAt: Date | null = null) =>
      audit.reads.record(workspaceId, {
        action: 'asset.thumbnail',
        by,
        connectionId: null,
        assetIds,
        endsAt,
      });
    await read(ada, ['ast_1']);
    expect(await all()).toEqual([]);
    await audit.update(workspaceId, { recordsReads: true });
    const bob: By = { ...ada, caller: { ...ada.caller, id: newId('member'), name: 'Bob' } };
    const first = read(ada, ['ast_0']); // those below gather while it is written
    await Promise.all([first, read(ada, ['ast_1']), read(bob, ['ast_1']), read(ada, ['ast_1', 'ast_2'])]);
    expect((await all()).map(({ caller, assetIds }) => [caller.name, assetIds])).toEqual([
      ['Ada', ['ast_0']],
      ['Ada', ['ast_1', 'ast_2']],
      ['Bob', ['ast_1']],
    ]);
    await audit.update(workspaceId, { recordsReads: false });
    await read(ada, ['ast_3']);
    expect(await all()).toHaveLength(3);
  });

  test('another process notices within five seconds what the workspace wants', async () => {
    const [audit, other] = [open(), open()];
    expect(await other.reads.isWanted(workspaceId)).toBe(false);
    await audit.update(workspaceId, { recordsReads: true });
    now = new Date(now.getTime() + 4999);
    expect(await other.reads.isWanted(workspaceId)).toBe(false);
    now = new Date(now.getTime() + 1);
    expect(await other.reads.isWanted(workspaceId)).toBe(true);
  });

  test('entries are found by time, caller, action and asset, page by page', async () => {
    const audit = open();
    await audit.update(workspaceId, { recordsReads: true });
    const bob: By = { ...ada, caller: { ...ada.caller, id: newId('member'), name: 'Bob' } };
    await audit.record(workspaceId, act('1'));
    now = new Date('2026-11-22T11:00:00Z');
    await audit.record(workspaceId, act('2', bob));
    await audit.reads.record(workspaceId, {
      ...{ action: 'asset.relayed', by: bob, connectionId: 'con_1', endsAt: now },
      assetIds: ['ast_1', 'ast_2'],
    });
    now = new Date('2026-11-22T12:00:00Z');
    await audit.record(workspaceId, { ...act('4'), action: 'token.revoked' });
    const seqs = async (filter: object) =>
      (await audit.list(workspaceId, { ...query, ...filter })).items.map(({ seq }) => seq);
    expect(await seqs({})).toEqual([1, 2, 3, 4]);
    expect(await seqs({ order: 'newest' })).toEqual([4, 3, 2, 1]);
    expect(await seqs({ from: '2026-11-22T11:00:00Z', to: '2026-11-22T12:00:00Z' })).toEqual([2, 3]);
    expect(await seqs({ callerId: bob.caller.id! })).toEqual([2, 3]);
    expect(await seqs({ action: 'token.revoked' })).toEqual([4]);
    expect(await seqs({ assetId: 'ast_2' })).toEqual([3]);
    expect(await seqs({ assetId: 'ast_3' })).toEqual([]);
    expect(await seqs({ callerId: ada.caller.id!, from: '2026-11-22T11:30:00Z' })).toEqual([4]);
    const page = await audit.list(workspaceId, { order: 'newest', limit: 3 });
    expect(page.items.map(({ seq }) => seq)).toEqual([4, 3, 2]);
    expect(await seqs({ order: 'newest', cursor: page.nextCursor })).toEqual([1]);
    await expect(seqs({ cursor: 'x' })).rejects.toMatchObject({ code: 'invalid_request' });
    expect((await audit.list(await newWorkspace(), query)).items).toEqual([]);
  });

  test('old entries go, and what is left can still be verified', async () => {
    const audit = open();
    for (let day = 0; day < 6; day++) {
      await audit.record(workspaceId, act(`${day}`));
      now = new Date(now.getTime() + DAY_MS);
    }
    await audit.update(workspaceId, { keepDays: 3 });
    const before = await all();
    await audit.prune(never);
    const after = await all();
    expect(after.map(({ seq, action }) => [seq, action])).toEqual([
      [4, 'token.created'],
      [5, 'token.created'],
      [6, 'token.created'],
      [7, 'audit.pruned'],
    ]);
    const removed = { seq: 3, hash: before[2]!.hash };
    expect(await audit.get(workspaceId)).toMatchObject({ firstSeq: 4, lastSeq: 7, removed, keepDays: 3 });
    expect(after.at(-1)).toMatchObject({
      caller: { via: 'server' },
      detail: { entries: 3, throughSeq: 3, throughHash: removed.hash },
    });
    await expectChain(after);
    await audit.prune(never);
    expect(await all()).toHaveLength(4);
    await audit.update(workspaceId, { keepDays: null });
    now = new Date(now.getTime() + 100 * DAY_MS);
    await audit.prune(never);
    expect(await all()).toHaveLength(4);
  });

  test('no entry is changed or removed by mistake', async () => {
    await open().record(workspaceId, act('a'));
    for (const mistake of [
      sql`update audit_entries set detail = '{}'`,
      sql`update audit_entries set seq = seq + 1`,
      sql`delete from audit_entries where workspace_id = ${workspaceId}`,
    ]) {
      await expect(mistake.execute(database.db)).rejects.toThrow(/Entries of the audit are/);
    }
    await expectChain(await all());
  });

  test('texts of any kind keep their hash', async () => {
    const audit = open();
    for (const name of ['\0', '\ud800', '"\\\n', '𝔘', 'x'.repeat(9000), randomBytes(64).toString('latin1')])
      await audit.record(workspaceId, { ...act(name), detail: { name, 10: 1.5, 9: true, none: null } });
    await expectChain(await all());
  });
});
