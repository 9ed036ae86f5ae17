import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase, testServers } from './database/testing.ts';
import { createLogger } from './log.ts';
import { createQueue, type Queue } from './queue.ts';

describe.each(testServers)('a queue on $name', server => {
  let database: TestDatabase<unknown>;
  let queue: Queue<{ n: number }>;
  const newQueue = () =>
    createQueue<{ n: number }>({
      poolConfig: database.poolConfig,
      name: 'test',
      log: createLogger({ level: 'silent' }),
    });
  beforeEach(async () => {
    database = await createTestDatabase(server, { migrated: false });
    queue = newQueue();
    await queue.start();
  });
  afterEach(async () => {
    await queue.stop();
    await database.drop();
  });

  const send = (n: number, options: { key?: string; afterSeconds?: number } = {}) =>
    queue.send([{ key: options.key ?? String(n), data: { n }, ...options }], database.db);
  const take = () => database.db.transaction().execute(trx => queue.take(trx));

  test('gives each job once, the oldest first', async () => {
    for (const n of [1, 2, 3]) await send(n);
    expect([await take(), await take(), await take(), await take()]).toEqual([
      { n: 1 },
      { n: 2 },
      { n: 3 },
      null,
    ]);
  });

  test('gives no job to two who ask at once', async () => {
    for (let n = 0; n < 10; n++) await send(n);
    const taken = await Promise.all(Array.from({ length: 10 }, take));
    expect(new Set(taken.map(job => job?.n)).size).toBe(10);
  });

  test('holds a key once, and takes it again when it was taken', async () => {
    await send(1, { key: 'a' });
    await send(2, { key: 'a' });
    expect([await take(), await take()]).toEqual([{ n: 1 }, null]);
    await send(3, { key: 'a' });
    expect(await take()).toEqual({ n: 3 });
  });

  test('keeps a job whose taker rolls back, and forgets one whose sender does', async () => {
    await send(1);
    const rollBack = database.db.transaction().execute(async trx => {
      expect(await queue.take(trx)).toEqual({ n: 1 });
      await queue.send([{ key: '2', data: { n: 2 } }], trx);
      throw new Error('roll back');
    });
    await expect(rollBack).rejects.toThrow('roll back');
    expect([await take(), await take()]).toEqual([{ n: 1 }, null]);
  });

  test('holds a job back until its time', async () => {
    await send(1, { afterSeconds: 1 });
    expect(await take()).toBeNull();
    await expect.poll(take).toEqual({ n: 1 });
  });

  test('is made once by several processes that start at once', async () => {
    const others = [newQueue(), newQueue(), newQueue()];
    await Promise.all(others.map(other => other.start()));
    await send(1);
    expect(await database.db.transaction().execute(trx => others[0]!.take(trx))).toEqual({ n: 1 });
    await Promise.all(others.map(other => other.stop()));
  });
});
