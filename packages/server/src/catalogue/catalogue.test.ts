import { ARCHIVE_STATES, type AssetFilter, assetFilter, type Folder } from '@mooring/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testServers } from '../platform/database/testing.ts';
import { decodeCursor } from './cursor.ts';
import { directoryOf } from './key.ts';
import { kindOf } from './kind.ts';
import {
  adversarialKeys,
  createTestCatalogue,
  inByteOrder,
  objectOf,
  recount,
  type TestCatalogue,
} from './testing.ts';

describe.each(testServers)('the catalogue on $name', server => {
  let it: TestCatalogue;
  beforeAll(async () => {
    it = await createTestCatalogue(server);
  });
  afterAll(() => it.drop());

  const refusal = (code: string) => expect.objectContaining({ code });
  const filterOf = (filter: Partial<Record<keyof AssetFilter, string>> = {}) => assetFilter.parse(filter);

  async function sourceWith(keys: string[], prefix = '') {
    const source = await it.catalogue.createSource(it.workspaceId, {
      connectionId: await it.connect(),
      prefix,
    });
    await it.write(source.id, () => ({ added: keys.map(key => objectOf(key)) }));
    return source;
  }

  async function listAll(filter: AssetFilter, limit: number) {
    const pages = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await it.catalogue.listAssets(it.workspaceId, filter, { cursor, limit });
      pages.push(page);
      cursor = page.nextCursor;
    }
    return { pages, assets: pages.flatMap(page => page.items) };
  }

  async function listFolders(parentId?: string, limit = 1000): Promise<Folder[]> {
    const folders: Folder[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await it.catalogue.listFolders(it.workspaceId, { parentId, cursor, limit });
      folders.push(...page.items);
      cursor = page.nextCursor;
    }
    return folders;
  }

  describe('sources', () => {
    test('take container and prefix from the connection, and name their folder after them', async () => {
      const connectionId = await it.connect({ container: 'scans', prefix: 'a/b/' });
      const source = await it.catalogue.createSource(it.workspaceId, { connectionId });
      expect(source).toMatchObject({ container: 'scans', prefix: 'a/b/', assetCount: 0, lastSyncedAt: null });
      expect(await it.catalogue.getSource(it.workspaceId, source.id)).toEqual(source);
      const folder = await it.catalogue.getFolder(it.workspaceId, source.folderId);
      expect(folder).toMatchObject({
        name: 'scans/a/b',
        path: ['scans/a/b'],
        parentId: null,
        sourceId: source.id,
        total: { assets: 0, sizeBytes: 0 },
        byKind: {},
        childCount: 0,
        revision: 1,
      });
    });

    test('of two connections with the same container get folders of different names', async () => {
      const names = [];
      for (const connectionId of [await it.connect(), await it.connect()]) {
        const source = await it.catalogue.createSource(it.workspaceId, { connectionId, container: 'twice' });
        names.push((await it.catalogue.getFolder(it.workspaceId, source.folderId)).name);
      }
      expect(names).toEqual(['twice', 'twice (2)']);
    });

    test('are refused where they would double what is there, or cannot be', async () => {
      const connectionId = await it.connect();
      const { createSource } = it.catalogue;
      await createSource(it.workspaceId, { connectionId, container: 'c', folderName: 'taken' });
      for (const [input, code] of [
        [{ connectionId, container: 'c' }, 'conflict'],
        [{ connectionId, container: 'd', folderName: 'taken' }, 'conflict'],
        [{ connectionId: 'con_00000000000000000000' }, 'not_found'],
        [{ connectionId, container: 'c', prefix: 'a\0' }, 'invalid_request'],
        [{ connectionId: await it.connect({}) }, 'invalid_request'],
      ] as const) {
        await expect(createSource(it.workspaceId, input)).rejects.toThrow(refusal(code));
      }
    });

    test('are listed oldest first, page by page', async () => {
      const connectionId = await it.connect();
      const made = [];
      for (const container of ['c', 'b', 'a']) {
        made.push(await it.catalogue.createSource(it.workspaceId, { connectionId, container }));
      }
      const first = await it.catalogue.listSources(it.workspaceId, { connectionId, limit: 2 });
      const cursor = first.nextCursor ?? '';
      const second = await it.catalogue.listSources(it.workspaceId, { connectionId, limit: 2, cursor });
      expect([...first.items, ...second.items]).toEqual(made.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
      expect(second.nextCursor).toBeNull();
    });

    test('of another workspace are not there', async () => {
      const source = await sourceWith(['a']);
      await expect(it.catalogue.getSource('ws_other', source.id)).rejects.toThrow(refusal('not_found'));
      await expect(it.catalogue.getFolder('ws_other', source.folderId)).rejects.toThrow(refusal('not_found'));
      expect((await it.catalogue.listAssets('ws_other', filterOf(), { limit: 10 })).items).toEqual([]);
    });

    test('vanish with all that is in them the moment their connection is unlinked', async () => {
      const source = await sourceWith(['a/b']);
      const { assets } = await listAll(filterOf({ sourceId: source.id }), 10);
      await it.unlink(source.connectionId);
      const { catalogue, workspaceId } = it;
      await expect(catalogue.getSource(workspaceId, source.id)).rejects.toThrow(refusal('not_found'));
      await expect(catalogue.getFolder(workspaceId, source.folderId)).rejects.toThrow(refusal('not_found'));
      await expect(catalogue.getAsset(workspaceId, assets[0]!.id)).rejects.toThrow(refusal('not_found'));
      expect((await listAll(filterOf({ sourceId: source.id }), 10)).assets).toEqual([]);
      expect((await listFolders()).map(folder => folder.id)).not.toContain(source.folderId);
      await expect(it.write(source.id, () => ({}))).rejects.toThrow(refusal('not_found'));
      const connectionId = source.connectionId;
      await expect(catalogue.createSource(workspaceId, { connectionId })).rejects.toThrow(
        refusal('not_found'),
      );
    });
  });

  describe('assets', () => {
    test('say all that is known of them', async () => {
      const source = await sourceWith([]);
      const object = objectOf('p/é.JPG', {
        contentType: 'application/octet-stream',
        sizeBytes: 2 ** 40,
        tier: null,
      });
      await it.write(source.id, () => ({ added: [object] }));
      const { assets } = await listAll(filterOf({ sourceId: source.id }), 10);
      expect(assets).toEqual([
        expect.objectContaining({
          connectionId: source.connectionId,
          sourceId: source.id,
          key: 'p/é.JPG',
          name: 'é.JPG',
          kind: 'image',
          contentType: 'application/octet-stream',
          sizeBytes: 2 ** 40,
          etag: 'e1',
          tier: null,
          lastModified: '2026-01-02T03:04:05.000Z',
          status: 'present',
          goneAt: null,
        }),
      ]);
      expect(await it.catalogue.getAsset(it.workspaceId, assets[0]!.id)).toEqual(assets[0]);
    });

    test('are found by whether their objects are archived', async () => {
      const source = await sourceWith([]);
      const objects = ARCHIVE_STATES.map(archiveState => objectOf(archiveState, { archiveState }));
      await it.write(source.id, () => ({ added: objects }));
      for (const archiveState of ARCHIVE_STATES) {
        const filter = filterOf({ sourceId: source.id, archiveState });
        expect((await listAll(filter, 10)).assets).toMatchObject([{ key: archiveState, archiveState }]);
        expect((await it.catalogue.assetAnchors(it.workspaceId, filter, 10)).total).toBe(1);
      }
    });

    test('learn that a read found them archived, where the listing had not told', async () => {
      const source = await sourceWith([]);
      const objects = ARCHIVE_STATES.map(archiveState => objectOf(archiveState, { archiveState }));
      await it.write(source.id, () => ({ added: objects }));
      const states = async () => {
        const { assets } = await listAll(filterOf({ sourceId: source.id }), 10);
        return Object.fromEntries(assets.map(({ key, archiveState }) => [key, archiveState]));
      };
      const { assets } = await listAll(filterOf({ sourceId: source.id }), 10);
      for (const asset of assets)
        await it.catalogue.noteArchived(it.workspaceId, { ...asset, etag: 'another' });
      expect(await states()).toEqual({ readable: 'readable', archived: 'archived', unknown: 'unknown' });
      for (const asset of assets) await it.catalogue.noteArchived(it.workspaceId, asset);
      expect(await states()).toEqual({ readable: 'readable', archived: 'archived', unknown: 'archived' });
    });

    test('are got by their ids, in the order asked for', async () => {
      const source = await sourceWith(['a', 'b', 'c']);
      const { assets } = await listAll(filterOf({ sourceId: source.id }), 10);
      const wanted = [assets[2]!, assets[0]!];
      const ids = [wanted[0]!.id, 'ast_00000000000000000000', wanted[1]!.id];
      expect(await it.catalogue.getAssets(it.workspaceId, ids)).toEqual(wanted);
    });

    test('pages visit each once in the order of bytes', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(adversarialKeys({ maxLength: 12 }), { minLength: 1, maxLength: 3 }),
          fc.integer({ min: 1, max: 7 }),
          async (sets, limit) => {
            const connectionId = await it.connect();
            const sources = [];
            for (const [index, keys] of sets.entries()) {
              const container = `c${index}`;
              const source = await it.catalogue.createSource(it.workspaceId, { connectionId, container });
              await it.write(source.id, () => ({ added: keys.map(key => objectOf(key)) }));
              sources.push({ id: source.id, keys });
            }
            const filter = filterOf({ connectionId });
            const { assets } = await listAll(filter, limit);
            expect(assets.map(asset => [asset.sourceId, asset.key])).toEqual(
              sources
                .toSorted((a, b) => (a.id < b.id ? -1 : 1))
                .flatMap(({ id, keys }) => inByteOrder(keys).map(key => [id, key])),
            );
          },
        ),
        { numRuns: 30 },
      );
    });

    test('match a filter when, and only when, they should', async () => {
      const part = fc.oneof(
        fc.constantFrom('É', 'é', 'A', 'a', '%', '_', '\\', '/', '.', '*', 'xx', '\u{1f600}', '(?:', '\n'),
        fc.string({ maxLength: 3 }).filter(text => !/[\0"]/.test(text)),
      );
      await fc.assert(
        fc.asyncProperty(
          adversarialKeys({ minLength: 1, maxLength: 15 }),
          part,
          fc.nat(),
          async (keys, name, pick) => {
            const source = await sourceWith(keys);
            await it.write(source.id, assets => ({ gone: assets.filter((_, index) => index % 3 === 2) }));
            const gone = new Set(inByteOrder(keys).filter((_, index) => index % 3 === 2));
            const directory = directoryOf(keys[pick % keys.length]!);
            const folderId = await folderAt(source.folderId, directory);
            const sourceId = source.id;
            const expectKeys = async (filter: AssetFilter, matches: (key: string) => boolean) => {
              const found = (await listAll(filter, 4)).assets.map(asset => asset.key);
              expect(found).toEqual(inByteOrder(keys.filter(matches)));
              const { total } = await it.catalogue.assetAnchors(it.workspaceId, filter, 10);
              expect(total).toBe(found.length);
            };
            const isPresent = (key: string) => !gone.has(key);
            /** The pieces between asterisks come one after the other. */
            const holds = (key: string) => {
              let at = 0;
              return name
                .toLowerCase()
                .split('*')
                .every(piece => {
                  const found = key.toLowerCase().indexOf(piece, at);
                  at = found + piece.length;
                  return found !== -1;
                });
            };
            await expectKeys(filterOf({ sourceId }), isPresent);
            await expectKeys(filterOf({ sourceId, status: 'gone' }), key => !isPresent(key));
            await expectKeys(filterOf({ sourceId, status: 'any' }), () => true);
            await expectKeys(filterOf({ folderId, status: 'any' }), key => key.startsWith(directory));
            await expectKeys(
              filterOf({ folderId, recursive: 'false' }),
              key => isPresent(key) && directoryOf(key) === directory,
            );
            await expectKeys(
              filterOf({ sourceId, kind: 'other' }),
              key => isPresent(key) && kindOf(null, key) === 'other',
            );
            await expectKeys(filterOf({ sourceId, name: `"${name}"`, status: 'any' }), holds);
          },
        ),
        { numRuns: 20 },
      );
    });

    test('bad requests are refused', async () => {
      const { catalogue, workspaceId } = it;
      const list = (filter: AssetFilter, cursor?: string) =>
        catalogue.listAssets(workspaceId, filter, { cursor, limit: 10 });
      await expect(list(filterOf(), 'nonsense')).rejects.toThrow(refusal('invalid_request'));
      await expect(list(filterOf({ name: '\0' }))).rejects.toThrow(refusal('invalid_request'));
      const folderId = 'fld_00000000000000000000';
      await expect(list(filterOf({ folderId }))).rejects.toThrow(refusal('not_found'));
      await expect(catalogue.assetAnchors(workspaceId, filterOf({ folderId }), 10)).rejects.toThrow(
        refusal('not_found'),
      );
      await expect(catalogue.getAsset(workspaceId, 'ast_00000000000000000000')).rejects.toThrow(
        refusal('not_found'),
      );
    });

    test('a cursor keeps its place when what it points at has gone', async () => {
      const source = await sourceWith(['a', 'b', 'c', 'd']);
      const filter = filterOf({ sourceId: source.id });
      const { nextCursor } = await it.catalogue.listAssets(it.workspaceId, filter, { limit: 2 });
      expect(decodeCursor(nextCursor!, 2)).toEqual([source.id, 'b']);
      await it.write(source.id, assets => ({ gone: assets.filter(asset => asset.key === 'b') }));
      const cursor = nextCursor ?? '';
      const rest = await it.catalogue.listAssets(it.workspaceId, filter, { cursor, limit: 2 });
      expect(rest.items.map(asset => asset.key)).toEqual(['c', 'd']);
    });
  });

  /** The folder of a directory, found from the top one level at a time. */
  async function folderAt(topId: string, directory: string): Promise<string> {
    let id = topId;
    for (const name of directory.split('/').slice(0, -1)) {
      id = (await listFolders(id)).find(folder => folder.name === name)!.id;
    }
    return id;
  }

  describe('folders', () => {
    test('mirror the directories of keys exactly', async () => {
      await fc.assert(
        fc.asyncProperty(adversarialKeys({ minLength: 1, maxLength: 12 }), async keys => {
          const source = await sourceWith(keys);
          const walk = async (id: string, directory: string): Promise<string[]> => {
            const children = await listFolders(id, 2);
            expect(children.map(child => child.name)).toEqual(inByteOrder(children.map(child => child.name)));
            const self = await it.catalogue.getFolder(it.workspaceId, id);
            expect(self.childCount).toBe(children.length);
            expect(
              self.path
                .slice(1)
                .map(name => `${name}/`)
                .join(''),
            ).toBe(directory);
            expect(self.direct.assets).toBe(keys.filter(key => directoryOf(key) === directory).length);
            expect(self.total.assets).toBe(keys.filter(key => key.startsWith(directory)).length);
            expect(self.total.sizeBytes).toBe(self.total.assets * 10);
            const below = [];
            for (const child of children) {
              expect(child.path).toEqual([...self.path, child.name]);
              below.push(...(await walk(child.id, `${directory}${child.name}/`)));
            }
            return [directory, ...below];
          };
          const directories = new Set(keys.flatMap(key => [...directoriesOf(key)]));
          expect(inByteOrder(await walk(source.folderId, ''))).toEqual(inByteOrder(directories));
        }),
        { numRuns: 15 },
      );
    });

    test('begin below the directory of the source’s prefix', async () => {
      const source = await sourceWith(['a/b/c/1.jpg', 'a/b/2.jpg', 'a/bc/3.jpg'], 'a/b');
      const children = await listFolders(source.folderId);
      expect(children.map(child => [child.name, child.total.assets])).toEqual([
        ['b', 2],
        ['bc', 1],
      ]);
      const top = await it.catalogue.getFolder(it.workspaceId, source.folderId);
      expect(top).toMatchObject({
        direct: { assets: 0 },
        total: { assets: 3, sizeBytes: 30 },
        byKind: { image: 3 },
      });
    });

    test('a thousand deep are made and walked', async () => {
      const key = `${'/'.repeat(1000)}x`;
      const source = await sourceWith([key]);
      const { assets } = await listAll(filterOf({ sourceId: source.id }), 1);
      const folder = await it.catalogue.getFolder(it.workspaceId, assets[0]!.folderId);
      expect(folder.path).toHaveLength(1001);
      expect(folder.direct.assets).toBe(1);
      expect(await recount(it.db)).toSatisfy(isExact);
    });

    test('bad requests are refused', async () => {
      const list = (input: { parentId?: string; cursor?: string }) =>
        it.catalogue.listFolders(it.workspaceId, { ...input, limit: 10 });
      await expect(list({ cursor: 'nonsense' })).rejects.toThrow(refusal('invalid_request'));
      await expect(list({ parentId: 'fld_00000000000000000000' })).rejects.toThrow(refusal('not_found'));
    });
  });

  test('every count equals a new count, after rows are added, changed, buried and restored', async () => {
    const step = fc.record({
      add: adversarialKeys({ maxLength: 6 }),
      size: fc.nat(1000),
      type: fc.constantFrom(null, 'image/png', 'video/mp4'),
      gone: fc.nat(4),
      updated: fc.nat(4),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async steps => {
        const source = await sourceWith([]);
        for (const { add, size, type, gone, updated } of steps) {
          await it.write(source.id, assets => {
            const facts = { sizeBytes: size, contentType: type };
            const known = new Set(assets.map(asset => asset.key));
            return {
              added: add.filter(key => !known.has(key)).map(key => objectOf(key, facts)),
              gone: assets.filter((asset, index) => asset.gone_at === null && index % 5 < gone),
              updated: assets
                .filter(
                  (asset, index) => (asset.gone_at !== null || index % 5 >= gone) && index % 4 < updated,
                )
                .map(asset => ({ asset, object: objectOf(asset.key, facts) })),
            };
          });
        }
      }),
      { numRuns: 20 },
    );
    expect(await recount(it.db)).toSatisfy(isExact);
  });

  const isExact = ({ kept, counted }: { kept: unknown; counted: unknown }) => {
    expect(kept).toEqual(counted);
    return true;
  };
});

function* directoriesOf(key: string): Generator<string> {
  yield '';
  for (let at = key.indexOf('/'); at !== -1; at = key.indexOf('/', at + 1)) yield key.slice(0, at + 1);
}
