import type { Format } from '../format.ts';
import { malformed } from '../probe-error.ts';
import { HEAD_BYTES, type RangeReader } from '../range-reader.ts';
import type { ByteRange } from './dicom-pixels.ts';
import { type NiftiHeader, niftiHeader } from './nifti-header.ts';

/** NIfTI-1 and NIfTI-2: one file, compressed or not, or the header of a pair. */
export const NIFTI: Format = {
  id: 'nifti',
  mediaType: 'application/vnd.nifti',
  kind: 'nifti',
  extensions: ['nii', 'gz', 'hdr'],
  recognises: head => niftiHeader(head) !== null,
  async read(reader) {
    const { shape, type, voxelsAt, isCompressed, bits } = await headerOf(reader);
    const voxels = shape.reduce((product, size) => product * size, 1);
    const end = voxelsAt === null || isCompressed ? 0 : voxelsAt + Math.ceil((voxels * bits) / 8);
    return {
      facts: {
        width: shape[0] ?? null,
        height: shape[1] ?? null,
        shape,
        bitDepth: type.bits,
        pixelFormat: type.name,
      },
      warnings:
        end > reader.sizeBytes
          ? [
              {
                code: 'truncated',
                message: `The file has ${reader.sizeBytes} bytes. Its voxels need ${end} bytes.`,
              },
            ]
          : [],
    };
  },
};

/** Where the middle slice of the first volume stands, and how to show it. */
export interface NiftiSlice extends NiftiHeader {
  /** From 0, along z. */
  index: number;
  range: ByteRange;
}

/**
 * The middle slice across z. Null where its bytes cannot be told by a range: in a compressed file, or where the voxels
 * are in another file.
 * @throws ProbeError
 */
export async function middleNiftiSlice(reader: RangeReader): Promise<NiftiSlice | null> {
  const header = await headerOf(reader);
  const [x = 1, y = 1, z = 1] = header.shape;
  if (header.voxelsAt === null || header.isCompressed) return null;
  const length = (x * y * header.bits) / 8;
  const index = Math.floor(z / 2);
  const offset = header.voxelsAt + index * length;
  if (!Number.isInteger(length) || offset + length > reader.sizeBytes) return null;
  return { ...header, index, range: { offset, length } };
}

async function headerOf(reader: RangeReader): Promise<NiftiHeader> {
  const header = niftiHeader(await reader.upTo(0, HEAD_BYTES));
  if (!header) throw malformed('The file does not begin with a NIfTI header.');
  return header;
}
