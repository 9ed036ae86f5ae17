import { assetFilter } from '@mooring/contract';
import { createMemoryProvider, createMemoryStorage, type MemoryStorage } from '@mooring/storage/memory';
import type { Provider } from '@mooring/storage/server';
import { ProviderError } from '@mooring/storage/server';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testServers } from '../../platform/database/testing.ts';
import { createTestSync, type TestSync } from '../testing.ts';
import { type ApplyDependencies, applyChanges } from './apply.ts';
import { createFeeds } from './feeds.ts';
import type { FollowedSource } from './inbox.ts';

const refusal = (kind: ConstructorParameters<typeof ProviderError>[0]) =>
  new ProviderError(kind, 'It may not be read.', { fix: 'Allow it.' });

describe.each(testServers)('objects that cannot be looked at, on $name', server => {
  let it: TestSync;
  let storage: MemoryStorage;
  let provider: Provider;
  let source: FollowedSource;
  /** What looking at a key throws. */
  let heads: Map<string, unknown>;
  /** What listing a prefix throws. */
  let lists: Map<string, Error>;
  let looks: string[];
  let now: Date;
  const clock = { now: () => now };
  const pass = (seconds: number) => {
    now = new Date(now.getTime() + seconds * 1000);
  };
  const feeds = () =>
    createFeeds({
      ...{ db: it.process.db, kinds: it.kinds, clock },
      connections: { open: async () => ({ provider }) },
    });

  beforeAll(async () => {
    it = await createTestSync(server);
  });
  afterAll(() => it.drop());
  beforeEach(async () => {
    now = new Date();
    [heads, lists, looks] = [new Map(), new Map(), []];
    storage = createMemoryStorage();
    const memory = createMemoryProvider({ storage });
    provider = {
      ...memory,
      async list(container, options = {}) {
        const failure = lists.get(options.prefix ?? '') ?? lists.get('*');
        if (failure) throw failure;
        return memory.list(container, options);
      },
      reader: {
        ...memory.reader!,
        async head(container, key, signal) {
          looks.push(key);
          const failure = heads.get(key) ?? heads.get('*');
          if (failure === 'silence') return new Promise(() => {});
          if (failure) throw failure;
          return memory.reader!.head(container, key, signal);
        },
      },
    };
    it.use(provider);
    const { id } = await it.createSource();
    await it.sync(id);
    const made = await feeds().create(it.workspaceId, id, { kind: 'event-grid' }, 'https://mooring.example');
    source = {
      ...{ workspaceId: it.workspaceId, sourceId: id, feedId: made.id, provider: 'azure' },
      ...{ container: 'data', prefix: '' },
    };
  });

  let sequence = 0;
  const tell = (...keys: string[]) => tellAs('BlobCreated', ...keys);
  const tellAs = (type: string, ...keys: string[]) =>
    feeds().receive(
      source,
      keys.map(key => ({
        subject: `/blobServices/default/containers/data/blobs/${key}`,
        eventType: `Microsoft.Storage.${type}`,
        eventTime: now.toISOString(),
        data: { sequencer: String(++sequence).padStart(32, '0') },
      })),
    );
  const apply = (options: Partial<ApplyDependencies> = {}) => {
    const retry = {
      attempts: 6,
      withinMs: 0, // one try only
      firstWaitMs: 0,
      longestWaitMs: 0,
      now: () => 0,
      random: () => 1,
      sleep: async () => {},
    };
    const { signal } = new AbortController();
    return applyChanges(source, provider, { db: it.db, clock, signal, retry, ...options });
  };
  const feed = async () => (await feeds().list(it.workspaceId, source.sourceId))[0]!;
  const keys = async () => {
    const filter = assetFilter.parse({ sourceId: source.sourceId, status: 'present' });
    return (await it.catalogue.listAssets(it.workspaceId, filter, { limit: 100 })).items.map(
      ({ key }) => key,
    );
  };

  test.each([
    ['forbidden', refusal('forbidden')],
    ['archived', refusal('archived')],
    ['changed meanwhile', refusal('changed')],
    ['throttled', refusal('throttled')],
    ['refused as by a wrong credential', refusal('unauthenticated')],
    ['kept away by network rules', refusal('network-rules')],
    ['out of reach', refusal('unreachable')],
    ['named by no URL', refusal('invalid')],
    ['answered without sense', refusal('unexpected')],
    ['a surprise to its reader', new TypeError('x is undefined')],
    ['never answered', 'silence'],
  ])('one that is %s is named, alone, holds back no other, and is looked at again', async (_, failure) => {
    for (const key of ['locked.jpg', 'new.jpg']) storage.put(key);
    heads.set('locked.jpg', failure);
    await tell('locked.jpg');
    expect(await apply({ lookSeconds: 0.01 })).toBe(true); // alone: the source can be listed
    await tell('new.jpg');
    expect(await apply()).toBe(true);
    expect(await keys()).toEqual(['new.jpg']);
    expect(await feed()).toMatchObject({
      waitingCount: 0,
      appliedCount: 1,
      lastError: null,
      unreadableCount: 1,
      unreadable: [{ key: 'locked.jpg', kind: 'object', attempts: 1, since: now.toISOString() }],
    });
    expect(await apply()).toBe(false); // its time has not come
    heads.clear();
    pass(5);
    expect(await apply()).toBe(true);
    expect(await keys()).toEqual(['locked.jpg', 'new.jpg']);
    expect(await feed()).toMatchObject({ appliedCount: 2, unreadableCount: 0, unreadable: [] });
  });

  test('looks become rarer, down to one in an hour', async () => {
    storage.put('a');
    heads.set('a', refusal('forbidden'));
    await tell('a');
    const pauses: number[] = [];
    for (let look = 0; look < 12; look++) {
      await apply();
      const { nextLookAt, problem, attempts } = (await feed()).unreadable[0]!;
      expect({ problem, attempts }).toEqual({ problem: 'It may not be read. Allow it.', attempts: look + 1 });
      pauses.push((Date.parse(nextLookAt) - now.getTime()) / 1000);
      pass(pauses.at(-1)!);
    }
    expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
  });

  test('where nothing can be looked at and nothing be listed, all waits and nothing is lost', async () => {
    for (const key of ['a', 'b']) storage.put(key);
    heads.set('*', refusal('unauthenticated'));
    lists.set('*', refusal('unauthenticated'));
    await tell('a', 'b');
    await expect(apply()).rejects.toMatchObject({ kind: 'unauthenticated' });
    expect(await feed()).toMatchObject({ waitingCount: 2, unreadableCount: 0 });
    heads.clear();
    await apply();
    expect(await keys()).toEqual(['a', 'b']);
  });

  test('an outage does not wear out what was put off before', async () => {
    storage.put('a');
    heads.set('a', refusal('forbidden'));
    await tell('a');
    await apply();
    lists.set('*', refusal('unreachable'));
    pass(5);
    await expect(apply()).rejects.toMatchObject({ kind: 'forbidden' });
    expect((await feed()).unreadable).toMatchObject([{ attempts: 1 }]);
  });

  test('a later event of the same object is dealt with at once, and takes the earlier one with it', async () => {
    storage.put('a');
    heads.set('a', refusal('forbidden'));
    await tell('a');
    await apply();
    heads.clear();
    await tell('a');
    await apply();
    expect(await keys()).toEqual(['a']);
    expect(await feed()).toMatchObject({ unreadableCount: 0, appliedCount: 1 });
    pass(5);
    expect(await apply()).toBe(false);
    expect(looks).toEqual(['a', 'a']);
  });

  test('an earlier event that comes again leaves what was put off', async () => {
    storage.put('a', 'x');
    await tell('a');
    await apply();
    const first = sequence;
    storage.put('a', 'longer');
    heads.set('a', refusal('forbidden'));
    await tell('a');
    await apply();
    sequence = first - 1;
    await tell('a');
    expect(await apply()).toBe(true);
    expect(await feed()).toMatchObject({ unreadableCount: 1 });
    heads.clear();
    pass(5);
    expect(await apply()).toBe(true);
    const { items } = await it.catalogue.listAssets(it.workspaceId, assetFilter.parse({}), { limit: 1000 });
    expect(items.filter(asset => asset.sourceId === source.sourceId)).toMatchObject([{ sizeBytes: 6 }]);
  });

  test('an outage is noticed after a few looks, and nothing is lost', async () => {
    const all = Array.from({ length: 100 }, (_, index) => `a${String(index).padStart(2, '0')}`);
    for (const key of all) storage.put(key);
    heads.set('*', refusal('unreachable'));
    lists.set('*', refusal('unreachable'));
    await tell(...all);
    await expect(apply()).rejects.toMatchObject({ kind: 'unreachable' });
    expect(looks.length).toBeLessThan(all.length);
    heads.clear();
    await apply();
    expect(await keys()).toEqual(all);
  });

  test.each([
    ['refused', refusal('forbidden')],
    ['a surprise to its reader', new TypeError('x is undefined')],
  ])('a directory that cannot be listed holds back nothing: %s', async (_, failure) => {
    for (const key of ['dir/a', 'b']) storage.put(key);
    lists.set('dir/', failure);
    await tellAs('DirectoryDeleted', 'dir');
    await tell('b');
    await apply();
    expect(await keys()).toEqual(['b']);
    expect((await feed()).unreadable).toMatchObject([{ key: 'dir', kind: 'directory' }]);
    lists.clear();
    pass(5);
    await apply();
    expect(await keys()).toEqual(['b', 'dir/a']);
    expect((await feed()).unreadableCount).toBe(0);
  });

  test('a full sync settles what was put off before it began', async () => {
    for (const key of ['a', 'b']) storage.put(key);
    heads.set('*', refusal('forbidden'));
    await tell('a', 'b');
    await apply();
    expect((await feed()).unreadableCount).toBe(2);
    await it.sync(source.sourceId);
    expect(await keys()).toEqual(['a', 'b']);
    expect(await feed()).toMatchObject({ unreadableCount: 0, repaired: { assets: 2 } });
  });

  test('twenty are named; where too many are put off, they are counted and left to a full sync', async () => {
    const all = Array.from({ length: 31 }, (_, index) => `a${index}`);
    for (const key of all) storage.put(key);
    heads.set('*', refusal('forbidden'));
    await tell(...all.slice(0, 30));
    await apply({ mostPostponed: 30 });
    expect(await feed()).toMatchObject({ unreadableCount: 30, syncWanted: null, droppedCount: 0 });
    expect((await feed()).unreadable.map(({ key }) => key)).toEqual(all.slice(0, 20));
    await tell(all[30]!);
    await apply({ mostPostponed: 30 });
    const reason = 'Mooring could not read more than 30 objects that events named.';
    expect(await feed()).toMatchObject({ unreadableCount: 0, syncWanted: { reason }, droppedCount: 31 });
  });

  test.each([
    ['a sequencer', { sequencer: '\0' }],
    ['an ETag', { eTag: 'x\0', contentLength: 1 }],
    ['half a character in an ETag', { eTag: '\ud800', contentLength: 1 }],
  ])('%s that no database can hold does not hold up those it comes with', async (_, data) => {
    storage.put('a');
    const event = (key: string, data: object) => ({
      subject: `/blobServices/default/containers/data/blobs/${key}`,
      eventType: 'Microsoft.Storage.BlobCreated',
      eventTime: now.toISOString(),
      data,
    });
    expect(await feeds().receive(source, [event('bad', data), event('a', {})])).toBe(1);
    await apply();
    expect(await keys()).toEqual(['a']);
  });
});
