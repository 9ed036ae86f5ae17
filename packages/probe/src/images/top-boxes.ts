import { malformed } from '../probe-error.ts';
import type { RangeReader } from '../range-reader.ts';
import { type Box, readBox } from '../video/iso/boxes.ts';

/** A picture's container has a handful; a file of hundreds is no picture. */
const MOST_BOXES = 256;

/** The boxes of a whole file. The last one may end beyond it. */
export async function* topBoxes(reader: RangeReader): AsyncGenerator<Box> {
  let count = 0;
  for (let at = 0; at < reader.sizeBytes; ) {
    const box = await readBox(reader, at, reader.sizeBytes);
    if (!box) return;
    if (++count > MOST_BOXES) throw malformed(`The file has more than ${MOST_BOXES} boxes.`);
    yield box;
    at = box.end;
  }
}
