import { type Asset, assetFilter } from '@mooring/contract';
import { createMemoryProvider, createMemoryStorage, type MemoryStorage } from '@mooring/storage/memory';
import type { Provider } from '@mooring/storage/server';
import { ProviderError, systemClock } from '@mooring/storage/server';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { adversarialKeys, recount } from '../../catalogue/testing.ts';
import { withRemedies } from '../../connections/opening/with-remedies.ts';
import { testServers } from '../../platform/database/testing.ts';
import { createLogger } from '../../platform/log.ts';
import { createTestSync, type TestSync } from '../testing.ts';
import { applyChanges } from './apply.ts';
import { startChangeConsumer } from './consume.ts';
import { createFeeds, type Feeds } from './feeds.ts';
import type { FollowedSource } from './inbox.ts';

describe.each(testServers)('changes of a source on $name', server => {
  let it: TestSync;
  let storage: MemoryStorage;
  let provider: Provider;
  let feeds: Feeds;
  const connections = { open: async () => ({ provider }) };

  beforeAll(async () => {
    it = await createTestSync(server);
    feeds = createFeeds({ db: it.process.db, kinds: it.kinds, clock: systemClock, connections });
  });
  afterAll(() => it.drop());
  beforeEach(() => {
    storage = createMemoryStorage();
    use(createMemoryProvider({ storage }));
  });
  const use = (next: Provider) => {
    provider = next;
    it.use(next);
  };

  /** A source that has been synced, and who follows it. */
  async function follow(prefix = ''): Promise<FollowedSource> {
    const source = await it.createSource(prefix);
    await it.sync(source.id);
    const { webhookUrl } = await feeds.create(
      it.workspaceId,
      source.id,
      { kind: 'event-grid' },
      'https://mooring.example',
    );
    const url = new URL(webhookUrl!);
    return feeds.authenticate(url.pathname.split('/').at(-1)!, url.searchParams.get('code')!);
  }

  test('messages are read for one source, at the address that the kind makes of what was typed', async () => {
    const address = ({ queueUrl = '' }) => ({
      ok: true as const,
      value: { queueUrl: new URL(queueUrl).href },
    });
    const messages = { address, receive: async () => [], remove: async () => {} };
    use({ ...createMemoryProvider({ storage }), messages });
    const source = await it.createSource('');
    const create = (queueUrl: string) =>
      feeds.create(it.workspaceId, source.id, { kind: 'storage-queue', queueUrl }, 'https://mooring.example');
    const url = 'https://acme.queue.core.windows.net/mooring-events';
    const made = await create('https://ACME.queue.core.windows.net:443/mooring-events');
    expect(made.address).toEqual({ queueUrl: url });
    expect(await feeds.list(it.workspaceId, source.id)).toMatchObject([{ address: { queueUrl: url } }]);
    await expect(create(url)).rejects.toMatchObject({ code: 'conflict' });
    await feeds.remove(it.workspaceId, source.id, made.id);
  });

  test('what the kind refuses to read, or cannot read at all, is followed by nothing', async () => {
    const source = await it.createSource('');
    const input = { kind: 'storage-queue', queueUrl: 'https://other.queue.core.windows.net/mooring-events' };
    const create = () => feeds.create(it.workspaceId, source.id, input, 'https://mooring.example');
    use(createMemoryProvider({ storage }));
    await expect(create()).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('cannot read messages'),
    });
    const refusal = {
      ok: false as const,
      code: 'invalid_request',
      field: 'queueUrl',
      message: 'no',
      fix: 'x',
    };
    const messages = { address: () => refusal, receive: async () => [], remove: async () => {} };
    use({ ...createMemoryProvider({ storage }), messages });
    await expect(create()).rejects.toMatchObject({ message: 'no', fields: [{ path: 'queueUrl' }] });
    expect(await feeds.list(it.workspaceId, source.id)).toEqual([]);
  });

  test.each([
    [{ kind: 'nonsense' }, 'kind', /event-grid, storage-queue/],
    [{ kind: 'storage-queue' }, 'queueUrl', /queue/],
    [{ kind: 'storage-queue', queueUrl: 'nonsense' }, 'queueUrl', /URL/],
  ])('%j follows nothing', async (input, path, fix) => {
    const source = await it.createSource('');
    const created = feeds.create(it.workspaceId, source.id, input, 'https://mooring.example');
    await expect(created).rejects.toMatchObject({
      ...{ code: 'invalid_request', fields: [{ path }] },
      fix: expect.stringMatching(fix),
    });
  });

  test('a source that is being removed is followed no more', async () => {
    const source = await it.createSource('');
    const input = { kind: 'event-grid' } as const;
    const create = () => feeds.create(it.workspaceId, source.id, input, 'https://mooring.example');
    const { id, webhookUrl } = await create();
    const secret = new URL(webhookUrl!).searchParams.get('code')!;
    await feeds.authenticate(id, secret);
    await sql`update sources set removed_at = now() where id = ${source.id}`.execute(it.process.db);
    const gone = { code: 'not_found' };
    await expect(feeds.authenticate(id, secret)).rejects.toMatchObject(gone);
    await expect(create()).rejects.toMatchObject(gone);
    await expect(feeds.list(it.workspaceId, source.id)).rejects.toMatchObject(gone);
  });

  let sequence = 0;
  const subjectOf = (key: string) => `/blobServices/default/containers/data/blobs/${key}`;
  /** What Event Grid would send now of a key. */
  function eventOf(key: string, type?: string, data: object = {}) {
    const object = storage.objects().get(key);
    return {
      id: String(sequence),
      subject: subjectOf(key),
      eventType: `Microsoft.Storage.${type ?? (object ? 'BlobCreated' : 'BlobDeleted')}`,
      eventTime: new Date().toISOString(),
      data: {
        sequencer: String(++sequence).padStart(32, '0'),
        ...(object && {
          eTag: object.etag,
          contentLength: object.sizeBytes,
          contentType: object.contentType,
        }),
        ...data,
      },
    };
  }

  /** Deals with all that is in the inbox. */
  async function settle(source: FollowedSource): Promise<void> {
    const { db, session } = it.process;
    const { kinds } = it;
    const log = createLogger({ level: 'silent' });
    const consumer = startChangeConsumer({ db, session, connections, kinds, clock: systemClock, log });
    await expect
      .poll(async () => (await feeds.list(it.workspaceId, source.sourceId))[0]!.waitingCount, {
        interval: 5,
      })
      .toBe(0);
    await consumer.stop();
  }

  async function assetsOf({ sourceId }: FollowedSource): Promise<Asset[]> {
    const filter = assetFilter.parse({ sourceId, status: 'present' });
    return (await it.catalogue.listAssets(it.workspaceId, filter, { limit: 1000 })).items;
  }
  const keysOf = async (source: FollowedSource) => (await assetsOf(source)).map(asset => asset.key);

  async function expectAsStored(source: FollowedSource, prefix = ''): Promise<void> {
    const stored = storage
      .sortedKeys('data')
      .map(key => storage.objects().get(key)!)
      .filter(({ key, placeholder }) => key.startsWith(prefix) && !placeholder);
    expect(
      (await assetsOf(source)).map(({ key, etag, sizeBytes, tier }) => [key, etag, sizeBytes, tier]),
    ).toEqual(stored.map(({ key, etag, sizeBytes, tier }) => [key, etag, sizeBytes, tier]));
    const { kept, counted } = await recount(it.db);
    expect(kept).toEqual(counted);
  }

  test('what was made, changed, and deleted is in the catalogue, and counted', async () => {
    storage.put('a', 'one');
    storage.put('b', 'one');
    const source = await follow();
    storage.put('a', 'other');
    storage.delete('b');
    storage.put('c/d', 'new');
    await feeds.receive(
      source,
      ['a', 'b', 'c/d'].map(key => eventOf(key)),
    );
    await settle(source);
    await expectAsStored(source);
    expect(await feeds.list(it.workspaceId, source.sourceId)).toEqual([
      expect.objectContaining({ receivedCount: 3, appliedCount: 3, waitingCount: 0, lastError: null }),
    ]);
  });

  test('an event says no more of an object than a listing does, so the next sync finds nothing to change', async () => {
    use(createMemoryProvider({ storage, contentTypes: false }));
    const source = await follow();
    storage.put('a.jpg', 'one', { contentType: 'image/jpeg' });
    await feeds.receive(source, [eventOf('a.jpg')]);
    await settle(source);
    expect(await assetsOf(source)).toMatchObject([{ key: 'a.jpg', kind: 'image', contentType: null }]);
    expect(await it.sync(source.sourceId)).toMatchObject({ listed: 1, unchanged: 1, changed: 0 });
  });

  test('a source whose storage is slow holds up no other', async () => {
    const [slow, fast] = [await follow('slow/'), await follow('fast/')];
    const { reader } = provider;
    const answered = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    use({
      ...provider,
      reader: {
        ...reader!,
        async head(container, key) {
          asked.resolve();
          if (key.startsWith('slow/')) await answered.promise;
          return reader!.head(container, key);
        },
      },
    });
    storage.put('slow/a');
    storage.put('fast/a');
    await feeds.receive(slow, [eventOf('slow/a')]);
    const settled = settle(slow);
    await asked.promise;
    await feeds.receive(fast, [eventOf('fast/a')]);
    await expect.poll(() => keysOf(fast)).toEqual(['fast/a']);
    expect(await keysOf(slow)).toEqual([]);
    answered.resolve();
    await settled;
    expect(await keysOf(slow)).toEqual(['slow/a']);
  });

  test('what lies outside the source, or means nothing, is let go', async () => {
    const source = await follow('in/');
    storage.put('in/a');
    storage.put('out/b');
    const elsewhere = { ...eventOf('in/z'), subject: '/blobServices/default/containers/other/blobs/in/z' };
    await feeds.receive(source, [eventOf('in/a'), eventOf('out/b'), elsewhere, { nonsense: true }]);
    await settle(source);
    expect(await keysOf(source)).toEqual(['in/a']);
    expect((await feeds.list(it.workspaceId, source.sourceId))[0]!.receivedCount).toBe(4);
  });

  test('an event that comes again or late does not even make Mooring look', async () => {
    const source = await follow();
    const looks: string[] = [];
    const { reader } = provider;
    const head: NonNullable<typeof reader>['head'] = (container, key) => {
      looks.push(key);
      return reader!.head(container, key);
    };
    use({ ...provider, reader: { ...reader!, head } });
    storage.put('a');
    const early = eventOf('a');
    const late = eventOf('a');
    await feeds.receive(source, [late, early, late]);
    await settle(source);
    await feeds.receive(source, [early, late]);
    await settle(source);
    expect(looks).toEqual(['a']);
  });

  test('where the server may not look, the latest event is believed', async () => {
    storage.put('gone', 'x');
    const source = await follow();
    use({ ...provider, reader: null });
    storage.put('made', 'four');
    const made = eventOf('made');
    storage.delete('gone');
    const deleted = eventOf('gone', 'BlobDeleted');
    const earlier = { ...made, data: { ...made.data, contentLength: 1, sequencer: '0' } };
    await feeds.receive(source, [made, earlier, deleted]);
    await settle(source);
    expect((await assetsOf(source)).map(({ key, sizeBytes }) => [key, sizeBytes])).toEqual([['made', 4]]);
  });

  test.each(['', 'dir/', 'di', 'dir/sub/'])('a directory that was renamed, source at “%s”', async prefix => {
    for (const key of ['dir-x', 'dir/a', 'dir/sub/b', 'dir0', 'dir/sub/c']) storage.put(key, key);
    const source = await follow(prefix);
    for (const key of ['dir/a', 'dir/sub/b', 'dir/sub/c']) {
      storage.delete(key);
      storage.put(key.replace('dir/', 'dir2/'), key);
    }
    storage.put('dir/again', 'came back at once');
    const urls = {
      sourceUrl: 'https://acme.dfs.core.windows.net/data/dir',
      destinationUrl: 'https://acme.dfs.core.windows.net/data/dir2',
    };
    await feeds.receive(source, [eventOf('dir2', 'DirectoryRenamed', urls)]);
    await settle(source);
    await expectAsStored(source, prefix);
  });

  test.each([
    ['dir', 5],
    ['', 5],
    ['dir/a', 2],
  ])('a directory of more objects is left to a full sync, source at “%s”', async (prefix, few) => {
    for (let index = 0; index < 5; index++) storage.put(`dir/a${index}`);
    const source = await follow(prefix);
    const syncReason = async (mostInDirectory: number) => {
      await feeds.receive(source, [eventOf('dir', 'DirectoryDeleted', { recursive: true })]);
      const signal = new AbortController().signal;
      await applyChanges(source, provider, { db: it.db, clock: systemClock, signal, mostInDirectory });
      const [feed] = await feeds.list(it.workspaceId, source.sourceId);
      expect(feed!.waitingCount).toBe(0);
      return feed!.syncWanted?.reason ?? null;
    };
    expect(await syncReason(5)).toBeNull();
    for (let index = 5; index < 9; index++) storage.put(`dir/a${index}`);
    expect(await syncReason(few)).toMatch(`“dir”, and there are more than ${few} objects`);
    await it.sync(source.sourceId);
    await expectAsStored(source, prefix);
    expect((await feeds.list(it.workspaceId, source.sourceId))[0]!.syncWanted).toBeNull();
    for (const key of storage.sortedKeys('data')) storage.delete(key);
    expect(await syncReason(8)).toMatch('more than 8 objects'); // in the catalogue
    expect(await keysOf(source)).toHaveLength(9);
    expect(await syncReason(9)).not.toBeNull(); // until a sync has run
    expect(await keysOf(source)).toEqual([]);
  });

  test('where too many events wait they are counted and let go, and a full sync is wanted', async () => {
    const source = await follow();
    const few = createFeeds({
      ...{ db: it.process.db, kinds: it.kinds, clock: systemClock, connections },
      mostWaiting: 4,
    });
    const afterChanges = async (...keys: string[]) => {
      for (const key of keys) storage.put(key, String(sequence));
      await few.receive(
        source,
        keys.map(key => eventOf(key)),
      );
      const { receivedCount, waitingCount, droppedCount, syncWanted } = (
        await feeds.list(it.workspaceId, source.sourceId)
      )[0]!;
      return { counts: [receivedCount, waitingCount, droppedCount], isWanted: syncWanted !== null };
    };
    expect(await afterChanges('a', 'b', 'c')).toEqual({ counts: [3, 3, 0], isWanted: false });
    expect(await afterChanges('d')).toEqual({ counts: [4, 4, 0], isWanted: false });
    expect(await few.receive(source, [{ nonsense: true }])).toBe(0);
    expect(await afterChanges('e')).toEqual({ counts: [6, 1, 4], isWanted: true });
    // Those of other sources do not count, though their numbers lie between.
    const other = await follow('other/');
    for (let index = 0; index < 6; index++) await feeds.receive(other, [eventOf('other/x')]);
    expect(await afterChanges('f')).toEqual({ counts: [7, 2, 4], isWanted: true });
    await settle(source);
    expect(await keysOf(source)).toEqual(['e', 'f']);
    await it.sync(source.sourceId);
    await expectAsStored(source);
    expect((await few.list(it.workspaceId, source.sourceId))[0]).toMatchObject({
      droppedCount: 4,
      syncWanted: null,
    });
  });

  test('an outage of the storage loses nothing: it is said, and tried again', async () => {
    const source = await follow();
    storage.put('a');
    const refused = createMemoryProvider({ storage, credential: 'wrong' });
    use(withRemedies(refused, { container: source.container }, systemClock));
    await feeds.receive(source, [eventOf('a')]);
    const { db, session } = it.process;
    const { kinds } = it;
    const log = createLogger({ level: 'silent' });
    const consumer = startChangeConsumer({ db, session, connections, kinds, clock: systemClock, log });
    const lastError = async () => (await feeds.list(it.workspaceId, source.sourceId))[0]!.lastError;
    await expect.poll(lastError, { interval: 10 }).toBe('The credential was refused.');
    const remedy = async () => (await feeds.list(it.workspaceId, source.sourceId))[0]!.remedy;
    const fix = { why: 'The credential was refused.', steps: ['Use the right one.'], snippets: [] };
    expect(await remedy()).toEqual(fix);
    use(createMemoryProvider({ storage }));
    await expect.poll(lastError).toBeNull();
    expect(await remedy()).toBeNull();
    await consumer.stop();
    expect(await keysOf(source)).toEqual(['a']);
  });

  test('each feed counts its own changes, and a key that no URL can name holds up no other', async () => {
    const source = await follow();
    const { webhookUrl } = await feeds.create(
      it.workspaceId,
      source.sourceId,
      { kind: 'event-grid' },
      'https://mooring.example',
    );
    const url = new URL(webhookUrl!);
    const second = await feeds.authenticate(url.pathname.split('/').at(-1)!, url.searchParams.get('code')!);
    const { reader } = provider;
    const head: NonNullable<typeof reader>['head'] = async (container, key) => {
      if (key !== '..') return reader!.head(container, key);
      throw new ProviderError('invalid', 'No URL can name it.', { fix: 'Rename it.' });
    };
    use({ ...provider, reader: { ...reader!, head } });
    for (const key of ['a', 'b', 'c']) storage.put(key);
    await feeds.receive(source, [eventOf('..'), eventOf('a')]);
    await feeds.receive(second, [eventOf('b'), eventOf('c')]);
    await settle(source);
    const counted = await feeds.list(it.workspaceId, source.sourceId);
    expect(counted.map(({ receivedCount, appliedCount }) => [receivedCount, appliedCount])).toEqual([
      [2, 1],
      [2, 2],
    ]);
    expect(await keysOf(source)).toEqual(['a', 'b', 'c']);
  });

  test('a feed with a wrong secret is as unknown as one that is not there', async () => {
    const { feedId } = await follow();
    const wrong = await feeds.authenticate(feedId, 'x').catch(error => error);
    expect(wrong).toMatchObject({ code: 'not_found' });
  });

  const mutation = fc.record({
    key: fc.nat(),
    what: fc.constantFrom('put', 'put', 'delete', 'archive'),
    times: fc.integer({ min: 1, max: 3 }),
  });

  test('any changes, sent in any order and more than once, make the catalogue equal to the container', async () => {
    const scenario = fc.record({
      keys: adversarialKeys({ minLength: 2, maxLength: 10 }),
      before: fc.array(mutation, { maxLength: 10 }),
      batches: fc.array(fc.array(mutation, { maxLength: 8 }), { minLength: 1, maxLength: 3 }),
      seed: fc.integer(),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ keys, before, batches, seed }) => {
        storage = createMemoryStorage();
        use(createMemoryProvider({ storage }));
        const apply = ({ key: index, what }: (typeof before)[number]): string => {
          const key = keys[index % keys.length]!;
          if (what === 'delete') storage.delete(key);
          else storage.put(key, String(sequence++), { tier: what === 'archive' ? 'Archive' : 'Hot' });
          return key;
        };
        for (const one of before) apply(one);
        const source = await follow();
        for (const [index, batch] of batches.entries()) {
          const events = batch.flatMap(one => {
            const event = eventOf(apply(one));
            return Array.from({ length: one.times }, () => event);
          });
          await feeds.receive(source, shuffled(events, seed + index));
          await settle(source);
        }
        await expectAsStored(source);
      }),
      { numRuns: 25 },
    );
  });
});

/** The same items in an order that follows from the seed. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state;
  };
  return items
    .map(item => [next(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}
