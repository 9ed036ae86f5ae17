import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memorySource } from './byte-source.ts';
import { probe } from './probe.ts';
import { ProbeError } from './probe-error.ts';
import { dicomFile, elementBytes, SYNTAX, type TestElement } from './testing/dicom-bytes.ts';

/** Facts, or an error that says why there are none. Anything else fails the test, as does what takes longer. */
async function survive(bytes: Uint8Array): Promise<void> {
  const before = process.memoryUsage();
  try {
    await probe(memorySource(bytes), 'a');
  } catch (error) {
    expect(error).toBeInstanceOf(ProbeError);
  }
  const after = process.memoryUsage();
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(100 << 20);
}

const zeros = Buffer.alloc(100 << 20);
const none = new Uint8Array();
const meta = dicomFile({ transferSyntax: SYNTAX.deflated }, []).subarray(0, -2);
const open = elementBytes([0x00081111, 'SQ*', none], true, true);
const item = elementBytes([0xfffee000, 'UN*', none], true, true);
const explicit = dicomFile({ transferSyntax: SYNTAX.explicit }, []);
const text = (...parts: [string, number][]) =>
  Buffer.from(parts.map(([part, times]) => part.repeat(times)).join(''));
const M = 1 << 20;

const HOSTILE: [string, () => Uint8Array][] = [
  ['a DICOM data set that inflates without end', () => Buffer.concat([meta, deflateRawSync(zeros)])],
  [
    'DICOM sequences in each other without end',
    () => Buffer.concat([explicit, open, ...Array(60_000).fill(Buffer.concat([item, open]))]),
  ],
  [
    'a DICOM element of 4 GB',
    () => Buffer.concat([explicit, elementBytes([0x00081140, 'UN*', none], true, true).fill(0xfe, 8)]),
  ],
  [
    'a million empty DICOM elements',
    () =>
      Buffer.concat([explicit, ...Array(250_000).fill(elementBytes([0x00080000, 'UN', none], false, true))]),
  ],
  ['zeros compressed as .nii.gz', () => gzipSync(zeros)],
  ['a gzip that is none', () => Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.alloc(9999, 0xff)])],
  ['a PDF that nests arrays', () => text(['%PDF-1.7\n1 0 obj\n', 1], ['[', M], ['startxref\n9\n', 1])],
  [
    'a PDF that nests dictionaries',
    () => text(['%PDF-1.7\n1 0 obj\n', 1], ['<</A', M / 4], ['\nstartxref\n9\n', 1]),
  ],
  [
    'a PDF whose cross-reference has 4 billion entries',
    () => text(['%PDF-1.7\nxref\n0 4000000000\nstartxref\n9\n', 1]),
  ],
  [
    'a PDF of cross-reference parts without entries',
    () => text(['%PDF-1.7\nxref\n', 1], ['0 0\n', 300_000], ['startxref\n9\n', 1]),
  ],
  [
    'PDF references that lead to each other',
    () =>
      text([
        '%PDF-1.7\n1 0 obj 1 0 R endobj\nxref\n0 2\n0000000000 65535 f \n0000000009 00000 n \ntrailer <</Root 1 0 R>>\nstartxref\n32\n',
        1,
      ]),
  ],
  [
    'a PDF stream that inflates without end',
    () =>
      Buffer.concat([
        text(['%PDF-1.7\n1 0 obj\n<</W[1 1 1]/Index[0 9]/Filter/FlateDecode/Root 1 0 R>>\nstream\n', 1]),
        deflateSync(zeros),
        text(['\nendstream\nstartxref\n9\n', 1]),
      ]),
  ],
  ['a field that no quote ends', () => text(['a,b\n1,2\n3,"', 1], ['x\n', M])],
  ['commas only', () => text([',', M])],
  ['quotes only', () => text(['"', M])],
  ['digits only', () => text(['1', 60_000], [',2\n', 2], ['1', 60_000])],
  ['spaces only', () => text([' ', M - 1])],
  ['ends of lines only', () => text(['\n', M])],
  ['JSON that nests a million deep', () => text(['[', M / 2], [']', M / 2])],
  ['JSON objects that nest', () => text(['{"a":', 150_000], ['1', 1], ['}', 150_000])],
  ['JSON of escapes', () => text(['["', 1], ['\\', M - 5], ['"]', 1])],
  ['JSON of strings', () => text(['["a"', 1], [',""', M / 4], [']', 1])],
  ['comments of HTML', () => text(['<!---->', M / 8])],
  ['declarations', () => text(['<!a>', M / 8])],
  ['attributes of SVG', () => text(['<svg ', 1], [' width=', M / 8])],
  [
    'a PLY header without an end',
    () => text(['ply\n', 1], ['element vertex 1\nproperty ', 1], ['a', 60_000], [' b', 90_000]),
  ],
  ['PLY spaces', () => text(['ply\nelement vertex', 1], [' ', 60_000], ['x\nend_header\n', 1])],
  ['a PCD header of comments', () => text([`#${' '.repeat(9)}\n`, M / 16])],
  ['an OBJ of spaces', () => text(['v 1 1 1\nv', 1], [' ', 8000], ['x\n', 1])],
  [
    'a glTF that says nothing',
    () =>
      text([
        '{"asset":{"version":"2"},"meshes":[null,{"primitives":[null,{"attributes":{"POSITION":1e99}}]}],"accessors":5}',
        1,
      ]),
  ],
  ['a glTF of brackets', () => text(['{"asset":{"version":"2"},"meshes":', 1], ['[', M], [']', M], ['}', 1])],
  ['Zarr that is no object', () => text(['{"zarr_format": 2, "shape": [1e999, "a"]}', 1])],
  [
    'a Thrift footer of nested structs',
    () =>
      Buffer.concat([
        Buffer.from('PAR1'),
        Buffer.alloc(M, 0x1c),
        Buffer.from([0, 0, 16, 0]),
        Buffer.from('PAR1'),
      ]),
  ],
  [
    'an Arrow footer that points anywhere',
    () =>
      Buffer.concat([
        Buffer.from('ARROW1\0\0'),
        Buffer.alloc(64, 0x7f),
        Buffer.from([64, 0, 0, 0]),
        Buffer.from('ARROW1'),
      ]),
  ],
  ['a zip of beginnings', () => text(['PK\x03\x04', M / 4])],
];

describe('hostile files', () => {
  test.each(HOSTILE)('%s', { timeout: 20_000 }, async (_, make) => survive(make()));
});

const described: TestElement[] = [
  [0x00080060, 'CS', 'CT'],
  [
    0x00081111,
    'SQ*',
    Buffer.concat([
      item,
      open,
      elementBytes([0xfffee0dd, 'UN', none], true, true),
      elementBytes([0xfffee00d, 'UN', none], true, true),
      elementBytes([0xfffee0dd, 'UN', none], true, true),
    ]),
  ],
  [0x00280010, 'US', 8],
];
const SAMPLES: Uint8Array[] = [
  ...Object.values(SYNTAX).map(transferSyntax => dicomFile({ transferSyntax }, described)),
  text([
    '%PDF-1.5\n1 0 obj <</Pages 2 0 R>> endobj\n2 0 obj <</Count 1/Kids[3 0 R]>> endobj\n3 0 obj <</MediaBox[0 0 9 9]>> endobj\nxref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000041 00000 n \n0000000083 00000 n \ntrailer <</Root 1 0 R/Size 4>>\nstartxref\n124\n%%EOF',
    1,
  ]),
  text(['a,b\n1,"2\n"\n3,4\n', 5]),
  text(['{"a": [1, {"b": "c\\n"}], "asset": {"version": "2.0"}, "zarr_format": 2, "shape": [1]}', 1]),
  text(['<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg width="1" viewBox="0 0 1 1"/>', 1]),
  text(['ply\nformat ascii 1.0\nelement vertex 8\nproperty float x\nend_header\n', 1]),
  Buffer.concat([
    text(['\x93', 0]),
    Buffer.from(
      "\x93NUMPY\x01\0\x40\0{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }      ",
      'latin1',
    ),
  ]),
  Buffer.concat([
    Buffer.from('PAR1'),
    Buffer.from([0x15, 2, 0x19, 0x1c, 0x48, 1, 97, 0x15, 0, 0, 0x16, 10, 0]),
    Buffer.from([13, 0, 0, 0]),
    Buffer.from('PAR1'),
  ]),
];

test('any change of any file gives facts or an error', { timeout: 120_000 }, async () => {
  const change = fc.record({ at: fc.nat(), bytes: fc.uint8Array({ maxLength: 8 }), removes: fc.nat(12) });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...SAMPLES),
      fc.array(change, { minLength: 1, maxLength: 6 }),
      async (sample, changes) => {
        let bytes = Buffer.from(sample);
        for (const { at, bytes: put, removes } of changes) {
          const from = at % (bytes.length + 1);
          bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + removes)]);
        }
        await survive(bytes);
      },
    ),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 800), interruptAfterTimeLimit: 60_000 },
  );
});
