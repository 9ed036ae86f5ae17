import { type DicomFrame, middleDicomFrame, type RangeReader } from '@mooring/probe';
import type { Sharp } from 'sharp';
import { decode, decoded } from './encode.ts';
import { MOST_BYTES } from './limits.ts';
import { NoThumbnail } from './no-thumbnail.ts';
import { readSamples, toGrey, usualWindow } from './samples.ts';

/** JPEG Baseline and Extended (PS3.5, A.4.1). */
const JPEG = new Set(['1.2.840.10008.1.2.4.50', '1.2.840.10008.1.2.4.51']);

/** The middle frame, in the window that its header names. */
export async function pictureOfDicom(reader: RangeReader): Promise<Sharp> {
  const frame = await middleDicomFrame(reader);
  if (!frame) throw new NoThumbnail('No picture', 'The DICOM file has no frame whose place is known.');
  const total = frame.ranges.reduce((sum, { length }) => sum + length, 0);
  if (total > MOST_BYTES)
    throw new NoThumbnail('Too large a frame', `One frame has ${total.toLocaleString('en')} bytes.`);
  const parts: Uint8Array[] = [];
  for (const { offset, length } of frame.ranges) parts.push(await reader.read(offset, length));
  const bytes = Buffer.concat(parts);
  if (!frame.isCompressed) return plainPicture(frame, bytes);
  if (JPEG.has(frame.transferSyntax ?? '')) return decode(bytes);
  throw new NoThumbnail(
    'Format not supported',
    `Frames of the transfer syntax ${frame.transferSyntax} are not decoded.`,
  );
}

function plainPicture(frame: DicomFrame, bytes: Uint8Array): Sharp {
  const { width, height, photometricInterpretation: meaning } = frame;
  if (meaning.startsWith('MONOCHROME')) return decoded(greyOf(frame, bytes), width, height, 1);
  if (meaning === 'RGB' && frame.bitsAllocated === 8)
    return decoded(frame.isPlanar ? interleave(bytes) : bytes, width, height, 3);
  throw new NoThumbnail(
    'Format not supported',
    `Pixels of ${frame.bitsAllocated} bits in ${meaning || 'an unnamed colour space'} are not shown.`,
  );
}

function greyOf(frame: DicomFrame, bytes: Uint8Array): Uint8Array {
  const { bitsAllocated, bitsStored, isSigned, littleEndian, window, rescale } = frame;
  const values = readSamples(bytes, { type: `${isSigned ? 'int' : 'uint'}${bitsAllocated}`, littleEndian });
  if (!values)
    throw new NoThumbnail('Format not supported', `Pixels of ${bitsAllocated} bits are not shown.`);
  const unused = 32 - bitsStored;
  // Bits above those that are stored may hold anything.
  if (bitsStored < bitsAllocated)
    for (let i = 0; i < values.length; i++)
      values[i] = isSigned ? (values[i]! << unused) >> unused : (values[i]! << unused) >>> unused;
  for (let i = 0; i < values.length; i++) values[i] = values[i]! * rescale.slope + rescale.intercept;
  const shown = window
    ? { min: window.center - window.width / 2, max: window.center + window.width / 2 }
    : usualWindow(values);
  return toGrey(values, shown, frame.photometricInterpretation === 'MONOCHROME1');
}

/** Three planes of one colour each, as pixels of three colours. */
function interleave(planes: Uint8Array): Uint8Array {
  const plane = planes.length / 3;
  const pixels = new Uint8Array(planes.length);
  for (let i = 0; i < planes.length; i++) pixels[i] = planes[(i % 3) * plane + Math.floor(i / 3)]!;
  return pixels;
}
