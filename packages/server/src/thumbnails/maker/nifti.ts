import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { memorySource, middleNiftiSlice, RangeReader } from '@mooring/probe';
import type { Sharp } from 'sharp';
import { decoded } from './encode.ts';
import { BUDGET, MOST_BYTES } from './limits.ts';
import { NoThumbnail } from './no-thumbnail.ts';
import { readSamples, toGrey, usualWindow } from './samples.ts';

const MOST_INFLATED_BYTES = 128 << 20;

/** The middle slice across z. Its first row is at the bottom: NIfTI counts from the back of the head. */
export async function pictureOfNifti(reader: RangeReader): Promise<Sharp> {
  const plain = await uncompressed(reader);
  const slice = await middleNiftiSlice(plain);
  if (!slice) throw new NoThumbnail('No picture', 'The voxels are not in this file.');
  const [width = 1, height = 1] = slice.shape;
  const bytes = await plain.read(slice.range.offset, slice.range.length);
  if (slice.type.name === 'rgb24') return decoded(bytes, width, height, 3).flip();
  const values = readSamples(bytes, { type: slice.type.name, littleEndian: slice.littleEndian });
  if (!values)
    throw new NoThumbnail('Format not supported', `Voxels of the type ${slice.type.name} are not shown.`);
  const { slope, intercept } = slice.rescale;
  for (let i = 0; i < values.length; i++) values[i] = values[i]! * slope + intercept;
  return decoded(toGrey(values, slice.display ?? usualWindow(values)), width, height, 1).flip();
}

async function uncompressed(reader: RangeReader): Promise<RangeReader> {
  const [first, second] = await reader.read(0, 2);
  if (first !== 0x1f || second !== 0x8b) return reader;
  if (reader.sizeBytes > MOST_BYTES)
    throw new NoThumbnail(
      'Too large a file',
      `The file is compressed and has ${reader.sizeBytes.toLocaleString('en')} bytes. Such files are read up to ${MOST_BYTES.toLocaleString('en')} bytes.`,
    );
  const bytes = await reader.read(0, reader.sizeBytes);
  const inflated = await promisify(gunzip)(bytes, { maxOutputLength: MOST_INFLATED_BYTES }).catch(error => {
    throw new NoThumbnail('Damaged file', `The file cannot be inflated: ${error.message}`, { cause: error });
  });
  const budget = { ...BUDGET, bytes: MOST_INFLATED_BYTES };
  return new RangeReader(memorySource(inflated), budget, reader.signal);
}
