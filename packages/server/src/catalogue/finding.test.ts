import { type Asset, type AssetSort, assetFilter, type KnownFacts } from '@mooring/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testServers } from '../platform/database/testing.ts';
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
  });
  afterAll(() => it.drop());

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
      const { cursors, total, more } = await it.catalogue.assetAnchors(it.workspaceId, filterOf({}), 3, sort);
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
