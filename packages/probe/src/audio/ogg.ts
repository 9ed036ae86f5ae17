import type { MediaFacts } from '@mooring/contract';
import type { Findings, Format } from '../format.ts';
import { malformed } from '../probe-error.ts';
import { HEAD_BYTES, type RangeReader } from '../range-reader.ts';
import { fourCharacters } from '../riff.ts';
import { type OggStream, readFirstPacket } from './ogg-streams.ts';
import { soundFacts } from './sound-facts.ts';

const PAGE_HEADER_BYTES = 27;
const BEGINS_STREAM = 2;
const MOST_STREAMS = 32;
/** Pages have at most 65,307 bytes, so the last one begins within as many. */
const TAIL_BYTES = 64 * 1024;
/** Beyond what a file can last; a page on which no packet ends has the largest number. */
const MOST_GRANULES = 1n << 50n;

export const OGG: Format = {
  id: 'ogg',
  mediaType: 'audio/ogg',
  kind: 'audio',
  extensions: ['ogg', 'oga', 'opus', 'ogv', 'ogx', 'spx'],
  recognises: head => fourCharacters(head, 0) === 'OggS' && head[4] === 0,
  read: readOgg,
};

async function readOgg(reader: RangeReader): Promise<Findings> {
  const tailFrom = Math.max(0, reader.sizeBytes - TAIL_BYTES);
  reader.prefetch(tailFrom, TAIL_BYTES);
  const streams = readStreams(await reader.upTo(0, HEAD_BYTES));
  const video = [...streams.values()].find(stream => stream.video);
  const sounds = [...streams.values()].flatMap(stream => stream.sound ?? []);
  if (!video && sounds.length === 0)
    throw malformed('The Ogg file begins with no stream that Mooring knows.');
  const ends = readEnds(await reader.upTo(tailFrom, TAIL_BYTES), streams);
  const seconds = [...ends].map(([stream, granules]) => (granules - stream.skip) / stream.granulesPerSecond);
  const durationSeconds = Math.max(0, ...seconds.filter(Number.isFinite)) || null;
  const facts = {
    ...(sounds[0] ? soundFacts(sounds[0], durationSeconds) : { durationSeconds }),
    audioTracks: sounds.length,
    ...(video ? videoFacts(video, ends.get(video)) : {}),
  };
  return { facts };
}

function videoFacts({ video, granulesPerSecond }: OggStream, frames = 0): Partial<MediaFacts> {
  return {
    kind: 'video',
    mediaType: 'video/ogg',
    ...video,
    fps: Number.isFinite(granulesPerSecond) && granulesPerSecond > 0 ? granulesPerSecond : null,
    frameRate: 'constant',
    frames: frames || null,
    // A frame of no bytes repeats the one before; the times count it, ffmpeg does not.
    framesExact: frames ? false : null,
  };
}

interface Page {
  granule: bigint;
  serial: number;
  begins: boolean;
  payload: Uint8Array;
}

/** The pages in a part of a file (RFC 3533, 6); what lies between them is passed over. */
function* pagesIn(bytes: Uint8Array): Generator<Page> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + PAGE_HEADER_BYTES <= bytes.length; ) {
    const isPage = bytes[at] === 0x4f && fourCharacters(bytes, at) === 'OggS' && bytes[at + 4] === 0;
    if (!isPage) {
      at++;
      continue;
    }
    const segments = bytes[at + 26]!;
    const from = at + PAGE_HEADER_BYTES + segments;
    const size = bytes.subarray(at + PAGE_HEADER_BYTES, from).reduce((sum, length) => sum + length, 0);
    yield {
      granule: view.getBigUint64(at + 6, true),
      serial: view.getUint32(at + 14, true),
      begins: (bytes[at + 5]! & BEGINS_STREAM) !== 0,
      payload: bytes.subarray(from, from + size),
    };
    at = from + size;
  }
}

/** The streams that begin together at the start, by serial number. */
function readStreams(head: Uint8Array): Map<number, OggStream> {
  const streams = new Map<number, OggStream>();
  for (const { begins, serial, payload } of pagesIn(head)) {
    if (!begins || streams.size >= MOST_STREAMS) break;
    const stream = readFirstPacket(payload);
    if (stream) streams.set(serial, stream);
  }
  return streams;
}

/** The last time of each stream. */
function readEnds(tail: Uint8Array, streams: ReadonlyMap<number, OggStream>): Map<OggStream, number> {
  const ends = new Map<OggStream, number>();
  for (const { serial, granule } of pagesIn(tail)) {
    const stream = streams.get(serial);
    if (!stream || granule > MOST_GRANULES) continue;
    const shift = BigInt(stream.granuleShift);
    const sinceKeyFrame = granule & ((1n << shift) - 1n);
    ends.set(stream, Number(shift > 0n ? (granule >> shift) + sinceKeyFrame : granule));
  }
  return ends;
}
