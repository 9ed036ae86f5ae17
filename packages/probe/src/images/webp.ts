import type { MediaFacts } from '@mooring/contract';
import { ascii } from '../ascii.ts';
import { malformed } from '../probe-error.ts';
import type { RangeReader } from '../range-reader.ts';
import { readExif } from './exif.ts';
import {
  animated,
  checkSize,
  estimateFrames,
  type ImageFindings,
  type ImageFormat,
  truncated,
} from './image-format.ts';
import { type Piece, Section } from './section.ts';

export const webp: ImageFormat = {
  id: 'webp',
  mediaType: 'image/webp',
  kind: 'image',
  extensions: ['webp'],
  recognises: head => ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'WEBP',
  read,
};

const ANIMATION = 2;
const EXIF = 8;
const ALPHA = 16;
const FRAME_HEADER_BYTES = 16;

/** What the chunks have said (RFC 9649). */
interface Survey {
  size?: { width: number; height: number };
  /** Of the extended format; 0 in the simple ones. */
  flags: number;
  pixelFormat?: string;
  hasPicture: boolean;
  frames: number;
  estimate?: Partial<MediaFacts> | undefined;
  exif?: Piece;
}

async function read(reader: RangeReader): Promise<ImageFindings> {
  const end = 8 + (await reader.view(4, 4)).getUint32(0, true);
  const survey = await surveyChunks(reader, Math.min(end, reader.sizeBytes));
  if (!survey.size) throw malformed('The file has no chunk that says how large the picture is.');
  const exif = survey.exif && (await readExif(new Section(reader, survey.exif)));
  const moves = (survey.flags & ANIMATION) !== 0;
  const frames = survey.estimate ?? { frames: survey.frames, framesExact: true };
  return {
    facts: {
      ...survey.size,
      bitDepth: 8,
      orientation: exif?.orientation ?? null,
      pixelFormat: survey.pixelFormat ?? null,
      ...(moves ? frames : {}),
    },
    warnings: [
      ...(exif?.warnings ?? []),
      ...(moves ? animated(frames.frames ?? null) : []),
      ...(end > reader.sizeBytes
        ? [truncated(`The file has ${reader.sizeBytes} bytes. Its header says ${end}.`)]
        : []),
    ],
    ...(exif ? { previews: exif.previews } : {}),
  };
}

async function surveyChunks(reader: RangeReader, end: number): Promise<Survey> {
  const survey: Survey = { flags: 0, hasPicture: false, frames: 0 };
  for (let at = 12; at + 8 <= end && !isDone(survey); ) {
    const head = await reader.upTo(at, 8);
    if (head.length < 8) break;
    const length = new DataView(head.buffer, head.byteOffset).getUint32(4, true);
    await note(reader, ascii(head, 0, 4), { offset: at + 8, length }, survey);
    at += 8 + length + (length % 2);
    if (survey.flags & ANIMATION) survey.estimate = estimateFrames(reader, survey.frames, 12, at);
  }
  return survey;
}

/** Nothing that is wanted follows. */
function isDone({ flags, hasPicture, exif, estimate }: Survey): boolean {
  if (estimate) return true;
  return hasPicture && !(flags & ANIMATION) && (!(flags & EXIF) || exif !== undefined);
}

async function note(reader: RangeReader, type: string, content: Piece, survey: Survey): Promise<void> {
  switch (type) {
    case 'VP8X':
      return noteExtended(await reader.view(content.offset, 10), survey);
    case 'VP8 ':
    case 'VP8L':
      survey.hasPicture = true;
      survey.pixelFormat ??= pixelFormat(type, survey.flags);
      survey.size ??= await bitstreamSize(reader, type, content.offset);
      return;
    case 'ANMF':
      survey.frames++;
      if (survey.frames === 1) survey.pixelFormat = await frameFormat(reader, content.offset, survey.flags);
      return;
    case 'EXIF':
      survey.exif ??= await withoutPrefix(reader, content);
  }
}

function noteExtended(view: DataView, survey: Survey): void {
  const uint24 = (at: number) => view.getUint16(at, true) + (view.getUint8(at + 2) << 16);
  survey.flags = view.getUint8(0);
  survey.size = { width: 1 + uint24(4), height: 1 + uint24(7) };
}

async function frameFormat(reader: RangeReader, offset: number, flags: number): Promise<string> {
  const type = ascii(await reader.read(offset + FRAME_HEADER_BYTES, 4));
  return pixelFormat(type, type === 'ALPH' ? flags | ALPHA : flags & ~ALPHA);
}

function pixelFormat(type: string, flags: number): string {
  if (type === 'VP8L') return 'argb';
  return flags & ALPHA ? 'yuva420p' : 'yuv420p';
}

async function bitstreamSize(reader: RangeReader, type: string, offset: number) {
  const view = await reader.view(offset, 10);
  if (type === 'VP8L') {
    if (view.getUint8(0) !== 0x2f) throw malformed('The lossless picture data do not begin with their mark.');
    const bits = view.getUint32(1, true);
    return checkSize((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
  }
  if (view.getUint16(3) !== 0x9d01 || view.getUint8(5) !== 0x2a)
    throw malformed('The picture data do not begin with their start code.');
  return checkSize(view.getUint16(6, true) & 0x3fff, view.getUint16(8, true) & 0x3fff);
}

/** Some programs write the prefix of JPEG's segment before the EXIF data. */
async function withoutPrefix(reader: RangeReader, { offset, length }: Piece): Promise<Piece> {
  const hasPrefix = ascii(await reader.upTo(offset, 6)) === 'Exif\0\0';
  return hasPrefix ? { offset: offset + 6, length: Math.max(0, length - 6) } : { offset, length };
}
