import { ASSET_KINDS } from '@mooring/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GROUP_KINDS, type ManifestFlags, type ManifestItem, writeManifest } from './index.ts';
import { readAll } from './testing-read.ts';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
const name = text.filter(one => !one.includes('/') && one !== '.' && one !== '..');
const address = fc.oneof(
  fc.webUrl({ withQueryParameters: true, withFragments: true }).map(url => ({ url })),
  fc
    .tuple(fc.stringMatching(/^[a-z0-9-]{3,20}$/), text)
    .map(([container, key]) => ({ path: `${container}/${key}` })),
);
const facts = fc
  .record(
    {
      mediaType: fc.constantFrom('image/jpeg', 'video/mp4', 'application/dicom'),
      width: fc.integer({ min: 1, max: 100_000 }),
      height: fc.integer({ min: 1, max: 100_000 }),
      fps: fc.double({ min: 0.1, max: 240, noNaN: true }),
      durationSeconds: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
      sizeBytes: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      checksum: fc.stringMatching(/^[0-9a-f]{32}$/),
      codec: fc.constant('avc1.64001f'),
      frameRate: fc.constantFrom('constant' as const, 'variable' as const),
      framesExact: fc.boolean(),
      columns: fc.array(fc.string({ maxLength: 20 }), { maxLength: 3 }),
      shape: fc.array(fc.nat(), { maxLength: 3 }),
      rotation: fc.constantFrom(0 as const, 90 as const),
      instanceNumber: fc.integer(),
    },
    { requiredKeys: [] },
  )
  .filter(one => Object.keys(one).length > 0);
// JSON has no minus zero.
const metadata = fc
  .dictionary(text, fc.jsonValue({ maxDepth: 3 }))
  .map(one => JSON.parse(JSON.stringify(one)));
const object = {
  address,
  kind: fc.constantFrom(...ASSET_KINDS),
  title: text,
  clientMetadata: metadata,
  facts,
  thumbnail: address,
  extra: metadata,
};
const folder = fc.array(name, { minLength: 1, maxLength: 3 }).map(names => names.join('/'));
const asset = fc.record(
  { type: fc.constant('asset' as const), ...object, folder },
  { requiredKeys: ['type', 'address'] },
);
const member = fc.record({ ...object, slot: text }, { requiredKeys: ['address'] });
const group = fc.record(
  {
    type: fc.constant('group' as const),
    group: fc.constantFrom(...GROUP_KINDS),
    title: text,
    folder,
    clientMetadata: metadata,
    thumbnail: address,
    extra: metadata,
    members: fc.array(member, { minLength: 1, maxLength: 4 }),
  },
  { requiredKeys: ['type', 'group', 'title', 'members'] },
);
const flags = fc.record(
  { skipDuplicateUrls: fc.boolean(), upsertMetadata: fc.boolean(), fileName: text },
  { requiredKeys: [] },
);

test('a manifest that is written from items and read again has the same items', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(asset, group), { maxLength: 8 }), flags, async (written, said) => {
      const read = await readBack(written as unknown as ManifestItem[], said);
      expect(read.problems).toEqual([]);
      expect(read.warnings).toEqual([]);
      expect(read.items.map(withoutPlaces)).toEqual(written);
      expect(read.flags).toEqual(said);
      expect(read.format).toBe('mooring');
    }),
    { numRuns: 50 },
  );
});

test('a manifest without items is one', async () => {
  expect(await readBack([], {})).toEqual({
    format: 'mooring',
    flags: {},
    items: [],
    problems: [],
    warnings: [],
    index: 0,
  });
});

async function readBack(items: ManifestItem[], said: ManifestFlags) {
  return readAll((await Array.fromAsync(writeManifest(items, said))).join(''));
}

function withoutPlaces(item: ManifestItem) {
  const { place: _, ...rest } = item;
  if (rest.type === 'asset') return rest;
  return { ...rest, members: rest.members.map(({ place: _place, ...one }) => one) };
}
