import { ProbeError } from '../probe-error.ts';
import type { RangeReader } from '../range-reader.ts';
import { count, TAG } from './dicom.ts';
import { DEFLATED, type DicomValues, readDataSet } from './dicom-data-set.ts';
import type { Element, Elements } from './dicom-elements.ts';

export interface ByteRange {
  offset: number;
  length: number;
}

/** Where one frame stands in the file, and how to show it. */
export interface DicomFrame {
  /** From 0: the middle one. */
  index: number;
  /** The parts of the frame, in order; one where it is not compressed. */
  ranges: readonly ByteRange[];
  isCompressed: boolean;
  transferSyntax: string | null;
  littleEndian: boolean;
  width: number;
  height: number;
  samplesPerPixel: number;
  bitsAllocated: number;
  bitsStored: number;
  isSigned: boolean;
  /** Samples of one colour stand together, and not those of one pixel. */
  isPlanar: boolean;
  photometricInterpretation: string;
  /** The first window of the header, in units after rescaling; null where it has none. */
  window: { center: number; width: number } | null;
  rescale: { slope: number; intercept: number };
}

const PIXEL_DATA = 0x7fe00010;
const ITEM = 0xfffee000;
/** The fragments of compressed pixel data that are looked at one by one. */
const MOST_FRAGMENTS = 10_000;

/**
 * The middle frame of a DICOM file; null where it has no pixels, or where its bytes cannot be told by ranges: in a
 * compressed data set, or where frames are split into fragments and nothing says where each begins.
 * @throws ProbeError
 */
export async function middleDicomFrame(reader: RangeReader): Promise<DicomFrame | null> {
  const { values, transferSyntax, rest } = await readDataSet(reader, new Set(Object.values(TAG)), PIXEL_DATA);
  const picture = pictureOf(values);
  if (!picture || rest?.element.tag !== PIXEL_DATA || DEFLATED.has(transferSyntax)) return null;
  const { element, elements } = rest;
  const frames = Math.max(1, count(values, TAG.numberOfFrames) ?? 1);
  const index = Math.floor(frames / 2);
  const ranges =
    element.length >= 0
      ? plainFrame(element, picture, index, reader.sizeBytes)
      : await compressedFrame(elements, index, frames);
  if (!ranges) return null;
  return {
    ...picture,
    index,
    ranges,
    isCompressed: element.length < 0,
    transferSyntax,
    littleEndian: elements.encoding.littleEndian,
  };
}

type Picture = Omit<DicomFrame, 'index' | 'ranges' | 'isCompressed' | 'transferSyntax' | 'littleEndian'>;

function pictureOf(values: DicomValues): Picture | null {
  const width = count(values, TAG.columns);
  const height = count(values, TAG.rows);
  const bitsAllocated = count(values, TAG.bitsAllocated);
  if (!width || !height || !bitsAllocated) return null;
  const first = (tag: number, otherwise: number) => {
    const value = Number.parseFloat(values.get(tag) ?? '');
    return Number.isFinite(value) ? value : otherwise;
  };
  const windowWidth = first(TAG.windowWidth, 0);
  return {
    width,
    height,
    samplesPerPixel: count(values, TAG.samplesPerPixel) ?? 1,
    bitsAllocated,
    bitsStored: count(values, TAG.bitsStored) ?? bitsAllocated,
    isSigned: count(values, TAG.pixelRepresentation) === 1,
    isPlanar: count(values, TAG.planarConfiguration) === 1,
    photometricInterpretation: values.get(TAG.photometricInterpretation) ?? '',
    window: windowWidth > 0 ? { center: first(TAG.windowCenter, 0), width: windowWidth } : null,
    rescale: { slope: first(TAG.rescaleSlope, 1), intercept: first(TAG.rescaleIntercept, 0) },
  };
}

function plainFrame(
  { offset, length: available }: Element,
  { width, height, samplesPerPixel, bitsAllocated, photometricInterpretation }: Picture,
  index: number,
  sizeBytes: number,
): ByteRange[] | null {
  // Of each pair of pixels, YBR_FULL_422 keeps the colour once (PS3.3, C.7.6.3.1.2).
  const samples = photometricInterpretation === 'YBR_FULL_422' ? 2 : samplesPerPixel;
  const length = (width * height * samples * bitsAllocated) / 8;
  const begin = index * length;
  if (!Number.isInteger(begin) || begin + length > available || offset + begin + length > sizeBytes)
    return null;
  return [{ offset: offset + begin, length }];
}

/** By the table of offsets that begins the fragments; else where each frame is one fragment (PS3.5, A.4). */
async function compressedFrame(
  elements: Elements,
  index: number,
  frames: number,
): Promise<ByteRange[] | null> {
  const table = await elements.next();
  if (table?.tag !== ITEM || table.length < 0) return null;
  await elements.skip(table);
  const begin = elements.at;
  const isTable = table.length === frames * 4 && frames > 1;
  const offsets = isTable ? await offsetsAt(elements, table, index) : null;
  elements.at = begin + (offsets?.from ?? 0);
  const fragments = await fragmentsUpTo(elements, offsets?.to === undefined ? Infinity : begin + offsets.to);
  if (offsets || frames === 1) return fragments;
  return fragments.length === frames ? [fragments[index]!] : null;
}

/** Where a frame begins, and where the next one does; from the end of the table on. */
async function offsetsAt(elements: Elements, table: Element, index: number) {
  const isLast = index * 4 + 8 > table.length;
  const entry = { ...table, offset: table.offset + index * 4, length: isLast ? 4 : 8 };
  const view = await elements.value(entry);
  const from = view.getUint32(0, true);
  return { from, ...(isLast ? {} : { to: view.getUint32(4, true) }) };
}

async function fragmentsUpTo(elements: Elements, end: number): Promise<ByteRange[]> {
  const fragments: ByteRange[] = [];
  while (elements.at < end) {
    const item = await elements.next();
    if (item?.tag !== ITEM || item.length < 0) break;
    fragments.push({ offset: item.offset, length: item.length });
    if (fragments.length > MOST_FRAGMENTS)
      throw new ProbeError('over_budget', `The pixel data has more than ${MOST_FRAGMENTS} fragments.`);
    await elements.skip(item);
  }
  return fragments;
}
