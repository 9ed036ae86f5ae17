import { ascii } from '../ascii.ts';
import { inflateStart } from '../inflate.ts';

/** What a NIfTI header says (nifti1.h, nifti2.h). */
export interface NiftiHeader {
  /** Sizes of the dimensions, x first. */
  shape: number[];
  /** Of a voxel. */
  bits: number;
  type: NiftiType;
  /** Where the voxels begin in this file; null: in another file, beside this header. */
  voxelsAt: number | null;
  littleEndian: boolean;
  isCompressed: boolean;
  /** Values are voxels × slope + intercept. */
  rescale: { slope: number; intercept: number };
  /** What to show as black and white; null where the header does not say. */
  display: { min: number; max: number } | null;
}

export interface NiftiType {
  name: string;
  /** Of a sample. */
  bits: number;
  samples: number;
}

const type = (name: string, bits: number, samples = 1): NiftiType => ({ name, bits, samples });
/** By the codes of the standard. */
const TYPES = new Map([
  [1, type('bool', 1)],
  [2, type('uint8', 8)],
  [4, type('int16', 16)],
  [8, type('int32', 32)],
  [16, type('float32', 32)],
  [32, type('complex64', 32, 2)],
  [64, type('float64', 64)],
  [128, type('rgb24', 8, 3)],
  [256, type('int8', 8)],
  [512, type('uint16', 16)],
  [768, type('uint32', 32)],
  [1024, type('int64', 64)],
  [1280, type('uint64', 64)],
  [1536, type('float128', 128)],
  [1792, type('complex128', 64, 2)],
  [2048, type('complex256', 128, 2)],
  [2304, type('rgba32', 8, 4)],
]);

const HEADER_BYTES = 540;
const NIFTI_1 = 348;
const NIFTI_2 = 540;

/** Reads the header from the beginning of a file, compressed by gzip or not; null where it is none. */
export function niftiHeader(head: Uint8Array): NiftiHeader | null {
  const isCompressed = head[0] === 0x1f && head[1] === 0x8b;
  const bytes = isCompressed ? startOfGzip(head) : head.subarray(0, HEADER_BYTES);
  if (!bytes || bytes.length < NIFTI_1) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = [NIFTI_1, NIFTI_2].includes(view.getInt32(0, true));
  const size = view.getInt32(0, littleEndian);
  if (size === NIFTI_1 && /^n[+i]1\0$/.test(ascii(bytes, 344, 348)))
    return header(firstVersion(view, littleEndian), bytes[345] === 0x2b, littleEndian, isCompressed);
  if (size === NIFTI_2 && bytes.length >= NIFTI_2 && /^n[+i]2\0$/.test(ascii(bytes, 4, 8)))
    return header(secondVersion(view, littleEndian), bytes[5] === 0x2b, littleEndian, isCompressed);
  return null;
}

interface Fields {
  dimensions: number[];
  type: number;
  bits: number;
  voxelsAt: number;
  slope: number;
  intercept: number;
  max: number;
  min: number;
}

const firstVersion = (view: DataView, little: boolean): Fields => ({
  dimensions: Array.from({ length: 8 }, (_, i) => view.getInt16(40 + 2 * i, little)),
  type: view.getInt16(70, little),
  bits: view.getInt16(72, little),
  voxelsAt: view.getFloat32(108, little),
  slope: view.getFloat32(112, little),
  intercept: view.getFloat32(116, little),
  max: view.getFloat32(124, little),
  min: view.getFloat32(128, little),
});

const secondVersion = (view: DataView, little: boolean): Fields => ({
  dimensions: Array.from({ length: 8 }, (_, i) => Number(view.getBigInt64(16 + 8 * i, little))),
  type: view.getInt16(12, little),
  bits: view.getInt16(14, little),
  voxelsAt: Number(view.getBigInt64(168, little)),
  slope: view.getFloat64(176, little),
  intercept: view.getFloat64(184, little),
  max: view.getFloat64(192, little),
  min: view.getFloat64(200, little),
});

function header(
  { dimensions, type: code, bits, voxelsAt, slope, intercept, max, min }: Fields,
  isOneFile: boolean,
  littleEndian: boolean,
  isCompressed: boolean,
): NiftiHeader | null {
  const shape = dimensions.slice(1, 1 + dimensions[0]!);
  const isValid = dimensions[0]! >= 1 && dimensions[0]! <= 7 && shape.every(size => size >= 1) && bits >= 0;
  if (!isValid || shape.some(size => !Number.isSafeInteger(size))) return null;
  // A slope of 0 says that values are not scaled.
  const isScaled = Number.isFinite(slope) && slope !== 0 && Number.isFinite(intercept);
  return {
    shape,
    bits,
    type: TYPES.get(code) ?? type(`type ${code}`, bits),
    voxelsAt: isOneFile && Number.isSafeInteger(voxelsAt) && voxelsAt >= 0 ? voxelsAt : null,
    littleEndian,
    isCompressed,
    rescale: isScaled ? { slope, intercept } : { slope: 1, intercept: 0 },
    display: max > min ? { min, max } : null,
  };
}

function startOfGzip(head: Uint8Array): Uint8Array | null {
  try {
    return inflateStart(head, 'gzip', HEADER_BYTES);
  } catch {
    return null; // Another file, then.
  }
}
