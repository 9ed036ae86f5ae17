import { malformed, ProbeError } from '../../probe-error.ts';
import type { RangeReader } from '../../range-reader.ts';
import { type Box, fourCc, readBox } from './boxes.ts';

/** An index up to this size is fetched in one request; of a larger one, only what is looked at. */
const SMALL_INDEX = 1 << 20;
/** Boxes before the index and the data, in all but crafted files. */
const MOST_BOXES = 1000;
const NAME = /^[ -~\xa9]{4}$/;

/** Where the parts of an ISO base media file are. */
export interface Layout {
  brand: string | null;
  moov: Box;
  /** The index stands before the data. */
  faststart: boolean;
  /** Where the walk ended; fragments stand from here on. */
  next: number;
  /** How far the data reaches beyond the end of the file. */
  missingBytes: number;
}

/**
 * Walks the outermost boxes as far as the index, the first data and the first fragment.
 * @throws ProbeError `truncated` where the file ends before its index
 */
export async function readLayout(reader: RangeReader): Promise<Layout> {
  let brand: string | null = null;
  let moov: Box | undefined;
  let data: Box | undefined;
  let at = 0;
  for (let count = 0; at + 8 <= reader.sizeBytes && !(moov && data); count++) {
    const box = await readBox(reader, at, reader.sizeBytes);
    if (!box || !NAME.test(box.type) || (moov && box.type === 'moof')) break;
    if (count > MOST_BOXES) throw malformed(`More than ${MOST_BOXES} boxes stand before the index 'moov'.`);
    if (box.type === 'ftyp') brand = fourCc(await reader.upTo(box.content, 4), 0);
    else if (box.type === 'moov') moov = await prefetchIndex(reader, box);
    else if (box.type === 'mdat') {
      data ??= box;
      const rest = reader.sizeBytes - box.end;
      if (!moov && rest <= SMALL_INDEX) reader.prefetch(box.end, rest);
    }
    at = box.end;
  }
  const missingBytes = Math.max(0, (data?.end ?? 0) - reader.sizeBytes);
  if (!moov) throw withoutIndex(missingBytes);
  const faststart = !data || moov.start < data.start;
  return { brand, moov, faststart, missingBytes, next: at };
}

async function prefetchIndex(reader: RangeReader, moov: Box): Promise<Box> {
  if (moov.end > reader.sizeBytes)
    throw new ProbeError(
      'truncated',
      `The file has ${reader.sizeBytes} bytes. Its index 'moov' ends at byte ${moov.end}.`,
    );
  if (moov.end - moov.start <= SMALL_INDEX) reader.prefetch(moov.start, moov.end - moov.start);
  return moov;
}

function withoutIndex(missingBytes: number): ProbeError {
  if (missingBytes === 0) return malformed("The file has no index 'moov'.");
  return new ProbeError(
    'truncated',
    `The file has no index 'moov', and ${missingBytes} bytes of its data are missing at the end.`,
  );
}
