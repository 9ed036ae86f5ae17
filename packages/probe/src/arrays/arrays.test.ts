import { describe, expect, test } from 'vitest';
import { memorySource } from '../byte-source.ts';
import { probe } from '../probe.ts';

const read = (bytes: Uint8Array | string) => probe(memorySource(Buffer.from(bytes as string)), 'a');

function npy(header: string, version = 1): Buffer {
  const bytes = Buffer.from(`\x93NUMPY${String.fromCharCode(version)}\0`, 'latin1');
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  length.writeUIntLE(header.length, 0, length.length);
  return Buffer.concat([bytes, length, Buffer.from(header), Buffer.alloc(64)]);
}

describe('NumPy', () => {
  test.each([
    ["{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }", [3, 4], 'float32', 32],
    ["{'descr': '|b1', 'fortran_order': False, 'shape': (), }", [], 'bool', 8],
    ["{'descr': '>i2', 'fortran_order': True, 'shape': (5,), }", [5], 'int16', 16],
    ["{'descr': [('a', '<f4')], 'fortran_order': True, 'shape': (5,), }", [5], null, null],
  ])('%s', async (header, shape, pixelFormat, bitDepth) => {
    for (const version of [1, 2])
      expect((await read(npy(header, version))).facts).toMatchObject({
        kind: 'array',
        shape,
        pixelFormat,
        bitDepth,
      });
  });

  test('a shape that no array has is an error', async () => {
    await expect(read(npy(`{'shape': (${'9,'.repeat(40)})}`))).rejects.toMatchObject({ code: 'malformed' });
    await expect(read(npy("{'shape': (99999999999999999999,)}"))).rejects.toMatchObject({
      code: 'malformed',
    });
  });
});

test('HDF5, also behind a block of the user', async () => {
  for (const at of [0, 512, 4096]) {
    const bytes = Buffer.alloc(5000);
    bytes.write('\x89HDF\r\n\x1a\n', at, 'latin1');
    expect((await read(bytes)).facts).toMatchObject({ kind: 'array', mediaType: 'application/x-hdf5' });
  }
});

test('Zarr', async () => {
  const facts = { kind: 'array', shape: [100, 50], pixelFormat: 'float32', bitDepth: 32 };
  expect((await read('{"zarr_format": 2, "shape": [100, 50], "dtype": "<f4"}')).facts).toMatchObject({
    ...facts,
    brand: '2',
  });
  const third = '{"zarr_format": 3, "node_type": "array", "shape": [100, 50], "data_type": "float32"}';
  expect((await read(third)).facts).toMatchObject({ ...facts, brand: '3' });
  expect((await read('{\n "zarr_format": 2\n}')).facts).toMatchObject({ kind: 'array', shape: null });
});
