import type { MediaFacts } from '@mooring/contract';
import { ascii } from '../ascii.ts';
import { malformed } from '../probe-error.ts';
import type { RangeReader } from '../range-reader.ts';
import { checkSize, type ImageFindings, type ImageFormat } from './image-format.ts';
import { subsampling } from './subsampling.ts';
import { topBoxes } from './top-boxes.ts';

const CONTAINER = '\0\0\0\x0cjP  \r\n\x87\n';
/** Start of codestream, then the marker of the size. */
const CODESTREAM = '\xff\x4f\xff\x51';
/** By the brand of the container. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  'jp2 ': 'image/jp2',
  'jpx ': 'image/jpx',
  'jph ': 'image/jph',
};

export const jpeg2000: ImageFormat = {
  id: 'jpeg2000',
  mediaType: 'image/jp2',
  kind: 'image',
  extensions: ['jp2', 'j2k', 'j2c', 'jpc', 'jpx', 'jpf', 'jph', 'jhc'],
  recognises: head =>
    ascii(head, 0, 4) === CODESTREAM ||
    (ascii(head, 0, 12) === CONTAINER && MEDIA_TYPES[ascii(head, 20, 24)] !== undefined),
  read,
};

async function read(reader: RangeReader): Promise<ImageFindings> {
  const start = await reader.read(0, 24);
  if (ascii(start, 0, 4) === CODESTREAM)
    return { facts: { mediaType: 'image/j2c', ...(await readCodestream(reader, 0)) } };
  const mediaType = MEDIA_TYPES[ascii(start, 20, 24)]!;
  for await (const { type, content } of topBoxes(reader))
    if (type === 'jp2c') return { facts: { mediaType, ...(await readCodestream(reader, content)) } };
  throw malformed('The container has no picture.');
}

const SIZE_MARKER_BYTES = 42;
const COMPONENT_BYTES = 3;

/** Reads the marker SIZ (ITU-T T.800, A.5.1). */
async function readCodestream(reader: RangeReader, offset: number): Promise<Partial<MediaFacts>> {
  const view = await reader.view(offset, SIZE_MARKER_BYTES);
  if (view.getUint32(0) !== 0xff4fff51) throw malformed('The codestream does not begin with its markers.');
  const count = view.getUint16(40);
  if (count < 1 || count > 16384) throw malformed(`The codestream says that it has ${count} components.`);
  const components = await reader.view(offset + SIZE_MARKER_BYTES, Math.min(count, 4) * COMPONENT_BYTES);
  const bitDepth = (components.getUint8(0) & 127) + 1;
  const step = (component: number, axis: 1 | 2) => components.getUint8(component * COMPONENT_BYTES + axis);
  const isWhole = count < 3 || (step(1, 1) === step(0, 1) && step(1, 2) === step(0, 2));
  return {
    ...checkSize(view.getUint32(8) - view.getUint32(16), view.getUint32(12) - view.getUint32(20)),
    bitDepth,
    pixelFormat: isWhole ? wholeFormat(count, bitDepth) : chromaFormat(step(1, 1), step(1, 2), bitDepth),
  };
}

/** As ffmpeg unpacks them: to eight bits, or to sixteen. */
function wholeFormat(components: number, bitDepth: number): string | null {
  if (bitDepth > 16) return null;
  const names =
    bitDepth > 8 ? ['gray16le', 'ya16le', 'rgb48le', 'rgba64le'] : ['gray', 'ya8', 'rgb24', 'rgba'];
  return names[components - 1] ?? null;
}

function chromaFormat(horizontal: number, vertical: number, bitDepth: number): string | null {
  const layout = subsampling(horizontal, vertical);
  return layout && bitDepth === 8 ? `yuv${layout}p` : null;
}
