import type { Findings, Format } from '../format.ts';
import { malformed } from '../probe-error.ts';
import { HEAD_BYTES, type RangeReader } from '../range-reader.ts';
import { readAdts } from './adts.ts';
import { findAdts } from './adts-frame.ts';
import { FLAC, readFlac } from './flac.ts';
import { afterId3, endOfId3 } from './id3.ts';
import { findMpegFrame, type MpegFrame, mpegFramesFrom } from './mpeg-frame.ts';
import { soundFacts } from './sound-facts.ts';

/** The first frame may stand behind a rest of another one, as where a stream was cut. */
const MOST_LEAD_BYTES = 4096;
const START_BYTES = 16 * 1024;

export const MP3: Format = {
  id: 'mp3',
  mediaType: 'audio/mpeg',
  kind: 'audio',
  extensions: ['mp3', 'mp2', 'mp1', 'mpga'],
  recognises: head => {
    if (head.length === 0) return false;
    const rest = afterId3(head);
    return rest === undefined || findMpegFrame(rest, MOST_LEAD_BYTES) !== undefined;
  },
  read: readMp3,
};

async function readMp3(reader: RangeReader): Promise<Findings> {
  const start = await endOfId3(reader);
  const bytes = await reader.upTo(start, lengthToRead(start));
  // A tag that is longer than the head hid what follows it.
  if (FLAC.recognises(bytes, reader.sizeBytes)) return readFlac(reader);
  if (findAdts(bytes, MOST_LEAD_BYTES)) return readAdts(reader);
  const first = findMpegFrame(bytes, MOST_LEAD_BYTES);
  if (!first) throw malformed('No sound follows the tags at the beginning of the file.');
  const stated = statedFrames(bytes.subarray(first.at), first);
  if (stated) return { facts: soundFacts(first, (stated * first.samples) / first.sampleRateHz) };
  const frames = [...mpegFramesFrom(bytes, first.at)];
  const soundBytes = reader.sizeBytes - start - first.at;
  const isConstant = frames.every(({ bitsPerSecond }) => bitsPerSecond === first.bitsPerSecond);
  if (isConstant) return { facts: soundFacts(first, (soundBytes * 8) / first.bitsPerSecond) };
  const frameBytes = await averageFrame(reader, frames);
  const durationSeconds = ((soundBytes / frameBytes) * first.samples) / first.sampleRateHz;
  return {
    facts: soundFacts(first, durationSeconds),
    warnings: [
      {
        code: 'estimated',
        message: 'The bit rate varies and the file does not say how long it is. The duration is an estimate.',
      },
    ],
  };
}

/** What is there already, or where little is, a part of the next block. */
function lengthToRead(start: number): number {
  const rest = HEAD_BYTES - (start % HEAD_BYTES);
  return rest >= START_BYTES ? rest : rest + START_BYTES;
}

/** The number of frames in the headers of Xing and of Fraunhofer, which stand in a first frame of silence. */
function statedFrames(frame: Uint8Array, { isMpeg1, channels }: MpegFrame): number | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const xing = 4 + (isMpeg1 ? (channels === 1 ? 17 : 32) : channels === 1 ? 9 : 17);
  const name = (at: number) => new TextDecoder('latin1').decode(frame.subarray(at, at + 4));
  const isXing = name(xing) === 'Xing' || name(xing) === 'Info';
  if (isXing && xing + 12 <= frame.length && view.getUint32(xing + 4) & 1) return view.getUint32(xing + 8);
  if (name(36) === 'VBRI' && frame.length >= 54) return view.getUint32(36 + 14);
  return undefined;
}

/** Bytes of a frame on average, over the beginning and two other places. */
async function averageFrame(reader: RangeReader, first: readonly MpegFrame[]): Promise<number> {
  const places = [0.4, 0.8].map(share => Math.floor((reader.sizeBytes * share) / HEAD_BYTES) * HEAD_BYTES);
  const elsewhere = await Promise.all(places.map(place => reader.upTo(place, HEAD_BYTES)));
  const others = elsewhere.flatMap(bytes => [
    ...mpegFramesFrom(bytes, findMpegFrame(bytes, MOST_LEAD_BYTES)?.at ?? bytes.length),
  ]);
  const frames = [...first, ...others];
  return frames.reduce((sum, { frameBytes }) => sum + frameBytes, 0) / frames.length;
}
