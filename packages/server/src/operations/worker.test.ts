import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Operation } from '@mooring/contract';
import { ProviderError } from '@mooring/storage/server';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testServers } from '../platform/database/testing.ts';
import { newId } from '../platform/ids.ts';
import { MooringError } from '../platform/problem.ts';
import type { OperationHandler, OperationRun } from './handler.ts';
import { createOperationsDatabase, effectsOf, OTHER_WORKSPACE, steps, WORKSPACE } from './testing.ts';
import { countingHandler, openProcess, type TestProcess } from './testing-process.ts';

describe.each(testServers)('a worker on $name', server => {
  let database: Awaited<ReturnType<typeof createOperationsDatabase>>;
  let own: TestProcess;
  const children: ChildProcess[] = [];
  let subjects = 0;
  beforeAll(async () => {
    database = await createOperationsDatabase(server);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    own = await openProcess(database.poolConfig);
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await own.close();
  });

  const start = (workspaceId = WORKSPACE) =>
    own.operations.start(workspaceId, {
      kind: 'sync',
      subject: { type: 'source', id: `src_${++subjects}` },
      unit: 'steps',
    });
  const get = (id: string, workspaceId = WORKSPACE) => own.operations.get(workspaceId, id);
  const ended = async (id: string): Promise<Operation> =>
    (await Array.fromAsync(own.operations.watch(WORKSPACE, id, AbortSignal.timeout(170_000)))).at(-1)!;
  const until = (id: string, reached: (operation: Operation) => boolean) =>
    expect.poll(async () => reached(await get(id)), { interval: 20 }).toBe(true);

  async function startProcess(total: number, stepMs: number): Promise<ChildProcess> {
    const args = [JSON.stringify(database.poolConfig), String(total), String(stepMs)];
    const child = fork(new URL('./testing-worker-process.ts', import.meta.url), args, { execArgv: [] });
    children.push(child);
    await once(child, 'message');
    return child;
  }

  test('takes up what is started, and runs several at a time', async () => {
    const several = Promise.withResolvers<void>();
    const counting = countingHandler(own.db, { total: 3, stepMs: 20 });
    let begun = 0;
    own.startWorker({
      ...counting,
      async run(run: OperationRun<'sync'>) {
        if (++begun === 3) several.resolve();
        await several.promise;
        await counting.run(run);
      },
    });
    const operations = await Promise.all([start(), start(), start(), start(), start(), start()]);
    for (const { id } of operations) {
      expect(await ended(id)).toMatchObject({
        status: 'succeeded',
        done: 3,
        total: 3,
        attempts: 1,
        problem: null,
      });
      expect(await effectsOf(own.db, id)).toEqual(steps(3));
    }
  });

  test('takes up first what is of the workspace with the fewest running', async () => {
    const order: string[] = [];
    const first = await Promise.all([start(), start(), start(), start(), start(), start()]);
    const other = await start(OTHER_WORKSPACE);
    const release = Promise.withResolvers<void>();
    own.startWorker({
      kind: 'sync',
      async run({ workspaceId }) {
        order.push(workspaceId);
        await release.promise;
      },
    });
    await expect.poll(() => order.length).toBe(4);
    expect(order.slice(0, 2).toSorted()).toEqual([WORKSPACE, OTHER_WORKSPACE]);
    release.resolve();
    for (const { id } of first) expect(await ended(id)).toMatchObject({ status: 'succeeded' });
    await expect.poll(async () => (await get(other.id, OTHER_WORKSPACE)).status).toBe('succeeded');
  });

  test('that is full of one workspace’s makes room for another’s, and goes on with it afterwards', async () => {
    own.startWorker(countingHandler(own.db, { total: 1_000_000, stepMs: 20 }));
    const first = await Promise.all([start(), start(), start(), start()]);
    for (const { id } of first) await until(id, ({ done }) => done > 0);
    const other = await start(OTHER_WORKSPACE);
    const running = async () => {
      const all = await Promise.all(first.map(({ id }) => get(id)));
      return all.filter(({ status }) => status === 'running').length;
    };
    await expect.poll(async () => (await get(other.id, OTHER_WORKSPACE)).done).toBeGreaterThan(0);
    await expect.poll(running).toBe(3);
    await own.operations.cancel(OTHER_WORKSPACE, other.id);
    await expect.poll(running).toBe(4);
    for (const { id } of first) await own.operations.cancel(WORKSPACE, id);
    for (const { id } of first) {
      const { status, done } = await ended(id);
      expect([status, await effectsOf(own.db, id)]).toEqual(['cancelled', steps(done)]);
    }
  });

  test('is stopped by a cancel, and keeps what was done', async () => {
    own.startWorker(countingHandler(own.db, { total: 1_000_000, stepMs: 20 }));
    const { id } = await start();
    await until(id, ({ done }) => done > 2);
    expect((await own.operations.cancel(WORKSPACE, id)).status).toBe('cancelling');
    const end = await ended(id);
    expect(end.done).toBeLessThan(1_000_000);
    expect(end.status).toBe('cancelled');
    expect(await effectsOf(own.db, id)).toEqual(steps(end.done));
  });

  test('is stopped by a cancel even when it looks at nothing but `save`', async () => {
    const deaf: OperationHandler = {
      kind: 'sync',
      async run(run) {
        for (let done = 1; ; done++) await own.db.transaction().execute(trx => run.save(trx, { done }));
      },
    };
    own.startWorker(deaf);
    const { id } = await start();
    await until(id, ({ done }) => done > 0);
    await own.operations.cancel(WORKSPACE, id);
    expect(await ended(id)).toMatchObject({ status: 'cancelled' });
  });

  test('that is killed is followed by another, and every step has happened once', async () => {
    const child = await startProcess(40, 25);
    const { id } = await start();
    await until(id, ({ done }) => done > 3);
    own.startWorker(countingHandler(own.db, { total: 40, stepMs: 5 }));
    child.kill('SIGKILL');
    expect(await ended(id)).toMatchObject({ status: 'succeeded', done: 40, attempts: 2 });
    expect(await effectsOf(own.db, id)).toEqual(steps(40));
  });

  test('that was killed while it was to stop leaves a cancelled operation', async () => {
    const child = await startProcess(1, 3_600_000); // in its first step it holds no lock on the operation's row
    const { id } = await start();
    await until(id, ({ status }) => status === 'running');
    child.kill('SIGSTOP'); // so that it cannot react
    await own.operations.cancel(WORKSPACE, id);
    child.kill('SIGKILL');
    own.startWorker(countingHandler(own.db, { total: 1_000_000, stepMs: 20 }));
    expect(await ended(id)).toMatchObject({ status: 'cancelled', attempts: 1 });
  });

  test('hands over what it runs when it is stopped', async () => {
    const first = own.startWorker(countingHandler(own.db, { total: 50, stepMs: 20 }));
    const { id } = await start();
    await until(id, ({ done }) => done > 3);
    await first.stop();
    expect(await get(id)).toMatchObject({ status: 'queued', problem: null });
    own.startWorker(countingHandler(own.db, { total: 50, stepMs: 1 }));
    expect(await ended(id)).toMatchObject({ status: 'succeeded', attempts: 2 });
    expect(await effectsOf(own.db, id)).toEqual(steps(50));
  });

  test('goes on when the database ends every connection', async () => {
    own.startWorker(countingHandler(own.db, { total: 60, stepMs: 10 }));
    const { id } = await start();
    const watching = ended(id);
    await until(id, ({ done }) => done > 3);
    const admin = await openAdmin();
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()`,
      [database.poolConfig.database],
    );
    await admin.end();
    expect((await watching).status).toBe('succeeded');
    expect(await effectsOf(own.db, id)).toEqual(steps(60));
  });

  test('loses its operation with its lock, and the one that follows has it alone', async () => {
    const reasons: unknown[] = [];
    own.startWorker({
      kind: 'sync',
      async run(run) {
        if (run.checkpoint) return;
        await own.db.transaction().execute(trx => run.save(trx, { checkpoint: { seen: true } }));
        await new Promise(resolve => run.signal.addEventListener('abort', resolve));
        reasons.push(run.signal.reason);
      },
    });
    const { id } = await start();
    await until(id, ({ status }) => status === 'running');
    await expect.poll(() => endSession()).toBe(1);
    expect(await ended(id)).toMatchObject({ status: 'succeeded', attempts: 2 });
    expect(reasons).toMatchObject([{ name: 'LeaseLost' }]);
  });

  test('takes up what was queued with no notice of it, as after an import', async () => {
    own.startWorker(countingHandler(own.db, { total: 2, stepMs: 1 }));
    const id = newId('operation');
    await sql`
      insert into operations (workspace_id, id, kind, status, subject_type, subject_id, unit, created_at, updated_at)
      values (${WORKSPACE}, ${id}, 'sync', 'queued', 'source', ${id}, 'steps', now(), now())`.execute(own.db);
    expect(await ended(id)).toMatchObject({ status: 'succeeded', attempts: 1 });
  });

  test('leaves alone what it has no handler for', async () => {
    const { id } = await own.operations.start(WORKSPACE, {
      kind: 'inventory',
      subject: { type: 'source', id: 'src_1' },
      unit: 'objects',
    });
    const worker = own.startWorker(countingHandler(own.db, { total: 2, stepMs: 1 }));
    expect(await ended((await start()).id)).toMatchObject({ status: 'succeeded' });
    await worker.stop();
    expect(await get(id)).toMatchObject({ status: 'queued', attempts: 0 });
  });

  test('retries what may pass, and ends as failed what may not', async () => {
    const errors: Error[] = [
      new ProviderError('unexpected', 'The storage answered nonsense.', { fix: 'Wait.' }),
      new ProviderError('forbidden', 'The credential may not list.', { fix: 'Grant it.' }),
    ];
    own.startWorker({
      kind: 'sync',
      run: () => Promise.reject(errors.shift()),
    });
    const { id } = await start();
    await until(id, ({ problem }) => problem?.code === 'storage_failed');
    expect(await ended(id)).toMatchObject({
      status: 'failed',
      attempts: 2,
      problem: { code: 'storage_forbidden', detail: 'The credential may not list.', fix: 'Grant it.' },
    });
  });

  test('shows an unexpected error without its text', async () => {
    own.startWorker({
      kind: 'sync',
      run: () => Promise.reject(new Error('https://acme.blob.core.windows.net/?sig=SECRET')),
    });
    const { id } = await start();
    const { problem } = await ended(id);
    expect(problem).toMatchObject({ code: 'internal' });
    expect(JSON.stringify(problem)).not.toContain('SECRET');
    expect(problem!.detail).toContain(id);
  });

  test('passes on an error that was meant for people', async () => {
    own.startWorker({
      kind: 'sync',
      run: () => Promise.reject(new MooringError('not_found', 'There is no source.', { fix: 'Add one.' })),
    });
    const { id } = await start();
    expect((await ended(id)).problem).toEqual({
      code: 'not_found',
      detail: 'There is no source.',
      fix: 'Add one.',
    });
  });

  async function openAdmin() {
    const { default: pg } = await import('pg');
    const client = new pg.Client(server.poolConfig);
    await client.connect();
    return client;
  }

  /** Ends the connection that holds the locks; returns how many it ended. */
  async function endSession(): Promise<number> {
    const admin = await openAdmin();
    const { rowCount } = await admin.query(
      `select pg_terminate_backend(a.pid) from pg_stat_activity a join pg_locks l on l.pid = a.pid
       where a.datname = $1 and l.locktype = 'advisory' and a.application_name = 'mooring session'`,
      [database.poolConfig.database],
    );
    await admin.end();
    return rowCount ?? 0;
  }
});
