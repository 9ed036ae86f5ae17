import { ProviderError, type Signer, signEach } from '@mooring/storage/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../platform/ids.ts';
import { createDeliveryBench, type DeliveryBench } from './testing.ts';

const baseUrl = 'https://mooring.example';

describe('signing', () => {
  let bench: DeliveryBench;
  const sign = (assetIds: string[], expiresInSeconds?: number) =>
    bench.delivery.sign(bench.workspaceId, { assetIds, expiresInSeconds, baseUrl, by: bench.by });

  beforeEach(() => {
    bench = createDeliveryBench();
  });
  afterEach(async () => {
    for (const provider of bench.providers.values()) await provider.close();
  });

  it('gives direct URLs where the connection signs: they work, and stop working when they say', async () => {
    const asset = bench.add(bench.connect({}), 'a/b #1.txt', 'hello');
    const { items, refused } = await sign([asset.id]);
    expect(refused).toEqual([]);
    expect(items).toMatchObject([
      {
        assetId: asset.id,
        delivery: 'direct',
        expiresAt: '2026-11-22T10:15:00.000Z',
        contentType: 'text/plain',
      },
    ]);
    const read = async () => {
      const response = await fetch(items[0]!.url);
      return [response.status, await response.text()];
    };
    expect(await read()).toEqual([200, 'hello']);
    bench.later(900_000);
    expect((await read())[0]).toBe(403);
  });

  it('gives the same URL throughout half a window, and then another', async () => {
    for (const parts of [{}, { signer: null }]) {
      const asset = bench.add(bench.connect(parts), 'x', 'x');
      const url = async () => (await sign([asset.id])).items[0]!.url;
      const first = await url();
      bench.later(449_999);
      expect(await url()).toBe(first);
      bench.later(1);
      expect(await url()).not.toBe(first);
      bench.later(450_000);
    }
  });

  it('writes down what it hands out, with its end, and nothing else', async () => {
    const [direct, relayed] = [bench.add(bench.connect({}), 'x', 'x'), bench.add(bench.connect(), 'x', 'x')];
    const gone = bench.add(bench.connect({}), 'y', 'y', { status: 'gone' });
    await sign([direct.id, relayed.id, gone.id]);
    const endsAt = new Date('2026-11-22T10:15:00.000Z');
    expect(bench.recorded).toEqual([
      { connectionId: direct.connectionId, opens: { assetId: direct.id }, endsAt, relayed: false },
      { connectionId: relayed.connectionId, opens: { assetId: relayed.id }, endsAt, relayed: true },
    ]);
  });

  it.each(['direct', 'relay'] as const)('writes down a URL that tries one object: %s', async delivery => {
    const { connectionId } = bench.connect(delivery === 'direct' ? {} : { signer: null });
    const object = { container: 'data', key: 'a.jpg', contentType: null };
    const probe = await bench.delivery.probe(bench.workspaceId, connectionId, object, {
      baseUrl,
      callerId: bench.by.caller.id,
    });
    expect(probe).toMatchObject({ delivery, expiresAt: '2026-11-22T10:10:00.000Z' });
    const endsAt = new Date(probe.expiresAt);
    expect(bench.recorded).toEqual([
      { connectionId, opens: { key: 'a.jpg' }, endsAt, relayed: delivery === 'relay' },
    ]);
  });

  it('writes into the audit who gets URLs of which assets, one entry for all that end together', async () => {
    const [direct, relayed] = [bench.connect({}), bench.connect()];
    const assets = [bench.add(direct, 'a'), bench.add(direct, 'b'), bench.add(relayed, 'a')];
    const gone = bench.add(direct, 'y', 'y', { status: 'gone' });
    await sign([...assets, gone].map(({ id }) => id));
    const endsAt = new Date('2026-11-22T10:15:00.000Z');
    const [a, b, c] = assets.map(({ id }) => id);
    const entry = { action: 'asset.signed', by: bench.by, endsAt };
    expect(bench.readsRecorded).toEqual([
      { ...entry, connectionId: direct.connectionId, assetIds: [a, b] },
      { ...entry, connectionId: relayed.connectionId, assetIds: [c] },
    ]);
  });

  it('goes through the relay where the connection does not sign', async () => {
    const asset = bench.add(bench.connect(), 'x', 'x');
    const { items } = await sign([asset.id], 60);
    expect(items).toMatchObject([{ delivery: 'relay', expiresAt: '2026-11-22T10:01:00.000Z' }]);
    expect(items[0]!.url).toMatch(/^https:\/\/mooring\.example\/relay\/[\w-]{90}$/);
  });

  it('says the end that each URL really has: a session can end earlier, and change meanwhile', async () => {
    let sessionEndsAt = new Date('2026-11-22T10:02:00.000Z');
    const place = bench.connect({});
    const { signer, ...provider } = bench.providers.get(place.connectionId)!;
    const inSession: Signer = {
      sign: (container, keys, { expiresAt, ...options }) =>
        signer!.sign(container, keys, {
          ...options,
          expiresAt: sessionEndsAt < expiresAt ? sessionEndsAt : expiresAt,
        }),
    };
    bench.providers.set(place.connectionId, { ...provider, signer: inSession });
    const asset = bench.add(place, 'x', 'x');
    const end = async () => (await sign([asset.id], 3600)).items[0]!.expiresAt;
    expect(await end()).toBe('2026-11-22T10:02:00.000Z');
    sessionEndsAt = new Date('2026-11-22T10:03:00.000Z');
    expect(await end()).toBe('2026-11-22T10:03:00.000Z');
    expect(bench.recorded.map(({ endsAt }) => endsAt.toISOString())).toEqual([
      '2026-11-22T10:02:00.000Z',
      '2026-11-22T10:03:00.000Z',
    ]);
  });

  it('signs the assets of each container in one call, for the method asked', async () => {
    const asked: unknown[] = [];
    const place = bench.connect({
      signer: {
        sign: async (container, keys, options) => {
          asked.push([container, keys, options]);
          return signEach(keys, key => ({
            url: `https://storage.example/${key}`,
            expiresAt: options.expiresAt,
          }));
        },
      },
    });
    const assetIds = ['a', 'b', 'c'].map(key => bench.add(place, key).id);
    const { items } = await bench.delivery.sign(bench.workspaceId, {
      assetIds,
      method: 'HEAD',
      baseUrl,
      by: bench.by,
    });
    expect(items.map(({ url }) => url.at(-1))).toEqual(['a', 'b', 'c']);
    const [startsAt, expiresAt] = [
      new Date('2026-11-22T09:45:00.000Z'),
      new Date('2026-11-22T10:15:00.000Z'),
    ];
    expect(asked).toEqual([['data', ['a', 'b', 'c'], { method: 'HEAD', startsAt, expiresAt }]]);
  });

  it('asks for another content type where the stored one says nothing and the storage can be asked', async () => {
    const stored = { contentType: 'application/octet-stream' };
    const place = bench.connect({});
    const assets = ['a.svg', 'b.pdf', 'c.bin', 'd.svg'].map(key => bench.add(place, key, 'x', stored));
    const { items } = await sign(assets.map(({ id }) => id));
    const types = ['image/svg+xml', 'application/pdf', 'application/octet-stream', 'image/svg+xml'];
    expect(items.map(({ contentType }) => contentType)).toEqual(types);
    const answers = await Promise.all(items.map(({ url }) => fetch(url)));
    expect(answers.map(({ headers }) => headers.get('content-type'))).toEqual(types);

    const provider = bench.providers.get(place.connectionId)!;
    const capabilities = { ...provider.capabilities, signsType: false };
    bench.providers.set(place.connectionId, { ...provider, capabilities });
    expect((await sign([assets[0]!.id])).items[0]).toMatchObject(stored);
  });

  it('says of each asset why it has none, and gives the others theirs, in the order asked', async () => {
    const place = bench.connect();
    const unlinked = bench.add({ ...place, connectionId: newId('connection') }, 'unlinked');
    const fine = bench.add(place, 'fine');
    const gone = bench.add(place, 'gone', '', { status: 'gone', goneAt: '2026-11-22T09:00:00.000Z' });
    const archived = bench.add(place, 'archived', '', { archiveState: 'archived' });
    const unknown = newId('asset');
    const alsoFine = bench.add(place, 'also fine');
    const all = [unlinked.id, fine.id, gone.id, archived.id, unknown, alsoFine.id, fine.id];
    const { items, refused } = await sign(all);
    expect(items.map(item => item.assetId)).toEqual([fine.id, alsoFine.id]);
    expect(refused.map(({ assetId, error }) => [assetId, error.code])).toEqual([
      [unlinked.id, 'not_found'],
      [gone.id, 'asset_gone'],
      [archived.id, 'object_archived'],
      [unknown, 'not_found'],
    ]);
  });

  it('goes by the archive state, not by the name of a tier, and tries where that is unknown', async () => {
    const place = bench.connect();
    const restored = bench.add(place, 'restored', '', { tier: 'GLACIER', archiveState: 'readable' });
    const unknown = bench.add(place, 'tiered', '', { tier: 'INTELLIGENT_TIERING', archiveState: 'unknown' });
    const archived = bench.add(place, 'cold', '', { tier: 'DEEP_ARCHIVE', archiveState: 'archived' });
    const { items, refused } = await sign([restored.id, unknown.id, archived.id]);
    expect(items.map(({ assetId }) => assetId)).toEqual([restored.id, unknown.id]);
    expect(refused).toMatchObject([{ assetId: archived.id, error: { code: 'object_archived' } }]);
  });

  it('asks a broken connection once, not for each of its assets', async () => {
    let asked = 0;
    const broken = bench.connect({
      signer: {
        sign: async () => {
          asked++;
          throw new ProviderError('unauthenticated', 'The secret has expired.', { fix: 'Replace it.' });
        },
      },
    });
    const ids = ['a', 'b', 'c'].map(key => bench.add(broken, key).id);
    const working = bench.add(bench.connect(), 'd').id;
    const { items, refused } = await sign([...ids, working]);
    expect(asked).toBe(1);
    expect(items.map(item => item.assetId)).toEqual([working]);
    expect(refused.map(({ assetId, error }) => [assetId, error.code, error.fix])).toEqual(
      ids.map(id => [id, 'storage_unauthenticated', 'Replace it.']),
    );
  });

  it('refuses an asset whose key no URL can name, and gives the others theirs', async () => {
    const place = bench.connect({
      signer: {
        sign: (_container, keys, { expiresAt }) =>
          signEach(keys, key => {
            if (key === '..')
              throw new ProviderError('invalid', 'No URL can name “..”.', { fix: 'Rename it.' });
            return { url: `https://storage.example/${key}`, expiresAt };
          }),
      },
    });
    const [a, dots, b] = ['a', '..', 'b'].map(key => bench.add(place, key).id);
    const { items, refused } = await sign([a!, dots!, b!]);
    expect(items.map(item => item.assetId)).toEqual([a, b]);
    expect(refused.map(({ assetId, error }) => [assetId, error.fix])).toEqual([[dots, 'Rename it.']]);
  });

  it('refuses a client-only connection that cannot sign, for the server may not read it', async () => {
    const asset = bench.add(bench.connect({ reader: null, signer: null }), 'x');
    const { items, refused } = await sign([asset.id]);
    expect(items).toEqual([]);
    expect(refused[0]!.error.message).toContain('client-only');
  });

  it('signs nothing of another workspace', async () => {
    const asset = bench.add(bench.connect(), 'x');
    const { items, refused } = await bench.delivery.sign(newId('workspace'), {
      assetIds: [asset.id],
      baseUrl,
      by: bench.by,
    });
    expect(items).toEqual([]);
    expect(refused[0]!.error.code).toBe('not_found');
  });

  it('lets others have a turn while it signs a thousand', async () => {
    const place = bench.connect();
    const ids = Array.from({ length: 1000 }, (_, i) => bench.add(place, String(i)).id);
    let turns = 0;
    const counting = setInterval(() => turns++, 0);
    const { items } = await sign(ids);
    clearInterval(counting);
    expect(items).toHaveLength(1000);
    expect(turns).toBeGreaterThan(3);
  });
});
