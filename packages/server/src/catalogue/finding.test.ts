import { type Asset, type AssetSort, assetFilter, type KnownFacts } from '@mooring/contract';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testServers } from '../platform/database/testing.ts';
import { buildBitmaps } from './build-bitmaps.ts';
import { judgeSources } from './judge-sources.ts';
import { writeMedia } from './media.ts';
import { lockSource } from './source-lock.ts';
import { createTestCatalogue, objectOf, type TestCatalogue } from './testing.ts';

const facts = (mediaType: string, kind: KnownFacts['kind'], more: Partial<KnownFacts> = {}): KnownFacts => ({
  mediaType,
  kind,
  ...more,
});
const MEDIA: Record<string, KnownFacts> = {
  'cam1/night 1.jpg': facts('image/jpeg', 'image', { width: 400, height: 300, orientation: 6 }),
  'cam1/day.jpg': facts('image/jpeg', 'image', { width: 100, height: 300 }),
  'cam2/It’s 1.mov': facts('video/quicktime', 'video', {
    ...{ width: 1920, height: 1080, durationSeconds: 12.5, frames: 300, codec: 'avc1.64001f' },
    ...{ brand: 'qt', pixelFormat: 'yuv420p' },
  }),
  'cam2/clip.mp4': facts('video/mp4', 'video', {
    ...{ width: 640, height: 480, durationSeconds: 3, frames: 75, codec: 'avc1.42e01e' },
    ...{ brand: 'mp42', pixelFormat: 'yuv420p' },
  }),
};
const OTHERS = ['cam3/Cafe\u0301.png', 'cam3/caf\u00e9.txt', 'cam3/old.jpg'];

describe.each(testServers)('finding on $name', server => {
  let it: TestCatalogue;
  let sourceId: string;
  const filterOf = (filter: object) => assetFilter.parse({ sourceId, ...filter });
  const list = (filter: object, options: { sort?: AssetSort; cursor?: string; limit?: number } = {}) =>
    it.catalogue.listAssets(it.workspaceId, filterOf(filter), { limit: 100, ...options });
  const keys = async (filter: object, sort?: AssetSort) =>
    (await list(filter, sort ? { sort } : {})).items.map(({ key }) => key);

  beforeAll(async () => {
    it = await createTestCatalogue(server);
    const source = await it.catalogue.createSource(it.workspaceId, {
      connectionId: await it.connect(),
      container: 'media',
    });
    sourceId = source.id;
    const all = [...Object.keys(MEDIA), ...OTHERS];
    await it.write(sourceId, () => ({
      added: all.map((key, at) =>
        objectOf(key, {
          sizeBytes: (at + 1) * 100,
          lastModified: new Date(Date.UTC(2026, 0, 10 - at)),
          archiveState: key.includes('old') ? 'archived' : 'readable',
          tier: key.includes('old') ? 'Archive' : 'Hot',
        }),
      ),
    }));
    const { items } = await list({});
    await it.db.transaction().execute(async trx => {
      const locked = await lockSource(trx, it.workspaceId, sourceId);
      const learned = items
        .filter(({ key }) => MEDIA[key])
        .map(({ id, key, etag }) => ({
          ...{ assetId: id, etag, facts: MEDIA[key]!, problem: null },
          warnings: key === 'cam1/day.jpg' ? [{ code: 'blank' as const, message: 'All is white.' }] : [],
        }));
      await writeMedia(trx, locked, learned, new Date());
    });
    const tag = (add: string[], assets: Asset[], metadata?: object) =>
      it.catalogue.editAssets(
        it.workspaceId,
        assets.map(({ id }) => id),
        { tags: { add, remove: [] }, metadata: metadata as Record<string, unknown> | undefined },
      );
    const inFolder = (folder: string) => items.filter(({ key }) => key.startsWith(folder));
    await tag(['checked', 'night'], inFolder('cam1/'), {
      patient: 'p-1',
      age: 42,
      scan: { site: 'Berlin', 'field.strength': 1.5 },
    });
    await tag(['night'], inFolder('cam2/'), {
      patient: 'p-2',
      age: '42',
      'scan.site': 'Berlin',
      labels: ['a', { of: 'b' }],
    });
  });
  afterAll(() => it.drop());

  const build = () => buildBitmaps(it.db, AbortSignal.timeout(60_000));

  describe.each([
    ['from rows', async () => {}],
    ['from bitmaps', build],
  ])('%s', (_how, prepare) => {
    beforeAll(prepare);

    test.each<[object, string[]]>([
      [{ kind: 'video' }, ['cam2/It’s 1.mov', 'cam2/clip.mp4']],
      [{ mediaType: 'video/quicktime' }, ['cam2/It’s 1.mov']],
      [{ codec: 'avc1.42e01e' }, ['cam2/clip.mp4']],
      [{ tier: 'Archive' }, ['cam3/old.jpg']],
      [{ warning: 'blank' }, ['cam1/day.jpg']],
      [{ minDurationSeconds: '3', maxFrames: '100' }, ['cam2/clip.mp4']],
      [{ minWidth: '400', maxHeight: '300' }, ['cam1/night 1.jpg']],
      [{ minSizeBytes: '200', maxSizeBytes: '300' }, ['cam1/day.jpg', 'cam2/It’s 1.mov']],
      [{ modifiedFrom: '2026-01-09T00:00:00Z', modifiedBefore: '2026-01-10T00:00:00Z' }, ['cam1/day.jpg']],
      [{ name: '1 CAM1' }, ['cam1/day.jpg', 'cam1/night 1.jpg']],
      [{ name: '"night 1"' }, ['cam1/night 1.jpg']],
      [{ name: 'cam*1.mov' }, ['cam2/It’s 1.mov']],
      [{ name: 'CAFÉ' }, ['cam3/Cafe\u0301.png', 'cam3/caf\u00e9.txt']],
      [{ name: 'cafe\u0301*.txt' }, ['cam3/caf\u00e9.txt']],
      [{ name: '100%' }, []],
      [{ tag: 'checked' }, ['cam1/day.jpg', 'cam1/night 1.jpg']],
      [{ tag: 'night', kind: 'video' }, ['cam2/It’s 1.mov', 'cam2/clip.mp4']],
      [{ tag: 'Night' }, []],
      [{ metadata: 'patient=p-1' }, ['cam1/day.jpg', 'cam1/night 1.jpg']],
      [{ metadata: 'patient=p' }, []],
      [{ metadata: 'field.strength' }, []],
      [{ metadata: 'scan', mediaType: 'image/jpeg' }, ['cam1/day.jpg', 'cam1/night 1.jpg']],
      [{ metadata: 'age=42', name: 'clip' }, ['cam2/clip.mp4']],
      [{ metadata: 'age=42.0' }, ['cam1/day.jpg', 'cam1/night 1.jpg']],
      [{ metadata: 'scan.site=Berlin', tag: 'checked' }, ['cam1/day.jpg', 'cam1/night 1.jpg']],
      [{ metadata: 'scan.site=Berlin', kind: 'video' }, ['cam2/It’s 1.mov', 'cam2/clip.mp4']],
      [{ metadata: 'labels=a' }, ['cam2/It’s 1.mov', 'cam2/clip.mp4']],
      [{ metadata: 'labels.of=b' }, ['cam2/It’s 1.mov', 'cam2/clip.mp4']],
      [{ metadata: 'patient="] || true) //' }, []],
    ])('%j', async (filter, expected) => {
      expect(await keys(filter)).toEqual(expected);
    });

    test('every order goes through all assets, page by page, and back', async () => {
      const positions = ['size', 'modified', 'duration', 'dimensions', 'key'] as const;
      for (const sort of positions.flatMap((name): AssetSort[] => [name, `-${name}`])) {
        const all = (await list({}, { sort })).items;
        expect(all).toHaveLength(7);
        const paged: Asset[] = [];
        for (let cursor: string | undefined; ; ) {
          const page = await list({}, { sort, limit: 2, ...(cursor && { cursor }) });
          paged.push(...page.items);
          if (page.nextCursor === null) break;
          cursor = page.nextCursor;
        }
        expect(paged, sort).toEqual(all);
        const { cursors, total, more } = await it.catalogue.assetAnchors(
          it.workspaceId,
          filterOf({}),
          3,
          sort,
        );
        expect({ total, more, pages: cursors.length }).toEqual({ total: 7, more: false, pages: 3 });
        const third = await list({}, { sort, cursor: cursors[2]! });
        expect(third.items, sort).toEqual(all.slice(6));
      }
      expect((await keys({}, '-duration')).slice(0, 2)).toEqual(['cam2/It’s 1.mov', 'cam2/clip.mp4']);
      expect((await keys({}, 'dimensions')).slice(0, 4)).toEqual([
        ...['cam1/day.jpg', 'cam1/night 1.jpg', 'cam2/clip.mp4', 'cam2/It’s 1.mov'],
      ]);
    });

    test('a cursor of another order, or one made up, is refused', async () => {
      const { nextCursor } = await list({}, { sort: 'size', limit: 1 });
      const made = Buffer.from(JSON.stringify(['size', 'x', 'y'])).toString('base64url');
      for (const [sort, cursor] of [['-size', nextCursor!] as const, ['size', made] as const])
        await expect(list({}, { sort, cursor })).rejects.toMatchObject({ code: 'invalid_request' });
    });

    test('counts of each choice leave out its own filter', async () => {
      const { total, estimated, facets } = await it.catalogue.assetFacets(
        it.workspaceId,
        filterOf({ kind: 'video' }),
      );
      expect({ total, estimated }).toEqual({ total: 2, estimated: false });
      expect(facets.kind).toEqual([
        { value: 'image', count: 4 },
        { value: 'video', count: 2 },
        { value: 'text', count: 1 },
      ]);
      expect(facets.codec.map(({ value }) => value)).toEqual(['avc1.42e01e', 'avc1.64001f']);
      expect(facets.warning).toEqual([]);
    });
  });

  test('any filter finds and counts the same in bitmaps as in rows', async () => {
    const keysAndCounts = async (filter: object) => [
      await keys(filter),
      await it.catalogue.assetFacets(it.workspaceId, filterOf(filter)),
    ];
    const bound = fc.nat({ max: 2000 }).map(String);
    const values = {
      kind: fc.constantFrom('image', 'video', 'text'),
      mediaType: fc.constantFrom('image/jpeg', 'video/mp4'),
      tier: fc.constantFrom('Hot', 'Archive', 'Cool'),
      archiveState: fc.constantFrom('readable', 'archived'),
      status: fc.constantFrom('present', 'gone', 'any'),
      minSizeBytes: bound,
      maxSizeBytes: bound,
      minWidth: bound,
      maxHeight: bound,
      minDurationSeconds: fc.double({ min: 0, max: 20, noNaN: true }).map(seconds => seconds.toFixed(3)),
      maxFrames: bound,
      tag: fc.constantFrom('night', 'checked', 'none'),
      metadata: fc.constantFrom('patient', 'patient=p-1', 'age=42', 'scan.site=Berlin', 'labels=a', 'site'),
      name: fc.constantFrom(
        'cam1',
        'JPG',
        '"night 1"',
        'cam*mov',
        'CAFÉ',
        'caf',
        'ov 1',
        'old.jpg',
        'nothing such',
      ),
      modifiedFrom: fc
        .integer({ min: 1, max: 12 })
        .map(day => new Date(Date.UTC(2026, 0, day)).toISOString()),
      modifiedBefore: fc
        .integer({ min: 1, max: 12 })
        .map(day => new Date(Date.UTC(2026, 0, day)).toISOString()),
    };
    const few = fc.subarray(Object.keys(values) as (keyof typeof values)[], { minLength: 1, maxLength: 3 });
    const filter = fc
      .tuple(fc.record(values), few)
      .map(([all, names]) => Object.fromEntries(names.map(name => [name, all[name]])));
    const filters = [
      ...fc.sample(filter, { numRuns: 150, seed: 13 }),
      // Finer than bitmaps know durations and moments.
      { minDurationSeconds: '12.5000001', maxDurationSeconds: '12.5000001' },
      { modifiedFrom: '2026-01-09T00:00:00.0005Z', modifiedBefore: '2026-01-10T00:00:00.0005Z' },
      { modifiedBefore: '1970-01-01T00:00:00Z' },
    ];
    await sql`update asset_segments set built = false`.execute(it.db);
    const fromRows = [];
    // One after the other: a search waits for connections within its own time.
    for (const filter of filters) fromRows.push(await keysAndCounts(filter));
    await build();
    for (const [at, filter] of filters.entries())
      expect({ filter, found: await keysAndCounts(filter) }).toEqual({ filter, found: fromRows[at] });
    expect(fromRows.filter(([found]) => (found as string[]).length > 0).length).toBeGreaterThan(20);
  });

  test('what lies below a folder is counted as rows say, also where a segment reaches over its edge', async () => {
    const { items: tops } = await it.catalogue.listFolders(it.workspaceId, { limit: 10 });
    const { items } = await it.catalogue.listFolders(it.workspaceId, { limit: 10, parentId: tops[0]!.id });
    expect(items.length).toBeGreaterThan(2);
    await build();
    for (const { id, total } of items) {
      const { total: counted } = await it.catalogue.assetFacets(it.workspaceId, filterOf({ folderId: id }));
      expect(counted).toBe(total.assets);
      expect(await keys({ folderId: id }, '-size')).toHaveLength(total.assets);
    }
  });

  test('a change of assets is found at once, before bitmaps are built anew, and after', async () => {
    await build();
    await it.write(sourceId, assets => ({
      added: [objectOf('cam4/new.jpg', { tier: 'Cool' })],
      updated: assets
        .filter(({ key }) => key === 'cam3/old.jpg')
        .map(asset => ({ asset, object: objectOf(asset.key, { tier: 'Cold' }) })),
      gone: assets.filter(({ key }) => key === 'cam3/caf\u00e9.txt'),
    }));
    for (const built of [false, true]) {
      if (built) await build();
      expect(await keys({ tier: 'Cool' })).toEqual(['cam4/new.jpg']);
      expect(await keys({ tier: 'Cold' })).toEqual(['cam3/old.jpg']);
      expect(await keys({ tier: 'Archive' })).toEqual([]);
      expect(await keys({ status: 'gone', tier: 'Hot' })).toEqual(['cam3/caf\u00e9.txt']);
      const { facets } = await it.catalogue.assetFacets(it.workspaceId, filterOf({}));
      expect(facets.tier.map(({ value, count }) => [value, count])).toEqual([
        ['Hot', 5],
        ['Cold', 1],
        ['Cool', 1],
      ]);
    }
    await it.write(sourceId, assets => ({
      updated: assets
        .filter(({ key }) => key === 'cam3/old.jpg')
        .map(asset => ({
          asset,
          object: objectOf(asset.key, { tier: 'Archive', archiveState: 'archived' }),
        })),
      gone: assets.filter(({ key }) => key === 'cam4/new.jpg'),
    }));
  });

  describe('profiles', () => {
    const give = async (profile: string) => {
      await it.catalogue.updateSource(it.workspaceId, sourceId, { profile });
      await judgeSources(it.db, AbortSignal.timeout(60_000), 3);
      expect(await it.catalogue.getSource(it.workspaceId, sourceId)).toMatchObject({
        profile,
        judging: false,
      });
    };

    test('judge from what is stored, say why, and how to mend it', async () => {
      await give('datature');
      const { items } = await list({ profileResult: 'failing' });
      expect(items.map(({ key, failedRules }) => [key, failedRules.map(({ rule }) => rule)])).toEqual([
        ['cam1/night 1.jpg', ['upright']],
        ['cam2/It’s 1.mov', ['mp4', 'brand']],
      ]);
      expect(items[0]!.failedRules[0]).toMatchObject({
        message: 'The orientation is 6; expected 1.',
        fix: { snippets: [{ text: "ffmpeg -i './night 1.jpg' -q:v 2 './night 1.fixed.jpg'" }, {}] },
      });
      expect(await keys({ failedRule: 'brand' })).toEqual(['cam2/It’s 1.mov']);
      const { facets } = await it.catalogue.assetFacets(it.workspaceId, filterOf({}));
      expect(facets.failedRule).toEqual(['brand', 'mp4', 'upright'].map(value => ({ value, count: 1 })));
      await give('none');
      expect(await keys({ profileResult: 'failing' })).toEqual([]);
    });

    test('judge again by another profile only', async () => {
      await give('datature');
      await it.catalogue.updateSource(it.workspaceId, sourceId, { profile: 'datature', probes: true });
      expect(await it.catalogue.getSource(it.workspaceId, sourceId)).toMatchObject({ judging: false });
      await give('none');
    });

    test('hold no text that the database cannot', async () => {
      const rule = { id: 'h264', fact: 'codec' as const, oneOf: ['avc1\0'] };
      await expect(it.catalogue.putProfile(it.workspaceId, 'ours', { rules: [rule] })).rejects.toMatchObject({
        code: 'invalid_request',
      });
    });

    test('judge what a listing says when it changes', async () => {
      await give('encord');
      expect(await keys({ profileResult: 'failing' })).toEqual(['cam3/old.jpg']);
      const archiveState = 'readable' as const;
      await it.write(sourceId, assets => ({
        updated: assets
          .filter(({ key }) => key === 'cam3/old.jpg')
          .map(asset => ({ asset, object: objectOf(asset.key, { tier: 'Hot', archiveState }) })),
        added: [objectOf('cam9/new.jpg', { archiveState: 'archived' })],
      }));
      expect(await keys({ profileResult: 'failing' })).toEqual(['cam9/new.jpg']);
    });

    test('of the workspace: written, judged again when they change, and kept while a source has them', async () => {
      const put = (oneOf: string[]) =>
        it.catalogue.putProfile(it.workspaceId, 'ours', { rules: [{ id: 'h264', fact: 'codec', oneOf }] });
      await put(['avc1.42*']);
      await give('ours');
      expect(await keys({ failedRule: 'h264' })).toEqual(['cam2/It’s 1.mov']);
      await put(['avc1.64*']);
      expect(await it.catalogue.getSource(it.workspaceId, sourceId)).toMatchObject({ judging: true });
      await judgeSources(it.db, AbortSignal.timeout(60_000));
      expect(await keys({ failedRule: 'h264' })).toEqual(['cam2/clip.mp4']);
      const { items } = await it.catalogue.listProfiles(it.workspaceId, { limit: 10 });
      expect(items.map(({ name }) => name)).toEqual([
        'none',
        'encord',
        'datature',
        'browser-playable',
        'ours',
      ]);
      const remove = () => it.catalogue.deleteProfile(it.workspaceId, 'ours');
      await expect(remove()).rejects.toMatchObject({ code: 'conflict' });
      await give('none');
      await remove();
      await expect(give('ours')).rejects.toMatchObject({ code: 'not_found' });
      await expect(it.catalogue.putProfile(it.workspaceId, 'encord', { rules: [] })).rejects.toMatchObject({
        code: 'conflict',
      });
    });
  });
});

describe.each(testServers)('finding among many assets on $name', server => {
  const MANY = 20_000;
  let it: TestCatalogue;
  let sourceId: string;
  const build = () => buildBitmaps(it.db, AbortSignal.timeout(60_000));
  beforeAll(async () => {
    it = await createTestCatalogue(server);
    const source = await it.catalogue.createSource(it.workspaceId, {
      connectionId: await it.connect(),
      container: 'media',
    });
    sourceId = source.id;
    await it.write(sourceId, () => ({
      added: Array.from({ length: MANY }, (_, at) =>
        objectOf(`set-${at % 7}/${String(at).padStart(6, '0')}.${at % 3 === 0 ? 'mp4' : 'jpg'}`, {
          // A tenth has one size: more than a page, and more than are gathered at once.
          sizeBytes: at % 10 === 0 ? 4998 : (at * 7919) % 5000,
          lastModified: new Date(Date.UTC(2026, 0, 1) + ((at * 31) % 10_007) * 1000),
        }),
      ),
    }));
    await sql`
      update assets set probed_etag = etag, probed_at = now(), width = number % 97 + 1, height = number % 89 + 1,
        duration_seconds = case when kind = 'video' then number % 1009 / 8.0 end`.execute(it.db);
  });
  afterAll(() => it.drop());

  /** The keys of the first pages of a list, in the order that PostgreSQL sorts all of it. */
  const sorted = async (order: string, where: string, count: number) =>
    (
      await sql<{ key: string }>`
        select key from assets where ${sql.raw(where)} order by ${sql.raw(order)} limit ${count}`.execute(
        it.db,
      )
    ).rows.map(({ key }) => key);

  test.each([
    ['none', async () => {}],
    ['all segments', build],
    [
      'two of three segments',
      async () => {
        await build();
        await sql`update assets set tier = 'Cool' where number = 9000`.execute(it.db);
      },
    ],
  ])('every order begins as it should, with bitmaps of %s', async (_which, prepare) => {
    await prepare();
    const known = 'duration_seconds is null';
    const orders: Record<string, string> = {
      size: 'size_bytes, id',
      '-size': 'size_bytes desc, id desc',
      modified: 'last_modified, id',
      '-modified': 'last_modified desc, id desc',
      duration: `${known}, duration_seconds, id`,
      '-duration': `${known}, duration_seconds desc, id desc`,
      dimensions: 'width * height, id',
      '-dimensions': 'width * height desc, id desc',
      '-key': 'key desc',
    };
    const filters = [
      [{}, 'true'],
      [{ kind: 'video', maxWidth: '60' }, "kind = 'video' and width <= 60"],
      [{ name: '0123 jpg' }, "key like '%0123%' and key like '%jpg%'"],
    ] as const;
    for (const [filter, where] of filters)
      for (const [sort, order] of Object.entries(orders)) {
        const parsed = assetFilter.parse({ sourceId, ...filter });
        const options = { limit: 150, sort: sort as AssetSort };
        const first = await it.catalogue.listAssets(it.workspaceId, parsed, options);
        const cursor = first.nextCursor ?? undefined;
        const second = cursor
          ? await it.catalogue.listAssets(it.workspaceId, parsed, { ...options, cursor })
          : null;
        const found = [...first.items, ...(second?.items ?? [])].map(({ key }) => key);
        expect(found, `${JSON.stringify(filter)} by ${sort}`).toEqual(await sorted(order, where, 300));
      }
    for (const sort of ['-size', 'duration'] as const) {
      const found: string[] = [];
      for (let cursor: string | undefined; ; ) {
        const options = { limit: 1000, sort, ...(cursor && { cursor }) };
        const { items, nextCursor } = await it.catalogue.listAssets(
          it.workspaceId,
          assetFilter.parse({ sourceId }),
          options,
        );
        found.push(...items.map(({ key }) => key));
        if (nextCursor === null) break;
        cursor = nextCursor;
      }
      expect(found, `all by ${sort}`).toEqual(await sorted(orders[sort]!, 'true', MANY));
    }
    const { total, estimated, facets } = await it.catalogue.assetFacets(
      it.workspaceId,
      assetFilter.parse({ sourceId, minWidth: '50' }),
    );
    expect({ total, estimated }).toEqual({
      total: (await sorted('id', 'width >= 50', MANY)).length,
      estimated: false,
    });
    expect(facets.kind.reduce((sum, { count }) => sum + count, 0)).toBe(total);
  });
});

describe.each(testServers)('bitmaps on $name', server => {
  let it: TestCatalogue;
  const build = () => buildBitmaps(it.db, AbortSignal.timeout(60_000));
  const facetsOf = (sourceId?: string) =>
    it.catalogue.assetFacets(it.workspaceId, assetFilter.parse(sourceId ? { sourceId } : {}));
  const notBuilt = async () =>
    (
      await sql<{ source_id: string }>`
        select source_id from asset_segments where not built order by source_id`.execute(it.db)
    ).rows.map(row => row.source_id);
  /** A source whose assets have these types, each so many times. */
  async function sourceOf(
    types: readonly (readonly [contentType: string, times: number])[],
  ): Promise<string> {
    const { id } = await it.catalogue.createSource(it.workspaceId, {
      connectionId: await it.connect(),
      container: 'media',
    });
    const contentTypes = types.flatMap(([type, times]) => Array.from({ length: times }, () => type));
    await it.write(id, () => ({
      added: contentTypes.map((contentType, at) => objectOf(`${at}`, { contentType })),
    }));
    return id;
  }
  beforeEach(async () => {
    it = await createTestCatalogue(server);
  });
  afterEach(() => it.drop());

  test('do not hide choices of a facet with very many values', async () => {
    const many = Array.from({ length: 250 }, (_, at) => [`x/${at}`, 1] as const);
    const sourceId = await sourceOf([...many, ['image/jpeg', 20]]);
    await build();
    const { total, estimated, facets } = await facetsOf(sourceId);
    expect({ total, estimated }).toEqual({ total: 270, estimated: false });
    expect(facets.mediaType).toHaveLength(50);
    expect(facets.mediaType[0]).toEqual({ value: 'image/jpeg', count: 20 });
  });

  test('and rows are added before the most frequent choices are taken', async () => {
    const many = Array.from({ length: 60 }, (_, at) => [`x/${at}`, 3] as const);
    await sourceOf([...many, ['z/rare', 2]]);
    const changed = await sourceOf([['z/rare', 10]]);
    await build();
    await sql`update assets set tier = 'Cool' where source_id = ${changed}`.execute(it.db);
    expect(await notBuilt()).toEqual([changed]);
    const { facets } = await facetsOf();
    expect(facets.mediaType[0]).toEqual({ value: 'z/rare', count: 12 });
  });

  test('are built although a storage or a probe makes up a very long type', async () => {
    const long = `x/${Array.from({ length: 500 }, (_, at) => (at * at * 7919).toString(36)).join('')}`;
    const sourceId = await sourceOf([
      [long, 1],
      ['image/jpeg', 2],
    ]);
    await build();
    expect(await notBuilt()).toEqual([]);
    const { total, facets } = await facetsOf(sourceId);
    expect(total).toBe(3);
    expect(facets.mediaType).toEqual([{ value: 'image/jpeg', count: 2 }]);
  });

  test('of others are built beside a segment that changes all the time, and one that fails', async () => {
    const [changing, failing, other] = [
      await sourceOf([['image/jpeg', 1]]),
      await sourceOf([['image/png', 1]]),
      await sourceOf([['image/gif', 1]]),
    ];
    await sql
      .raw(`
        create function disturb() returns trigger language plpgsql as $$
        begin
          if new.source_id = '${failing}' then raise exception 'disk full'; end if;
          if new.source_id = '${changing}' then new.built := false; end if;
          return new;
        end $$;
        create trigger disturb before update on asset_segments for each row execute function disturb()`)
      .execute(it.db);
    await expect(build()).rejects.toThrow('disk full');
    expect(await notBuilt()).toEqual([changing, failing].sort());
    expect((await facetsOf(other)).total).toBe(1);
  });
});
