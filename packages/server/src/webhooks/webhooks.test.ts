import type { WebhookCreate } from '@mooring/contract';
import { systemClock as clock, createGuard } from '@mooring/storage/server';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { webhookSecret } from '../catalogue/sealed-for.ts';
import { createOperationsDatabase, WORKSPACE } from '../operations/testing.ts';
import { openProcess, type TestProcess } from '../operations/testing-process.ts';
import { testServers } from '../platform/database/testing.ts';
import { newId } from '../platform/ids.ts';
import { createLogger } from '../platform/log.ts';
import { createSecretBox } from '../platform/secrets.ts';
import { emit, SEND_CHANNEL } from './emit.ts';
import { RETRY_SECONDS, startWebhookSender } from './sender.ts';
import { startReceiver, verifies } from './testing-receiver.ts';
import { createWebhooks } from './webhooks.ts';

const UNLINKED = { connectionId: 'con_1', name: 'Photos' };
/** No test takes so long: a receiver that is silent stays so. */
const NEVER_MS = 3_600_000;
const OTHER_WORKSPACE = 'ws_11111111111111111111';

describe.each(testServers)('webhooks on $name', server => {
  let database: Awaited<ReturnType<typeof createOperationsDatabase>>;
  let own: TestProcess;
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  const guard = createGuard({ allowPrivate: true });
  const secrets = createSecretBox({ keys: [{ id: Buffer.alloc(4, 1), bytes: Buffer.alloc(32, 2) }] });
  const lines: string[] = [];
  const log = createLogger({ level: 'trace', destination: { write: line => lines.push(line) } });
  const senders: ReturnType<typeof startWebhookSender>[] = [];
  beforeAll(async () => {
    database = await createOperationsDatabase(server);
    own = await openProcess(database.poolConfig);
  });
  afterAll(async () => {
    await own.close();
    await guard.close();
    await database.drop();
  });
  beforeEach(async () => {
    receiver = await startReceiver();
  });
  afterEach(async () => {
    await Promise.all(senders.splice(0).map(sender => sender.stop()));
    await sql`delete from webhooks`.execute(own.db);
    await receiver.close();
  });

  const webhooks = () => createWebhooks({ db: own.db, secrets, guard, clock });
  const create = (change: Partial<WebhookCreate> = {}) =>
    webhooks().create(WORKSPACE, { url: receiver.url, ...change });
  const startSender = () => {
    const { db, session } = own;
    senders.push(startWebhookSender({ db, session, guard, secrets, clock, log, answerWithinMs: NEVER_MS }));
  };
  const tell = () =>
    own.db.transaction().execute(trx => emit(trx, WORKSPACE, 'connection.unlinked', UNLINKED));
  const deliveries = async (id: string) =>
    (await webhooks().listDeliveries(WORKSPACE, id, { limit: 100 })).items;
  /** Ends the pause or the lease of a delivery, and wakes the senders. None of its attempts may be under way. */
  const makeDue = async (id: string) => {
    await sql`update webhook_deliveries set next_attempt_at = now(), response_status = null where id = ${id}`.execute(
      own.db,
    );
    await sql`select pg_notify(${SEND_CHANNEL}, '')`.execute(own.db);
  };
  const delivered = async (id: string) =>
    (await deliveries(id)).filter(({ status }) => status === 'delivered');

  test('an event arrives, signed, and is recorded', async () => {
    const { id, secret } = await create();
    startSender();
    await tell();
    await expect.poll(() => receiver.received).toHaveLength(1);
    const [letter] = receiver.received;
    expect(verifies(secret, letter!)).toBe(true);
    expect(verifies(secret, { ...letter!, body: `${letter!.body} ` })).toBe(false);
    expect(letter!.headers['content-type']).toBe('application/json');
    expect(JSON.parse(letter!.body)).toEqual({
      type: 'connection.unlinked',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      data: UNLINKED,
    });
    await expect
      .poll(() => deliveries(id))
      .toEqual([
        {
          id: letter!.headers['webhook-id'],
          event: 'connection.unlinked',
          status: 'delivered',
          attempts: 1,
          responseStatus: 204,
          error: null,
          nextAttemptAt: null,
          createdAt: expect.any(String),
          deliveredAt: expect.any(String),
        },
      ]);
    const { items } = await webhooks().list(WORKSPACE, { limit: 10 });
    expect(items).toMatchObject([
      { id, url: receiver.url, lastError: null, lastDeliveryAt: expect.any(String) },
    ]);
    expect(items[0]).not.toHaveProperty('secret');
  });

  test('only events that commit are sent, to the webhooks that want them, in that workspace', async () => {
    const wants = await create({ events: ['connection.unlinked', 'sync.failed'] });
    const other = await create({ events: ['sync.finished'] });
    const rolledBack = own.db.transaction().execute(async trx => {
      await emit(trx, WORKSPACE, 'connection.unlinked', UNLINKED);
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    await own.db.transaction().execute(trx => emit(trx, OTHER_WORKSPACE, 'connection.unlinked', UNLINKED));
    expect(await deliveries(wants.id)).toEqual([]);
    await tell();
    expect(await deliveries(wants.id)).toHaveLength(1);
    expect(await deliveries(other.id)).toEqual([]);
    await expect(webhooks().listDeliveries(OTHER_WORKSPACE, wants.id, { limit: 1 })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('a receiver that fails is tried again, later and later, under the same id, until it is given up', async () => {
    const { id } = await create();
    receiver.status = 503;
    startSender();
    let before = Date.now();
    await tell();
    for (const [index, pause] of RETRY_SECONDS.entries()) {
      const error = 'It answered 503, expected 2xx.';
      await expect
        .poll(() => deliveries(id))
        .toMatchObject([{ status: 'waiting', attempts: index + 1, responseStatus: 503, error }]);
      const [delivery] = await deliveries(id);
      const next = Date.parse(delivery!.nextAttemptAt!);
      expect(next).toBeGreaterThanOrEqual(before + pause * 1000);
      expect(next).toBeLessThanOrEqual(Date.now() + pause * 1100 + 1);
      before = Date.now();
      await makeDue(delivery!.id);
    }
    await expect
      .poll(() => deliveries(id))
      .toMatchObject([
        { status: 'failed', attempts: RETRY_SECONDS.length + 1, nextAttemptAt: null, deliveredAt: null },
      ]);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toHaveLength(1);
    expect((await webhooks().list(WORKSPACE, { limit: 1 })).items[0]).toMatchObject({
      lastError: 'It answered 503, expected 2xx.',
      lastDeliveryAt: null,
    });
    expect(lines.join('\n')).toContain('a webhook was not delivered');
    expect(lines.join('\n')).not.toContain('a secret of the receiver');
  });

  test('two senders send everything once; what a dead one had taken is sent again', async () => {
    const { id } = await create();
    await Promise.all(Array.from({ length: 60 }, () => tell()));
    const taken = (await deliveries(id))[0]!.id;
    await sql`update webhook_deliveries set attempts = 1, next_attempt_at = now() + interval '1 day' where id = ${taken}`.execute(
      own.db,
    );
    startSender();
    startSender();
    await expect.poll(() => delivered(id)).toHaveLength(59);
    await makeDue(taken); // the lease of the dead one has ended
    await expect.poll(() => delivered(id)).toHaveLength(60);
    expect(receiver.received).toHaveLength(60);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toHaveLength(60);
  });

  test('a receiver that never answers does not hold up the others', async () => {
    const silent = await startReceiver();
    silent.status = 0;
    await create({ url: silent.url });
    await Promise.all(Array.from({ length: 30 }, () => tell()));
    await create();
    startSender();
    await expect.poll(() => silent.received.length).toBeGreaterThan(3);
    await tell();
    await expect.poll(() => receiver.received).toHaveLength(1);
    expect(silent.received.length).toBeLessThan(8); // taken by at most four, where fewer than four are under way
    await silent.close();
  });

  test('a sender that stops leaves what it was sending to the next', async () => {
    const { id } = await create();
    receiver.status = 0;
    startSender();
    await tell();
    await expect.poll(() => receiver.received).toHaveLength(1);
    await senders.pop()!.stop();
    receiver.status = 200;
    startSender();
    await expect.poll(() => deliveries(id)).toMatchObject([{ status: 'delivered', attempts: 1 }]);
  });

  test('redirects are not followed', async () => {
    const { id } = await create();
    Object.assign(receiver, { status: 307, location: receiver.url });
    expect(await webhooks().test(WORKSPACE, id, new AbortController().signal)).toMatchObject({
      status: 'failed',
      responseStatus: 307,
    });
    expect(receiver.received).toHaveLength(1);
  });

  test('a test sends one event of its own type, once', async () => {
    const { id, secret } = await create({ events: ['sync.failed'] });
    startSender();
    const test = () => webhooks().test(WORKSPACE, id, new AbortController().signal);
    expect(await test()).toMatchObject({ event: 'webhook.test', status: 'delivered', attempts: 1 });
    expect(verifies(secret, receiver.received[0]!)).toBe(true);
    expect(JSON.parse(receiver.received[0]!.body)).toMatchObject({
      type: 'webhook.test',
      data: { webhookId: id },
    });
    receiver.status = 500;
    expect(await test()).toMatchObject({ status: 'failed', attempts: 1, nextAttemptAt: null });
    receiver.status = 204;
    const other = await create({ events: ['connection.unlinked'] });
    await tell();
    await expect.poll(() => delivered(other.id)).toHaveLength(1); // the sender has looked since
    expect(receiver.received).toHaveLength(3);
    expect(await deliveries(id)).toHaveLength(2);
  });

  test('addresses are judged when they are saved and when the socket opens', async () => {
    const rebinding = (_name: string, _options: object, callback: (...found: unknown[]) => void) =>
      callback(null, [{ address: '10.0.0.1', family: 4 }]);
    const strict = createGuard({ allowPrivate: false }, rebinding as never);
    const guarded = createWebhooks({ db: own.db, secrets, guard: strict, clock });
    const invalid = { code: 'invalid_request', fields: [{ path: 'url', message: expect.any(String) }] };
    for (const url of [
      'http://example.com/x',
      'https://127.0.0.1/x',
      'https://[::1]/x',
      'https://169.254.169.254/x',
      'https://user:password@example.com/x',
      'ftp://example.com/x',
    ]) {
      await expect(guarded.create(WORKSPACE, { url }), url).rejects.toMatchObject(invalid);
    }
    const { id } = await guarded.create(WORKSPACE, { url: 'https://rebound.example/x' });
    const tried = await guarded.test(WORKSPACE, id, new AbortController().signal);
    expect(tried).toMatchObject({ status: 'failed', responseStatus: null });
    expect(tried.error).toMatch(/^rebound\.example resolves to a private address;/);
    await strict.close();
  });

  test('why nothing was reached is said in words, also where a name has several addresses', async () => {
    const { port } = new URL(receiver.url);
    const both = (_name: string, _options: object, callback: (...found: unknown[]) => void) =>
      callback(null, [
        { address: '127.0.0.2', family: 4 },
        { address: '127.0.0.3', family: 4 },
      ]);
    const strange = createGuard({ allowPrivate: true }, both as never);
    const strayed = createWebhooks({ db: own.db, secrets, guard: strange, clock });
    const { id } = await strayed.create(WORKSPACE, { url: `http://two.example:${port}/x` });
    const tried = await strayed.test(WORKSPACE, id, new AbortController().signal);
    expect(tried.error).toBe(`two.example:${port} refused the connection.`);
    await strange.close();
  });

  test('the secret is stored sealed, and bound to its webhook', async () => {
    const { id, url, secret } = await create();
    const { rows } = await sql<{ row: string; sealed: Buffer }>`
      select w::text as row, secret_sealed as sealed from webhooks w`.execute(own.db);
    expect(rows[0]!.row).not.toContain(secret.slice(6));
    expect(rows[0]!.row).not.toContain(Buffer.from(secret).toString('hex'));
    const row = { workspace_id: WORKSPACE, id, url };
    expect(secrets.unseal(rows[0]!.sealed, webhookSecret(row))).toBe(secret);
    for (const other of [
      { workspace_id: newId('workspace') },
      { id: newId('webhook') },
      { url: 'https://evil.example' },
    ])
      expect(() => secrets.unseal(rows[0]!.sealed, webhookSecret({ ...row, ...other }))).toThrow();
  });

  test('an address that was changed in the database gets nothing', async () => {
    const { id } = await create();
    const changed = `${receiver.url}/changed`;
    await sql`update webhooks set url = ${changed} where id = ${id}`.execute(own.db);
    const tried = await webhooks().test(WORKSPACE, id, new AbortController().signal);
    expect(tried).toMatchObject({ responseStatus: null, status: 'failed' });
    expect(tried.error).toMatch(/It opens only with the workspace and the URL that it was made for/);
    expect(receiver.received).toEqual([]);
  });

  test('a deleted one gets nothing more, and its deliveries go with it', async () => {
    const { id } = await create();
    await tell();
    await webhooks().delete(WORKSPACE, id);
    const other = await create();
    startSender();
    await tell();
    await expect.poll(() => delivered(other.id)).toHaveLength(1);
    await expect(deliveries(id)).rejects.toMatchObject({ code: 'not_found' });
    await expect(webhooks().delete(WORKSPACE, id)).rejects.toMatchObject({ code: 'not_found' });
    expect(receiver.received).toHaveLength(1);
  });

  test('what became of deliveries is kept for 30 days; what waits is kept', async () => {
    const { id } = await create();
    const ages: [string, number][] = [
      ['delivered', 29],
      ['delivered', 31],
      ['failed', 31],
      ['waiting', 31],
    ];
    for (const [status, days] of ages) {
      await tell();
      await sql`update webhook_deliveries set status = ${status}, created_at = now() - make_interval(days => ${days})
        where status = 'waiting' and created_at > now() - interval '1 day'`.execute(own.db);
    }
    // A test whose server died while it was sent: it is not tried again.
    await tell();
    await sql`update webhook_deliveries set next_attempt_at = null, created_at = now() - interval '32 days'
      where status = 'waiting' and created_at > now() - interval '1 day'`.execute(own.db);
    await webhooks().prune();
    expect((await deliveries(id)).map(({ status }) => status)).toEqual(['waiting', 'delivered']);
  });

  test('pages follow each other', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.push((await create()).id);
    ids.sort(); // those of one millisecond come in any order
    const first = await webhooks().list(WORKSPACE, { limit: 2 });
    const second = await webhooks().list(WORKSPACE, { limit: 2, cursor: first.nextCursor! });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
  });
});
