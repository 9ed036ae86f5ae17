import type { Findings, Format } from '../format.ts';
import { malformed } from '../probe-error.ts';
import { HEAD_BYTES, type RangeReader } from '../range-reader.ts';
import { adtsFramesFrom, findAdts, SAMPLES_PER_FRAME } from './adts-frame.ts';
import { afterId3, endOfId3 } from './id3.ts';
import { soundFacts } from './sound-facts.ts';

const MOST_LEAD_BYTES = 1024;

export const ADTS: Format = {
  id: 'adts',
  mediaType: 'audio/aac',
  kind: 'audio',
  extensions: ['aac', 'adts'],
  recognises: head => findAdts(afterId3(head) ?? new Uint8Array(), MOST_LEAD_BYTES) !== undefined,
  read: readAdts,
};

/** The format states no length: the bytes of a frame on average say how many there are. */
export async function readAdts(reader: RangeReader): Promise<Findings> {
  const start = await endOfId3(reader);
  const places = [0.4, 0.8].map(share => Math.floor((reader.sizeBytes * share) / HEAD_BYTES) * HEAD_BYTES);
  const parts = [start, ...places.filter(place => place > start)].map(place =>
    reader.upTo(place, HEAD_BYTES),
  );
  const frames = (await Promise.all(parts)).map(bytes => [
    ...adtsFramesFrom(bytes, findAdts(bytes, HEAD_BYTES)?.at ?? bytes.length),
  ]);
  const first = frames[0]?.[0];
  if (!first) throw malformed('No frame of AAC is at the beginning of the file.');
  const all = frames.flat();
  const frameBytes = all.reduce((sum, frame) => sum + frame.frameBytes, 0) / all.length;
  const count = (reader.sizeBytes - start) / frameBytes;
  return {
    facts: { ...soundFacts(first, (count * SAMPLES_PER_FRAME) / first.sampleRateHz), mediaType: 'audio/aac' },
    warnings: [
      {
        code: 'estimated',
        message: 'A stream of AAC does not say how long it is. The duration is an estimate.',
      },
    ],
  };
}
