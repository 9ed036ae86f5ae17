import type { MediaFacts } from '@mooring/contract';
import { type RangeReader, readKeyFrame } from '@mooring/probe';
import type { Sharp } from 'sharp';
import { decode } from './encode.ts';
import { runFfmpeg } from './ffmpeg.ts';
import { NoThumbnail } from './no-thumbnail.ts';

const MOST_FRAME_BYTES = 8 << 20;
/** Where the index of a file is not read, its first frame is taken from so much of its beginning. */
const BEGINNING_BYTES = 2 << 20;
/** As ffmpeg names what it reads. */
const DEMUXERS: Record<string, string> = {
  'video/mp4': 'mov',
  'video/quicktime': 'mov',
  'video/webm': 'matroska',
  'video/matroska': 'matroska',
  'video/x-matroska': 'matroska',
  'video/x-msvideo': 'avi',
  'video/mp2t': 'mpegts',
  'video/ogg': 'ogg',
};

/** One key frame, decoded by ffmpeg. */
export async function pictureOfVideo(
  reader: RangeReader,
  { mediaType }: MediaFacts,
  { ffmpeg, size }: { ffmpeg: string | null; size: number },
): Promise<Sharp> {
  if (!ffmpeg)
    throw new NoThumbnail(
      'Needs ffmpeg',
      'Thumbnails of videos need the program ffmpeg. The server does not find it.',
      { lasting: false },
    );
  const demuxer = DEMUXERS[mediaType];
  if (!demuxer)
    throw new NoThumbnail('Format not supported', `Videos of the type ${mediaType} are not decoded.`);
  const bytes =
    demuxer === 'mov' ? await readKeyFrame(reader, MOST_FRAME_BYTES) : await reader.upTo(0, BEGINNING_BYTES);
  return decode(await runFfmpeg(ffmpeg, { bytes, demuxer, size }));
}
