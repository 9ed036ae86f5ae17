import type { MediaFacts } from '@mooring/contract';
import { malformed } from '../probe-error.ts';
import type { RangeReader } from '../range-reader.ts';
import { readAv1Config } from '../video/codecs/av1-vp9.ts';
import { readHevcConfig } from '../video/codecs/hevc.ts';
import type { Picture } from '../video/codecs/picture.ts';
import { type Box, contentOf } from '../video/iso/boxes.ts';
import type { HeifItems } from './heif-items.ts';

export interface HeifProperties extends Pick<Picture, 'codec' | 'bitDepth' | 'pixelFormat'> {
  width: number;
  height: number;
  rotation: MediaFacts['rotation'];
  isMirrored: boolean;
}

/** Settings of H.265 are the longest; those of pictures stay below. */
const MOST_BYTES = 4096;
const MOST_PROPERTIES = 64;

/** What the properties of the primary item say (ISO/IEC 23008-12, 6.5). */
export async function propertiesOf(reader: RangeReader, items: HeifItems): Promise<HeifProperties> {
  const own = (items.associations.get(items.primary) ?? [])
    .slice(0, MOST_PROPERTIES)
    .flatMap(index => items.properties[index - 1] ?? []);
  const found: HeifProperties = { width: 0, height: 0, rotation: null, isMirrored: false };
  for (const property of own) await note(reader, property, found);
  if (!found.codec) await noteTiles(reader, items, found);
  return found;
}

async function note(reader: RangeReader, property: Box, found: HeifProperties): Promise<void> {
  const content = () => contentOf(reader, property, MOST_BYTES);
  switch (property.type) {
    case 'ispe':
      [found.width, found.height] = sizeOf(await content());
      return;
    case 'irot':
      found.rotation = clockwise(firstByte(await content()) & 3);
      return;
    case 'imir':
      found.isMirrored = true;
      return;
    case 'av1C':
    case 'hvcC': {
      const { buffer, byteOffset, byteLength } = await content();
      const settings = new Uint8Array(buffer, byteOffset, byteLength);
      const picture = property.type === 'av1C' ? readAv1Config(settings) : readHevcConfig(settings);
      const { codec, bitDepth, pixelFormat } = picture;
      Object.assign(found, { codec, bitDepth, pixelFormat });
    }
  }
}

/** A picture that is a grid has no codec of its own; its tiles have. */
async function noteTiles(
  reader: RangeReader,
  { properties }: HeifItems,
  found: HeifProperties,
): Promise<void> {
  const settings = properties.find(({ type }) => type === 'av1C' || type === 'hvcC');
  if (settings) await note(reader, settings, found);
}

function sizeOf(view: DataView): [number, number] {
  if (view.byteLength < 12)
    throw malformed('The property that says how large the picture is ends too early.');
  return [view.getUint32(4), view.getUint32(8)];
}

const firstByte = (view: DataView): number => (view.byteLength > 0 ? view.getUint8(0) : 0);

/** The property counts quarter turns against the clock. */
const clockwise = (turns: number): MediaFacts['rotation'] =>
  ([0, 270, 180, 90] as const)[turns as 0 | 1 | 2 | 3];
