import { assetFilter, type Operation, type RegistrationOptions } from '@mooring/contract';
import { createMemoryProvider, createMemoryStorage, type MemoryStorage } from '@mooring/storage/memory';
import { systemClock as clock, createGuard, type Provider, ProviderError } from '@mooring/storage/server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAddressBook } from '../catalogue/registered-urls.ts';
import { recount } from '../catalogue/testing.ts';
import { systemRetry } from '../listing/retry.ts';
import type { OperationRun } from '../operations/handler.ts';
import { testServers } from '../platform/database/testing.ts';
import { createSecretBox, newSecretKey } from '../platform/secrets.ts';
import { createTestSync, type TestSync } from '../sync/testing.ts';
import { createRecheckHandler } from './recheck-operation.ts';
import { createRegisterHandler } from './register-operation.ts';
import { createRegistrations } from './registrations.ts';
import { readLines } from './testing-list.ts';

const ACCOUNT = 'https://acme.blob.core.windows.net';
const FILES = 'https://data.example/exports';
const DEFAULTS: RegistrationOptions = {
  folder: 'Registered',
  connectionId: undefined,
  ignoreErrors: false,
  skipDuplicateUrls: false,
  upsertMetadata: false,
  dryRun: false,
};

describe.each(testServers)('a registration on $name', server => {
  let it: TestSync;
  let storage: MemoryStorage;
  let azureId: string;
  let directId: string;
  let folder = 0;
  const secrets = createSecretBox({ keys: [newSecretKey()] });
  const guard = createGuard({ allowPrivate: false });
  const providers = new Map<string, Provider>();

  beforeAll(async () => {
    it = await createTestSync(server);
    const place = { account: 'acme', endpoint: ACCOUNT, container: 'data', prefix: '' };
    azureId = await it.connect(place);
    const host = { container: 'https://data.example', prefix: 'exports/' };
    directId = await it.connect(host, 'direct');
    const direct = it.kinds.get('direct').createProvider({
      ...{
        location: host,
        credential: { kind: 'direct-urls' },
        accessMode: 'client-only',
        renditionPrefix: null,
      },
      ...{ ownershipTokens: ['token'], fresh: false, takeTurn: async () => () => {} },
      addresses: createAddressBook(
        { db: it.db, secrets },
        { workspaceId: it.workspaceId, connectionId: directId },
      ),
    });
    providers.set(directId, direct);
  });
  afterAll(async () => {
    await it.drop();
    await guard.close();
  });
  beforeEach(() => {
    folder++;
    storage = createMemoryStorage();
    for (let at = 0; at < 25; at++)
      storage.put(`photos/${at}.jpg`, `picture ${at}`, { contentType: 'image/jpeg' });
    providers.set(azureId, createMemoryProvider({ storage }));
  });

  const parts = (own = it.process) => ({ db: own.db, pool: own.pool, secrets, clock, kinds: it.kinds });
  const handler = () =>
    createRegisterHandler({
      ...parts(),
      connections: { open: async (_, id) => ({ provider: providers.get(id)! }) },
      read: readLines,
      mostSources: 1000,
      retry: { ...systemRetry, firstWaitMs: 1, longestWaitMs: 1 },
    });

  async function begin(list: string | string[], options: Partial<RegistrationOptions> = {}): Promise<string> {
    const registrations = createRegistrations({
      ...parts(),
      operations: it.process.operations,
      mostMegabytes: 1,
    });
    const bytes = async function* () {
      yield Buffer.from([list].flat().join('\n'));
    };
    const upload = await registrations.receive(it.workspaceId, bytes());
    const asked = { ...DEFAULTS, folder: `f${folder}`, ...options };
    return it.begin('register', { type: 'registration', id: upload.registrationId }, asked);
  }
  type Registered = Extract<Operation, { kind: 'register' }>;
  const operation = async (id: string) => (await it.process.operations.get(it.workspaceId, id)) as Registered;
  async function register(list: string | string[], options: Partial<RegistrationOptions> = {}) {
    const id = await begin(list, options);
    const error = await it.runOnce(handler(), id).then(
      () => null,
      (error: Error) => error.message,
    );
    const { items: errors } = await it.process.operations.listErrors(it.workspaceId, id, { limit: 100 });
    return { ...(await operation(id)), failure: error, errors };
  }
  async function assets(filter: object = {}) {
    const sources = await it.catalogue.listSources(it.workspaceId, { limit: 1000 });
    const own = sources.items.filter(({ registeredAs }) => registeredAs === `f${folder}`);
    const pages = own.map(({ id }) =>
      it.catalogue.listAssets(it.workspaceId, assetFilter.parse({ sourceId: id, status: 'any', ...filter }), {
        limit: 1000,
      }),
    );
    return (await Promise.all(pages)).flatMap(({ items }) => items);
  }
  const expectExact = async () => {
    const { kept, counted } = await recount(it.db);
    expect(kept).toEqual(counted);
  };
  const urls = (count: number) =>
    Array.from({ length: count }, (_, at) => `${ACCOUNT}/data/photos/${at}.jpg`);

  test('writes what the storage says of each object, into folders', async () => {
    const { counts, failure, report } = await register(['data/photos/0.jpg', ...urls(25).slice(1)]);
    expect(failure).toBeNull();
    expect(counts).toEqual({ done: 25, error: 0, added: 25, changed: 0, unchanged: 0 });
    const found = await assets();
    expect(found).toHaveLength(25);
    expect(found[0]).toMatchObject({
      key: 'photos/0.jpg',
      sizeBytes: 9,
      kind: 'image',
      connectionId: azureId,
    });
    expect(report).toMatchObject({ places: [{ connectionId: azureId, container: 'data', items: 25 }] });
    const path = (await it.catalogue.getFolder(it.workspaceId, found[0]!.folderId)).path;
    expect(path).toEqual([`f${folder}`, 'photos']);
    await expectExact();
  });

  test('again, it finds what has changed; twice in a list is once', async () => {
    await register(urls(25));
    storage.put('photos/3.jpg', 'another picture', { contentType: 'image/jpeg' });
    const again = await register([...urls(25), ...urls(2)]);
    expect(again.counts).toEqual({ done: 27, error: 0, added: 0, changed: 1, unchanged: 26 });
    const skipping = await register(urls(25), { skipDuplicateUrls: true });
    expect(skipping.counts).toMatchObject({ added: 0, unchanged: 25 });
    expect(await assets()).toHaveLength(25);
    await expectExact();
  });

  const bad = [
    ...urls(12),
    `${ACCOUNT}/data/none.jpg?sig=secret`,
    'https://evil.example/a.jpg',
    'data/photos/12.jpg',
  ];

  test('all or nothing: with one mistake nothing is written, and each mistake is named', async () => {
    const { failure, counts, errors } = await register(bad);
    expect(failure).toBe('2 of 15 items cannot be registered, so none was.');
    expect(counts).toMatchObject({ done: 0, error: 2 });
    expect(errors).toEqual([
      expect.objectContaining({ item: `line 13: ${ACCOUNT}/data/none.jpg`, code: 'storage_not_found' }),
      expect.objectContaining({ item: 'line 14: https://evil.example/a.jpg', code: 'not_found' }),
    ]);
    expect(JSON.stringify(errors)).not.toContain('secret');
    expect(await assets()).toEqual([]);
  });

  test('with ignoreErrors the rest goes in; a dry run writes nothing', async () => {
    const dry = await register(bad, { ignoreErrors: true, dryRun: true });
    expect(dry.counts).toMatchObject({ done: 13, error: 2, added: 0 });
    expect(await assets()).toEqual([]);
    const real = await register(bad, { ignoreErrors: true });
    expect(real.failure).toBeNull();
    expect(real.counts).toMatchObject({ done: 13, error: 2, added: 13 });
    expect(await assets()).toHaveLength(13);
    await expectExact();
  });

  test('only the items that failed are tried again, with the same options', async () => {
    const registrations = createRegistrations({
      ...parts(),
      operations: it.process.operations,
      mostMegabytes: 1,
    });
    const retry = async (id: string) => {
      const started = await registrations.retry(it.workspaceId, id);
      await it.runOnce(handler(), started.id);
      return operation(started.id);
    };
    const first = await register(bad, { ignoreErrors: true });
    expect(first.report).toMatchObject({ retryable: 2 });
    await registrations.prune(); // what failed is kept longer than its list
    storage.put('none.jpg', 'it has come', { contentType: 'image/jpeg' });
    const second = await retry(first.id);
    expect(second).toMatchObject({ status: 'succeeded', total: 2, counts: { done: 1, added: 1, error: 1 } });
    expect(second.report).toMatchObject({ format: 'url-list', folder: `f${folder}`, retryable: 1 });
    const third = await retry(second.id);
    expect(third.counts).toMatchObject({ done: 0, error: 1 });
    const { items } = await it.process.operations.listErrors(it.workspaceId, third.id, { limit: 10 });
    expect(items.map(({ item }) => item)).toEqual(['line 14: https://evil.example/a.jpg']);
    expect(await assets()).toHaveLength(14);
    const none = await register(urls(1));
    await expect(registrations.retry(it.workspaceId, none.id)).rejects.toMatchObject({ code: 'conflict' });
    await it.db
      .updateTable('registration_parts')
      .set({ created_at: new Date(0) })
      .execute();
    await registrations.prune();
    await expect(registrations.retry(it.workspaceId, first.id)).rejects.toMatchObject({ code: 'conflict' });
  });

  test.each([false, true])('after a crash anywhere it is exact (ignoreErrors: %s)', async ignoreErrors => {
    const id = await begin(urls(25), { ignoreErrors });
    // Dies after the nth transaction that has begun to write, each time one later.
    for (let survives = 1; (await operation(id)).status !== 'succeeded'; survives++) {
      let saves = 0;
      const dying = (run: OperationRun): OperationRun => ({
        ...run,
        async save(trx, state) {
          if (++saves > survives) throw new Error('died');
          await run.save(trx, state);
        },
      });
      await it.runOnce(handler(), id, dying).catch(() => {});
    }
    expect((await operation(id)).counts).toEqual({ done: 25, error: 0, added: 25, changed: 0, unchanged: 0 });
    expect(await assets()).toHaveLength(25);
    await expectExact();
  });

  test('a storage that is away is not the mistake of its items', async () => {
    const away = new ProviderError('unreachable', 'acme refused the connection.', { fix: 'Wait.' });
    const reader = { head: () => Promise.reject(away), readRange: () => Promise.reject(away) };
    providers.set(azureId, { ...createMemoryProvider({ storage }), reader });
    const few = await register(urls(5), { ignoreErrors: true });
    expect(few.errors).toHaveLength(5); // so few are named one by one
    expect(few.errors[0]).toMatchObject({
      code: 'storage_unreachable',
      message: 'acme refused the connection.',
    });
  });

  test('URLs that open files are kept sealed, handed out, and replaced by a list with new ones', async () => {
    const signed = (at: number, day: string) =>
      `${FILES}/${at}.jpg?X-Amz-Date=${day}T000000Z&X-Amz-Expires=604800&X-Amz-Signature=secret${at}`;
    const list = [0, 1, 2].map(at => signed(at, '20991130'));
    const first = await register([...list, `${FILES}/public.jpg`]);
    expect(first.counts).toMatchObject({ added: 4 });
    expect(JSON.stringify([first, await assets()])).not.toContain('secret');
    const sign = async (key: string) => {
      const options = {
        method: 'GET' as const,
        startsAt: new Date(),
        expiresAt: new Date('2026-12-01T00:00:00Z'),
      };
      return (await providers.get(directId)!.signer!.sign('https://data.example', [key], options))[0];
    };
    expect(await sign('exports/1.jpg')).toEqual({
      url: list[1],
      expiresAt: new Date('2099-12-07T00:00:00Z'),
    });
    const open = { url: `${FILES}/public.jpg`, expiresAt: new Date('2026-12-01T00:00:00Z') };
    expect(await sign('exports/public.jpg')).toEqual(open);
    const again = await register([0, 1, 2].map(at => signed(at, '20991224')));
    expect(again.counts).toEqual({ done: 3, error: 0, added: 0, changed: 0, unchanged: 3 });
    expect(await sign('exports/1.jpg')).toEqual({
      url: signed(1, '20991224'),
      expiresAt: new Date('2099-12-31T00:00:00Z'),
    });
    expect(await assets()).toHaveLength(4);
    await expectExact();
  });

  test('what is there is asked for again: changed, gone, and back', async () => {
    const recheck = async (sourceId: string) => {
      const id = await it.begin('recheck', { type: 'source', id: sourceId });
      const handler = createRecheckHandler({
        ...parts(),
        catalogue: it.catalogue,
        connections: { open: async (_, id) => ({ provider: providers.get(id)! }) },
        retry: { ...systemRetry, firstWaitMs: 1, longestWaitMs: 1 },
      });
      await it.runOnce(handler, id);
      const { counts } = await it.process.operations.get(it.workspaceId, id);
      const { items } = await it.process.operations.listErrors(it.workspaceId, id, { limit: 10 });
      return { counts, errors: items };
    };
    const { report } = await register(urls(25));
    const sourceId = report!.places[0]!.sourceId!;
    storage.put('photos/3.jpg', 'another picture', { contentType: 'image/jpeg' });
    storage.delete('photos/4.jpg');
    const { head } = providers.get(azureId)!.reader!;
    const refused = new ProviderError('forbidden', 'The URL has ended.', { fix: 'Register a new one.' });
    const reader = {
      ...providers.get(azureId)!.reader!,
      head: (...[container, key, signal]: Parameters<typeof head>) =>
        key === 'photos/5.jpg' ? Promise.reject(refused) : head(container, key, signal),
    };
    providers.set(azureId, { ...providers.get(azureId)!, reader });
    const counts = { looked: 25, changed: 1, gone: 1, restored: 0, unchanged: 22, failed: 1 };
    const first = await recheck(sourceId);
    expect(first.counts).toEqual(counts);
    expect(first.errors).toMatchObject([{ item: 'photos/5.jpg', code: 'storage_forbidden' }]);
    const gone = (await assets()).filter(({ status }) => status === 'gone');
    expect(gone.map(({ key }) => key)).toEqual(['photos/4.jpg']);
    storage.put('photos/4.jpg', 'back', { contentType: 'image/jpeg' });
    expect((await recheck(sourceId)).counts).toEqual({
      ...counts,
      changed: 0,
      gone: 0,
      restored: 1,
      unchanged: 23,
    });
    expect((await assets()).filter(({ status }) => status === 'gone')).toEqual([]);
    await expectExact();
  });

  test('a list has a limit, and what is kept of it goes with its operation', async () => {
    const registrations = createRegistrations({
      ...parts(),
      operations: it.process.operations,
      mostMegabytes: 1,
    });
    const endless = async function* () {
      for (;;) yield Buffer.alloc(300_000);
    };
    await expect(registrations.receive(it.workspaceId, endless())).rejects.toMatchObject({
      code: 'payload_too_large',
    });
    const none = async function* () {};
    await expect(registrations.receive(it.workspaceId, none())).rejects.toMatchObject({
      code: 'invalid_request',
    });
    await begin(urls(1));
    const ofLists = it.db.selectFrom('registration_parts').selectAll().where('kind', '=', 'manifest');
    const kept = async () => (await ofLists.execute()).length;
    await registrations.prune();
    expect(await kept()).toBeGreaterThan(0); // of those that have not ended
    await it.db.updateTable('operations').set({ status: 'cancelled' }).execute();
    await registrations.prune();
    expect(await kept()).toBe(0);
  });
});
