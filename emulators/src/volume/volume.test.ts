import { once } from 'node:events';
import { createConnection } from 'node:net';
import { AnonymousCredential, ContainerClient, StorageResponseFormat } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mintAccountSas } from '../account-sas.ts';
import { type Azurite, startAzurite } from '../azurite.ts';
import { type Certificates, createCertificates } from '../certificates.ts';
import { createOwner } from '../objects.ts';
import { SHAPES, type Shape } from './shapes.ts';
import { startVolume, type Volume } from './volume.ts';

const OBJECTS = 120;
const SAMPLE = Object.fromEntries(SHAPES.map(shape => [shape, { objects: OBJECTS, shape, folders: 5 }]));
const account = { name: 'acme', key: Buffer.alloc(64, 7).toString('base64') };

let certificates: Certificates;
let volume: Volume;
beforeAll(async () => {
  certificates = await createCertificates();
  certificates.trust();
  volume = await startVolume({ containers: SAMPLE, certificates });
});
afterAll(async () => {
  await volume.stop();
  await certificates.remove();
});

/** For what stores objects as their owner would. */
const asAzurite = (): Azurite => ({ ...volume, fill: async () => expect.unreachable() });

const client = (container: string, origin = volume.origin, query = '') =>
  new ContainerClient(`${origin}/acme/${container}${query}`, new AnonymousCredential(), {
    retryOptions: { maxTries: 1 },
  });

interface Ask {
  prefix?: string;
  delimiter?: string;
  pageSize?: number;
  startFrom?: string;
  endBefore?: string;
  arrow?: boolean;
}

/** What the official SDK reads, page by page; with `facts` everything it says of an object. */
async function pages(
  container: ContainerClient,
  { delimiter, pageSize = 5000, arrow, ...rest }: Ask,
  facts = false,
) {
  const options = {
    includeMetadata: true,
    ...rest,
    ...(arrow && { responseFormat: StorageResponseFormat.Arrow }),
  };
  const found = [];
  const iterator = delimiter
    ? container.listBlobsByHierarchy(delimiter, options)
    : container.listBlobsFlat(options);
  for await (const { segment } of iterator.byPage({ maxPageSize: pageSize })) {
    const prefixes =
      'blobPrefixes' in segment ? (segment.blobPrefixes as { name: string }[] | undefined) : [];
    found.push({
      objects: segment.blobItems.map(item => (facts ? plain(item) : item.name)),
      prefixes: (prefixes ?? []).map(({ name }) => name),
    });
  }
  return found;
}

/** What both formats say of an object. */
const plain = ({ name, metadata, properties }: { name: string; metadata?: object; properties: object }) => ({
  name,
  metadata: { ...metadata },
  ...JSON.parse(
    JSON.stringify(properties, [
      'etag',
      'contentLength',
      'contentType',
      'lastModified',
      'createdOn',
      'accessTier',
      'accessTierInferred',
      'blobType',
    ]),
  ),
});

describe('beside Azurite', () => {
  // Azurite has no hierarchical namespace, and cannot hold U+0001 or U+FFFF in XML.
  const COMPARED: Shape[] = ['flat', 'tree', 'deep', 'skewed', 'hostile'];
  const comparable = (key: string) => !['\u0001', '\r', '\uffff'].some(odd => key.includes(odd));
  let azurite: Azurite;
  let owner: ReturnType<typeof createOwner>;
  let query: string;
  beforeAll(async () => {
    azurite = await startAzurite({ certificates, accounts: [account] });
    query = `?${mintAccountSas(account)}`;
    owner = createOwner(azurite, certificates, account);
    const storedHere = createOwner(asAzurite(), certificates, account);
    for (const shape of COMPARED) {
      const [page] = await pages(client(shape), {});
      const keys = (page!.objects as string[]).filter(comparable);
      await owner.createContainer(shape);
      await owner.put(shape, { key: keys[0]!, body: 'x' });
      await azurite.fill({ account: 'acme', container: shape, template: keys[0]!, keys: keys.slice(1) });
      await storedHere.createContainer(`stored-${shape}`);
      for (const key of keys.toReversed()) await storedHere.put(`stored-${shape}`, { key, body: 'x' });
    }
    await storedHere.close();
  });
  afterAll(async () => {
    await owner.close();
    await azurite.stop();
  });

  test.each(COMPARED)(
    '%s: pages are the same for every prefix, delimiter and page size',
    async shape => {
      const theirs = client(shape, azurite.origin, query);
      const [all] = await pages(theirs, {});
      const middle = (all!.objects as string[])[60]!;
      const prefixes = ['', middle.slice(0, 1), middle.slice(0, middle.indexOf('/') + 1), middle, 'no such'];
      for (const prefix of new Set(prefixes)) {
        for (const delimiter of ['', '/']) {
          for (const pageSize of [7, 5000]) {
            for (const startFrom of delimiter === '' ? [undefined, middle, `${middle}!`] : [undefined]) {
              const asked = {
                ...(prefix && { prefix }),
                ...(startFrom && { startFrom }),
                delimiter,
                pageSize,
              };
              const expected = await pages(theirs, asked);
              expect(await pages(client(`stored-${shape}`), asked), JSON.stringify(asked)).toEqual(expected);
            }
          }
        }
      }
    },
    30_000,
  );

  test('a listing that is under way sees the same of what changes', async () => {
    const here = createOwner(asAzurite(), certificates, account);
    const both = [
      { change: owner, container: client('flat', azurite.origin, query) },
      { change: here, container: client('stored-flat') },
    ];
    const seen = both.map(async ({ change, container }) => {
      const name = container.containerName;
      const iterator = container.listBlobsFlat().byPage({ maxPageSize: 20 });
      const first = (await iterator.next()).value.segment.blobItems.map(
        ({ name: key }: { name: string }) => key,
      );
      await change.remove(name, first[5]);
      await change.remove(name, 'frame-000000050.jpg');
      await change.put(name, { key: 'frame-000000009.added', body: 'behind it' });
      await change.put(name, { key: 'frame-000000080.added', body: 'before it' });
      await change.put(name, { key: 'frame-000000081.jpg', body: 'another body' });
      const rest: unknown[] = [];
      for await (const { segment } of iterator)
        rest.push(segment.blobItems.map(({ name: key, properties }) => [key, properties.contentLength]));
      return { first, rest, again: await pages(container, {}) };
    });
    const [theirs, ours] = await Promise.all(seen);
    await here.close();
    expect(ours).toEqual(theirs);
    expect(theirs!.rest.flat()).toContainEqual(['frame-000000081.jpg', 12]);
  });
});

describe.each(SHAPES)('%s', shape => {
  test('says the same in XML and in Arrow', async () => {
    for (const asked of [{}, { delimiter: '/', pageSize: 10 }, { pageSize: 50 }]) {
      const xml = await pages(client(shape), asked, true);
      const arrow = await pages(client(shape), { ...asked, arrow: true }, true);
      // Of Arrow the SDK loses the byte order mark that a text begins with.
      expect(arrow).toEqual(JSON.parse(JSON.stringify(xml).replaceAll('"\uFEFF', '"')));
    }
  });

  test('begins and ends where it is asked to, and nothing is lost between', async () => {
    const [all] = await pages(client(shape), {});
    const keys = all!.objects as string[];
    const bounds = [undefined, keys[11]!, `${keys[50]}~`, keys[90]!, undefined];
    const parts: unknown[] = [];
    for (const [index, endBefore] of bounds.slice(1).entries()) {
      const startFrom = bounds[index];
      const asked = {
        ...(startFrom && { startFrom }),
        ...(endBefore && { endBefore }),
        arrow: true,
        pageSize: 9,
      };
      parts.push(...(await pages(client(shape), asked)).flatMap(({ objects }) => objects));
    }
    // Of Arrow the SDK loses the byte order mark that a text begins with.
    expect(parts).toEqual(keys.map(key => key.replace(/^\uFEFF/, '')));
    const [startFrom, endBefore] = [keys[20]!, keys[100]!];
    const ranged = await pages(client(shape), { startFrom, endBefore, arrow: true, pageSize: 30 });
    expect(ranged.flatMap(({ objects }) => objects)).toEqual(keys.slice(20, 100));
    const open = await pages(client(shape), { startFrom });
    expect(open.flatMap(({ objects }) => objects)).toEqual(keys.slice(20));
  });

  test('serves each object as the listing describes it', async () => {
    const container = client(shape);
    const [page] = await pages(container, { pageSize: 25 }, true);
    for (const listed of (page!.objects as ReturnType<typeof plain>[]).slice(0, 10)) {
      const blob = container.getBlobClient(listed.name);
      const head = await blob.getProperties();
      expect(head).toMatchObject({ contentLength: listed.contentLength, etag: `"${listed.etag}"` });
      if (listed.accessTier === 'Archive' || listed.contentLength === 0) continue;
      const [whole, part] = [await blob.downloadToBuffer(), await blob.downloadToBuffer(10, 20)];
      expect(whole).toHaveLength(listed.contentLength);
      expect(part).toEqual(whole.subarray(10, 30));
    }
  });
});

test('a container can be changed and changed back', async () => {
  const before = await pages(client('tree'), {}, true);
  expect(volume.change('tree', { seed: 1, removed: 0.25 })).toEqual({ added: 0, changed: 0, removed: 30 });
  expect((await pages(client('tree'), {}))[0]!.objects).toHaveLength(90);
  volume.change('tree', null);
  expect(await pages(client('tree'), {}, true)).toEqual(before);
});

test('an account without Arrow answers in XML to those who ask for both', async () => {
  volume.settings.arrow = false;
  const listing = pages(client('flat'), { arrow: true });
  expect((await listing)[0]!.objects).toHaveLength(OBJECTS);
  volume.settings.arrow = true;
});

test('what cannot be asked is refused as Azure does', async () => {
  const refusal = { statusCode: 400, code: 'OutOfRangeQueryParameterValue' };
  const iterator = client('flat').listBlobsFlat().byPage({ continuationToken: 'not a marker' });
  await expect(iterator.next()).rejects.toMatchObject(refusal);
  await expect(pages(client('none'), {})).rejects.toMatchObject({ code: 'ContainerNotFound' });
});

test('more requests in a second than allowed get 503 with Retry-After', async () => {
  volume.settings.requestsPerSecond = 0;
  const answer = await fetch(`${volume.origin}/acme/flat?restype=container&comp=list`);
  volume.settings.requestsPerSecond = null;
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
});

test('answers take the time that is set', async () => {
  volume.settings.latencyMs = 120;
  const begin = performance.now();
  await pages(client('flat'), { pageSize: 60 });
  const took = performance.now() - begin;
  volume.settings.latencyMs = 0;
  expect(took).toBeGreaterThan(2 * 115);
});

test('a share of requests fails, the same ones for the same seed', async () => {
  const run = async () => {
    const fresh = await startVolume({ containers: SAMPLE, certificates });
    fresh.settings.mishaps = { seed: 5, share: 0.5 };
    const outcomes: string[] = [];
    for (let request = 0; request < 30; request++) {
      const read = async () => {
        const answer = await fetch(`${fresh.origin}/acme/flat?restype=container&comp=list`);
        await answer.arrayBuffer();
        return String(answer.status);
      };
      outcomes.push(await read().catch(() => 'broken'));
    }
    await fresh.stop();
    return outcomes;
  };
  const first = await run();
  expect(new Set(first)).toEqual(new Set(['200', '503', 'broken']));
  expect(await run()).toEqual(first);
});

test('browsers are let in by the rules that were set', async () => {
  const owner = createOwner(asAzurite(), certificates, account);
  await owner.allowOrigins(['https://mooring.example']);
  await owner.close();
  const preflight = (origin: string) =>
    fetch(`${volume.origin}/acme/flat/frame-000000001.jpg`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET' },
    });
  expect((await preflight('https://mooring.example')).status).toBe(200);
  expect((await preflight('https://other.example')).status).toBe(403);
});

test('it also listens over HTTP', async () => {
  const plainVolume = await startVolume({ containers: SAMPLE });
  const { port } = new URL(plainVolume.origin);
  const socket = createConnection(Number(port), '127.0.0.1');
  socket.write('GET /acme/flat?restype=container&comp=list&maxresults=1 HTTP/1.0\r\n\r\n');
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1.1 200/);
  socket.destroy();
  await plainVolume.stop();
});
