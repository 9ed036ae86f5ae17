import { OPERATION_KINDS, type Operation, type OperationKind, operation } from '@mooring/contract';
import { systemClock } from '@mooring/storage/server';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { testServers } from '../platform/database/testing.ts';
import { createLease } from './lease.ts';
import type { OperationStart } from './start.ts';
import { takeOperation } from './take-operation.ts';
import { createOperationsDatabase, WORKSPACE } from './testing.ts';
import { openProcess, type TestProcess } from './testing-process.ts';

describe.each(testServers)('operations on $name', server => {
  let database: Awaited<ReturnType<typeof createOperationsDatabase>>;
  let own: TestProcess;
  let subjects = 0;
  beforeAll(async () => {
    database = await createOperationsDatabase(server);
    own = await openProcess(database.poolConfig);
  });
  afterEach(() => sql`delete from operations`.execute(own.db)); // so that each test takes its own
  afterAll(async () => {
    await own.close();
    await database.drop();
  });

  const newSubject = () => ({ type: 'source' as const, id: `src_${++subjects}` });
  const start = (subject = newSubject()) =>
    own.operations.start(WORKSPACE, { kind: 'sync', subject, unit: 'objects' });
  const makeDue = () => sql`update operations set due_at = now()`.execute(own.db);
  /** Takes an operation up by hand, as a worker would. */
  async function takeUpByHand({ id }: Operation) {
    const taken = await takeOperation(['sync'], { db: own.db, session: own.session, clock: systemClock });
    if (taken?.row.id !== id) throw new Error(`${id} could not be taken up`);
    return { ...taken, ...createLease(taken.row, { clock: systemClock }) };
  }

  test('a started operation is queued, with nothing done', async () => {
    const operation = await start();
    expect(operation).toMatchObject({ status: 'queued', done: 0, total: null, attempts: 0, errorCount: 0 });
    expect(await own.operations.get(WORKSPACE, operation.id)).toEqual(operation);
  });

  test('operations of every kind are what the contract says', async () => {
    const kinds = Object.keys(OPERATION_KINDS) as OperationKind[];
    for (const kind of kinds) {
      const subject = { type: OPERATION_KINDS[kind].subject.shape.type.value, id: 'any' };
      await own.operations.start(WORKSPACE, { kind, subject, unit: 'objects' } as OperationStart);
    }
    const { items } = await own.operations.list(WORKSPACE, {}, { limit: 10 });
    expect(items.map(item => operation.parse(item))).toEqual(items);
    expect(items.map(({ kind }) => kind).toSorted()).toEqual(kinds.toSorted());
  });

  test('what was started in a transaction that rolls back is not there', async () => {
    const subject = newSubject();
    const failing = own.db.transaction().execute(async trx => {
      await own.operations.start(WORKSPACE, { kind: 'sync', subject, unit: 'objects' }, trx);
      throw new Error('roll back');
    });
    await expect(failing).rejects.toThrow('roll back');
    expect((await own.operations.list(WORKSPACE, { subjectId: subject.id }, { limit: 10 })).items).toEqual(
      [],
    );
  });

  test('of many starts at once for one subject one wins, and the others get its id', async () => {
    const subject = newSubject();
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => start(subject)));
    const started = results.filter(result => result.status === 'fulfilled');
    const refused = results.filter(result => result.status === 'rejected');
    expect(started).toHaveLength(1);
    for (const { reason } of refused) {
      expect(reason).toMatchObject({ code: 'sync_already_running', operationId: started[0]!.value.id });
    }
    await own.operations.cancel(WORKSPACE, started[0]!.value.id);
    await expect(start(subject)).resolves.toMatchObject({ status: 'queued' });
  });

  test('another workspace sees nothing of it', async () => {
    const { id } = await start();
    await expect(own.operations.get('ws_other', id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(own.operations.cancel('ws_other', id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(own.operations.listErrors('ws_other', id, { limit: 1 })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('lists newest first, page by page, by status and subject', async () => {
    const subject = newSubject();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) {
      const { id } = await start(subject);
      ids.unshift(id);
      await own.operations.cancel(WORKSPACE, id);
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const filter = { subjectId: subject.id, status: 'cancelled' as const };
      const page = await own.operations.list(WORKSPACE, filter, { cursor, limit: 2 });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(ids);
    const running = await own.operations.list(
      WORKSPACE,
      { subjectId: subject.id, status: 'running' },
      { limit: 2 },
    );
    expect(running).toEqual({ items: [], nextCursor: null });
    const wrong = own.operations.list(WORKSPACE, {}, { cursor: 'x', limit: 2 });
    await expect(wrong).rejects.toMatchObject({ code: 'invalid_request' });
  });

  test('a queued operation is cancelled at once and is never taken up', async () => {
    const operation = await start();
    expect(await own.operations.cancel(WORKSPACE, operation.id)).toMatchObject({ status: 'cancelled' });
    await expect(takeUpByHand(operation)).rejects.toThrow('could not be taken up');
    const again = await own.operations.cancel(WORKSPACE, operation.id);
    expect(again).toMatchObject({ status: 'cancelled', attempts: 0 });
  });

  test('saves what it is given and leaves the rest', async () => {
    const run = await takeUpByHand(await start());
    const counts = { listed: 1, added: 1, changed: 0, removed: 0, restored: 0, unchanged: 0, skipped: 0 };
    await own.db
      .transaction()
      .execute(trx => run.save(trx, { done: 1, total: 9, counts, checkpoint: { at: 'a' } }));
    // More than were expected: how many there are is not known.
    await own.db.transaction().execute(trx => run.save(trx, { done: 2, total: 1 }));
    expect(await own.operations.get(WORKSPACE, run.row.id)).toMatchObject({
      done: 2,
      total: null,
      counts,
      attempts: 1,
    });
    await own.db.transaction().execute(trx => run.settle(trx, { type: 'succeeded' }));
    const end = await own.operations.get(WORKSPACE, run.row.id);
    expect(end).toMatchObject({ status: 'succeeded', done: 2, counts });
    expect(end.durationMs).toBeGreaterThanOrEqual(0);
    expect(await own.operations.cancel(WORKSPACE, run.row.id)).toEqual(end);
    await run.lock.release();
  });

  test('a worker that was given up for dead can write no more', async () => {
    const operation = await start();
    const stale = await takeUpByHand(operation);
    await stale.lock.release();
    await makeDue();
    const fresh = await takeUpByHand(operation);
    const save = own.db.transaction().execute(trx => stale.save(trx, { done: 99 }));
    await expect(save).rejects.toMatchObject({ name: 'LeaseLost' });
    const errors = [{ item: 'a', code: 'b', message: 'c' }];
    const add = own.db.transaction().execute(trx => stale.addErrors(trx, errors));
    await expect(add).rejects.toMatchObject({ name: 'LeaseLost' });
    await own.db.transaction().execute(trx => stale.settle(trx, { type: 'succeeded' }));
    await own.db.transaction().execute(trx => fresh.save(trx, { done: 1 }));
    const now = await own.operations.get(WORKSPACE, operation.id);
    expect(now).toMatchObject({ status: 'running', done: 1, errorCount: 0, attempts: 2 });
    await fresh.lock.release();
  });

  test('errors are counted, kept in order, and paged', async () => {
    const run = await takeUpByHand(await start());
    const batch = (from: number, count: number) =>
      Array.from({ length: count }, (_, i) => ({
        item: `${from + i}.jpg`,
        code: 'storage_failed',
        message: `at https://acme.blob.core.windows.net/c/k?sig=SECRET`,
        fix: 'Try again.',
      }));
    await own.db.transaction().execute(trx => run.addErrors(trx, batch(0, 9_999)));
    await own.db.transaction().execute(trx => run.addErrors(trx, batch(9_999, 5)));
    expect(await own.operations.get(WORKSPACE, run.row.id)).toMatchObject({ errorCount: 10_004 });
    const items: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await own.operations.listErrors(WORKSPACE, run.row.id, { cursor, limit: 1000 });
      items.push(...page.items.map(({ item }) => item));
      expect(page.items[0]!.message).not.toContain('SECRET');
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(items).toEqual(Array.from({ length: 10_000 }, (_, i) => `${i}.jpg`));
    await run.lock.release();
  });

  test('a failure that may pass is retried, later each time, and not for ever', async () => {
    const operation = await start();
    const problem = { code: 'storage_unreachable', detail: 'No answer.', fix: 'Wait.' };
    const waits: number[] = [];
    for (;;) {
      const run = await takeUpByHand(operation);
      const wait = await own.db.transaction().execute(async trx => {
        await run.settle(trx, { type: 'retry', problem, leastSeconds: 0 });
        const { rows } = await sql<{ seconds: number }>`
          select extract(epoch from due_at - now())::int as seconds from operations where id = ${operation.id}`.execute(
          trx,
        );
        return rows[0]!.seconds;
      });
      await run.lock.release();
      const now = await own.operations.get(WORKSPACE, operation.id);
      expect(now.problem).toEqual(problem);
      if (now.status === 'failed') break;
      expect(now.status).toBe('queued');
      waits.push(wait);
      await expect(takeUpByHand(operation)).rejects.toThrow('could not be taken up'); // not before its time
      await makeDue();
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
  });

  test('watching yields the state, each change, and the end', async () => {
    const operation = await start();
    const seen: string[] = [];
    const watching = (async () => {
      for await (const { status, done } of own.operations.watch(
        WORKSPACE,
        operation.id,
        new AbortController().signal,
      )) {
        seen.push(`${status} ${done}`);
      }
    })();
    await expect.poll(() => seen).toEqual(['queued 0']);
    const run = await takeUpByHand(operation);
    await expect.poll(() => seen).toEqual(['queued 0', 'running 0']);
    const before = performance.now();
    for (let done = 1; done <= 50; done++) {
      await own.db.transaction().execute(trx => run.save(trx, { done }));
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    const lookedAt = (performance.now() - before) / 200;
    await own.db.transaction().execute(trx => run.settle(trx, { type: 'succeeded' }));
    await watching;
    await run.lock.release();
    expect(seen.at(-1)).toBe('succeeded 50');
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.length).toBeLessThanOrEqual(lookedAt + 4);
  });

  test('watching ends when it is no longer wanted', async () => {
    const { id } = await start();
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    const seen = await Array.fromAsync(own.operations.watch(WORKSPACE, id, abort.signal));
    expect(seen).toHaveLength(1);
    const missing = Array.fromAsync(own.operations.watch(WORKSPACE, 'op_none', new AbortController().signal));
    await expect(missing).rejects.toMatchObject({ code: 'not_found' });
  });
});
