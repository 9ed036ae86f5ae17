import { readWaveFormat, type WaveFormat } from '../../audio/wave-format.ts';
import type { RangeReader } from '../../range-reader.ts';
import { type Chunk, chunksIn, fourCharacters } from '../../riff.ts';

/** A stream as the header of an AVI file describes it. */
export interface Stream {
  type: 'video' | 'audio' | 'other';
  /** Of video: the codec, by four characters; empty for uncompressed pictures. */
  fourCc: string;
  width: number;
  height: number;
  bitsPerPixel: number;
  /** What the codec needs, where a stream came from MP4. */
  settings: Uint8Array;
  /** Frames, or blocks of sound, a second. */
  rate: number;
  /** How many of them. */
  length: number;
  sound?: WaveFormat;
}

const TYPES: Readonly<Record<string, Stream['type']>> = { vids: 'video', auds: 'audio' };
const NO_STREAM: Stream = {
  type: 'other',
  fourCc: '',
  width: 0,
  height: 0,
  bitsPerPixel: 0,
  settings: new Uint8Array(),
  rate: 0,
  length: 0,
};
const MOST_FORMAT_BYTES = 4096;
const MOST_STREAMS = 64;

/** Reads the streams in the list `hdrl` (AVI RIFF File Reference, Microsoft). */
export async function readStreams(reader: RangeReader, hdrl: Chunk): Promise<Stream[]> {
  const streams: Stream[] = [];
  for await (const chunk of chunksIn(reader, inside(hdrl))) {
    if (streams.length >= MOST_STREAMS) break;
    if (chunk.id === 'LIST' && (await listType(reader, chunk)) === 'strl')
      streams.push(await readStream(reader, chunk));
  }
  return streams;
}

async function readStream(reader: RangeReader, strl: Chunk): Promise<Stream> {
  const stream: Stream = { ...NO_STREAM };
  for await (const { id, content, sizeBytes } of chunksIn(reader, inside(strl))) {
    if (id === 'strh' && sizeBytes >= 36) {
      const view = await reader.view(content, 36);
      stream.type = TYPES[fourCharacters(new Uint8Array(view.buffer, view.byteOffset), 0)] ?? 'other';
      const scale = view.getUint32(20, true);
      stream.rate = scale > 0 ? view.getUint32(24, true) / scale : 0;
      stream.length = view.getUint32(32, true);
    }
    if (id === 'strf' && stream.type === 'video' && sizeBytes >= 20)
      Object.assign(
        stream,
        readBitmapHeader(await reader.view(content, Math.min(sizeBytes, MOST_FORMAT_BYTES))),
      );
    if (id === 'strf' && stream.type === 'audio' && sizeBytes >= 14)
      stream.sound = readWaveFormat(await reader.view(content, Math.min(sizeBytes, 40)));
  }
  return stream;
}

/** BITMAPINFOHEADER; a negative height says that the rows begin at the top. */
function readBitmapHeader(view: DataView): Partial<Stream> {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const fourCc = fourCharacters(bytes, 16);
  return {
    settings: bytes.subarray(40),
    width: Math.abs(view.getInt32(4, true)),
    height: Math.abs(view.getInt32(8, true)),
    bitsPerPixel: view.getUint16(14, true),
    fourCc: /^[!-~][ -~]{3}$/.test(fourCc) ? fourCc : '',
  };
}

/** The content of a list, after its type. */
export const inside = ({ content, sizeBytes }: Chunk) => ({ content: content + 4, end: content + sizeBytes });

export const listType = async (reader: RangeReader, { content }: Chunk): Promise<string> =>
  fourCharacters(await reader.upTo(content, 4), 0);
