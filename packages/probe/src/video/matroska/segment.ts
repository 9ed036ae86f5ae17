import { malformed } from '../../probe-error.ts';
import type { RangeReader } from '../../range-reader.ts';
import { childrenOf, type Element, elementsIn, float, readElement, unsigned } from './ebml.ts';
import * as ids from './ids.ts';
import { type MatroskaTrack, readTracks } from './tracks.ts';

/** Beyond what a file can last. */
const MOST_TICKS = 2 ** 60;
const MOST_ELEMENTS = 1000;
const MOST_PART_BYTES = 1 << 20;

/** What stands before the media data, or is found through the index of parts. */
export interface Segment {
  tracks: MatroskaTrack[];
  durationSeconds: number | null;
  /** Nanoseconds of a tick. */
  timestampScale: number;
  /** Where the media data begins. */
  firstCluster: number | null;
  end: number;
  /** How far the segment reaches beyond the end of the file. */
  missingBytes: number;
}

/** @throws ProbeError */
export async function readSegment(reader: RangeReader): Promise<Segment> {
  const header = await readElement(reader, 0);
  const segment = await readElement(reader, header.end ?? 0);
  if (segment.id !== ids.SEGMENT) throw malformed('The EBML header is not followed by a segment.');
  const statedEnd = segment.end ?? reader.sizeBytes;
  const parts = await readParts(reader, segment, Math.min(statedEnd, reader.sizeBytes));
  const tracks = parts.get(ids.TRACKS) ?? (await seekPart(reader, segment, parts, ids.TRACKS));
  if (!tracks) throw malformed('The segment has no list of tracks.');
  const info = childrenOf(parts.get(ids.INFO) ?? (await seekPart(reader, segment, parts, ids.INFO)));
  const timestampScale = unsigned(info.get(ids.TIMESTAMP_SCALE)) || 1_000_000;
  const duration = float(info.get(ids.DURATION));
  return {
    tracks: readTracks(tracks),
    durationSeconds:
      duration && duration > 0 && duration < MOST_TICKS ? (duration * timestampScale) / 1e9 : null,
    timestampScale,
    firstCluster: parts.firstCluster,
    end: Math.min(statedEnd, reader.sizeBytes),
    missingBytes: Math.max(0, statedEnd - reader.sizeBytes),
  };
}

/** Contents by identifier. */
class Parts extends Map<number, Uint8Array> {
  firstCluster: number | null = null;
}

async function readParts(reader: RangeReader, segment: Element, end: number): Promise<Parts> {
  const parts = new Parts();
  for (let at = segment.content, count = 0; at < end; ) {
    if (++count > MOST_ELEMENTS)
      throw malformed(`More than ${MOST_ELEMENTS} elements stand before the media.`);
    const element = await readElement(reader, at);
    if (element.id === ids.CLUSTER) {
      parts.firstCluster = at;
      break;
    }
    if ([ids.SEEK_HEAD, ids.INFO, ids.TRACKS].includes(element.id)) {
      const bytes = await contentOf(reader, element);
      if (!parts.has(element.id)) parts.set(element.id, bytes);
    }
    if (element.end === null) throw malformed(`The element at byte ${at} does not say where it ends.`);
    at = element.end;
  }
  return parts;
}

const contentOf = async (reader: RangeReader, { content, end }: Element): Promise<Uint8Array> =>
  reader.read(content, Math.min((end ?? content) - content, MOST_PART_BYTES));

/** Looks a part up in `SeekHead`, whose positions count from the content of the segment. */
async function seekPart(
  reader: RangeReader,
  segment: Element,
  parts: Parts,
  wanted: number,
): Promise<Uint8Array | undefined> {
  for (const { id, bytes } of elementsIn(parts.get(ids.SEEK_HEAD) ?? new Uint8Array())) {
    const seek = childrenOf(bytes);
    if (id !== ids.SEEK || unsigned(seek.get(ids.SEEK_ID)) !== wanted) continue;
    const element = await readElement(reader, segment.content + (unsigned(seek.get(ids.SEEK_POSITION)) ?? 0));
    return element.id === wanted ? contentOf(reader, element) : undefined;
  }
  return undefined;
}
