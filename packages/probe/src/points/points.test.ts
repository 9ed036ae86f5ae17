import { expect, test } from 'vitest';
import { memorySource } from '../byte-source.ts';
import { probe } from '../probe.ts';

const read = (bytes: Uint8Array | string, name = 'a') =>
  probe(memorySource(Buffer.from(bytes as string)), name);
const PLY =
  'ply\nformat binary_little_endian 1.0\ncomment made here\nelement vertex 8\nproperty float x\nproperty float y\n';

test('PLY: a cloud, or a mesh where it has faces', async () => {
  expect((await read(`${PLY}end_header\n`)).facts).toMatchObject({
    kind: 'points',
    points: 8,
    faces: null,
    columns: ['x', 'y'],
  });
  const faces = 'element face 12\nproperty list uchar int vertex_indices\n';
  expect((await read(`${PLY}${faces}end_header\n`)).facts).toMatchObject({
    kind: 'mesh',
    points: 8,
    faces: 12,
  });
  await expect(read(PLY)).rejects.toMatchObject({ code: 'malformed' });
});

test('PCD', async () => {
  const header =
    '# .PCD v0.7\nVERSION 0.7\nFIELDS x y z\nSIZE 4 4 4\nWIDTH 32\nHEIGHT 4\nPOINTS 128\nDATA binary\n';
  const facts = { kind: 'points', points: 128, columns: ['x', 'y', 'z'], codec: 'binary', brand: '0.7' };
  expect((await read(Buffer.concat([Buffer.from(header), Buffer.alloc(99)]))).facts).toMatchObject(facts);
  expect((await read(header.replace('POINTS 128\n', ''))).facts).toMatchObject(facts);
});

function las(minor: number, points: number, isLong: boolean, format = 0): Buffer {
  const bytes = Buffer.alloc(400);
  bytes.write('LASF', 'latin1');
  bytes[24] = 1;
  bytes[25] = minor;
  bytes.writeUInt16LE(minor >= 4 ? 375 : 227, 94);
  bytes[104] = format;
  if (isLong) bytes.writeBigUInt64LE(BigInt(points), 247);
  else bytes.writeUInt32LE(points, 107);
  return bytes;
}

test.each([
  ['a.las', las(2, 777, false), { points: 777, brand: '1.2', mediaType: 'application/vnd.las' }],
  [
    'a.laz',
    las(4, 5_000_000_000, true, 134),
    { points: 5_000_000_000, brand: '1.4', mediaType: 'application/vnd.laszip' },
  ],
])('%s', async (name, bytes, facts) => {
  const found = await read(bytes, name);
  expect(found.facts).toMatchObject({ kind: 'points', ...facts });
  expect(found.warnings).toEqual([]);
});

const scene = JSON.stringify({
  asset: { version: '2.0' },
  accessors: [{ count: 24 }, { count: 36 }],
  meshes: [
    {
      primitives: [
        { attributes: { POSITION: 0 }, indices: 1 },
        { attributes: { POSITION: 0 }, mode: 1 },
      ],
    },
  ],
});

test('glTF', async () => {
  const facts = { kind: 'mesh', points: 48, faces: 12, brand: '2.0' };
  expect((await read(scene, 'a.gltf')).facts).toMatchObject(facts);
  const header = Buffer.alloc(20);
  header.write('glTF', 'latin1');
  header.writeUInt32LE(scene.length, 12);
  header.write('JSON', 16, 'latin1');
  expect((await read(Buffer.concat([header, Buffer.from(scene)]), 'a.glb')).facts).toMatchObject(facts);
});

test('STL and OBJ', async () => {
  const bytes = Buffer.alloc(84 + 600);
  bytes.writeUInt32LE(12, 80);
  expect((await read(bytes)).facts).toMatchObject({ kind: 'mesh', faces: 12, mediaType: 'model/stl' });
  const text = 'solid a\n  facet normal 0 0 1\n    outer loop\n';
  expect((await read(text)).facts).toMatchObject({ kind: 'mesh', mediaType: 'model/stl' });
  const corners = `# made here\n${'v 0 0 0.5\n'.repeat(8)}${'f 1 2 3\n'.repeat(12)}`;
  expect((await read(corners)).facts).toMatchObject({ kind: 'mesh', points: 8, faces: 12 });
});
