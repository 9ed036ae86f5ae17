import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { DEFAULT_BUDGET } from '../budget.ts';
import { memorySource } from '../byte-source.ts';
import { probe } from '../probe.ts';
import { RangeReader } from '../range-reader.ts';
import { middleNiftiSlice } from './nifti.ts';

const SHAPE = [5, 4, 3, 2];

function firstVersion(littleEndian: boolean, magic = 'n+1\0'): Buffer {
  const bytes = Buffer.alloc(352 + 5 * 4 * 3 * 2 * 2);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  view.setInt32(0, 348, littleEndian);
  [SHAPE.length, ...SHAPE].forEach((size, i) => {
    view.setInt16(40 + 2 * i, size, littleEndian);
  });
  view.setInt16(70, 4, littleEndian);
  view.setInt16(72, 16, littleEndian);
  view.setFloat32(108, 352, littleEndian);
  bytes.write(magic, 344, 'latin1');
  for (let i = 352; i < bytes.length; i++) bytes[i] = i & 255;
  return bytes;
}

function secondVersion(): Buffer {
  const bytes = Buffer.alloc(544 + 240);
  bytes.writeInt32LE(540, 0);
  bytes.write('n+2\0\r\n\x1a\n', 4, 'latin1');
  bytes.writeInt16LE(16, 12);
  bytes.writeInt16LE(32, 14);
  [2, 6, 10].forEach((size, i) => {
    bytes.writeBigInt64LE(BigInt(size), 16 + 8 * i);
  });
  bytes.writeBigInt64LE(544n, 168);
  return bytes;
}

const read = (bytes: Uint8Array, name: string) => probe(memorySource(bytes), name);
const open = (bytes: Uint8Array) =>
  new RangeReader(memorySource(bytes), DEFAULT_BUDGET, new AbortController().signal);

test.each([
  ['a.nii', firstVersion(true)],
  ['a.nii', firstVersion(false)],
  ['a.nii.gz', gzipSync(firstVersion(false))],
  ['a.hdr', firstVersion(true, 'ni1\0').subarray(0, 348)],
])('%s of version 1', async (name, bytes) => {
  const { facts, warnings } = await read(bytes, name);
  expect(facts).toMatchObject({
    kind: 'nifti',
    shape: SHAPE,
    width: 5,
    height: 4,
    bitDepth: 16,
    pixelFormat: 'int16',
  });
  expect(warnings).toEqual([]);
});

test('version 2', async () => {
  const { facts, warnings } = await read(secondVersion(), 'a.nii');
  expect(facts).toMatchObject({ shape: [6, 10], bitDepth: 32, pixelFormat: 'float32' });
  expect(warnings).toEqual([]);
});

test('voxels that are missing are a warning', async () => {
  expect((await read(firstVersion(true).subarray(0, 400), 'a.nii')).warnings).toMatchObject([
    { code: 'truncated' },
  ]);
});

test('a bomb behind .nii.gz costs what its header costs', async () => {
  const zeros = gzipSync(Buffer.concat([firstVersion(true), Buffer.alloc(50 << 20)]));
  const { facts, spent } = await read(zeros, 'a.nii.gz');
  expect(facts.shape).toEqual(SHAPE);
  expect(spent.requests).toBeLessThan(3);
});

test('the middle slice', async () => {
  const bytes = firstVersion(true);
  const slice = await middleNiftiSlice(open(bytes));
  expect(slice).toMatchObject({ index: 1, range: { offset: 352 + 40, length: 40 }, littleEndian: true });
  expect(await middleNiftiSlice(open(gzipSync(bytes)))).toBeNull();
});

test('voxels of fewer than no bits are no NIfTI', async () => {
  const bytes = secondVersion();
  bytes.writeInt16LE(-1, 14);
  await expect(read(bytes, 'a.nii')).rejects.toMatchObject({ code: 'not_recognised' });
});
