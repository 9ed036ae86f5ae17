import type { RangeReader } from '../range-reader.ts';
import { Directories } from './directories.ts';
import type { Preview } from './image-format.ts';
import { jpegAt } from './jpeg-segments.ts';
import { type Piece, Section } from './section.ts';

const MP_ENTRY = 0xb002;
const ENTRY_BYTES = 16;
const MOST_PICTURES = 32;
/** Monitor-size copies of the picture: 640 × 480, and 1920 × 1080. */
const PREVIEW_TYPES = [0x010001, 0x010002];

/** Previews that cameras write behind a JPEG (CIPA DC-007, Multi-Picture Format). */
export async function multiPicturePreviews(reader: RangeReader, piece: Piece): Promise<Preview[]> {
  const section = new Section(reader, piece);
  const directories = await Directories.open(section);
  const { fields } = await directories.read(directories.first);
  const entries = fields.get(MP_ENTRY);
  if (!entries) return [];
  const bytes = await section.upTo(entries.offset, Math.min(entries.count, MOST_PICTURES * ENTRY_BYTES));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const previews: Preview[] = [];
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    const type = view.getUint32(at, directories.isLittle) & 0xffffff;
    const length = view.getUint32(at + 4, directories.isLittle);
    const offset = piece.offset + view.getUint32(at + 8, directories.isLittle);
    const isInside = offset + length <= reader.sizeBytes;
    if (!PREVIEW_TYPES.includes(type) || !isInside) continue;
    const preview = await jpegAt(reader, offset, offset, length);
    if (preview) previews.push(preview);
  }
  return previews;
}
