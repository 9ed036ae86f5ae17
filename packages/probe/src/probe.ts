import type { MediaFacts, MediaWarning } from '@mooring/contract';
import { type Budget, DEFAULT_BUDGET } from './budget.ts';
import type { ByteSource } from './byte-source.ts';
import type { Format } from './format.ts';
import { FORMATS } from './formats.ts';
import { ProbeError } from './probe-error.ts';
import { HEAD_BYTES, RangeReader } from './range-reader.ts';

export interface Probe {
  facts: MediaFacts;
  warnings: MediaWarning[];
  /** What it cost. */
  spent: { bytes: number; requests: number; reads: number };
}

/**
 * Learns what a file is and what its header says, from few of its bytes.
 * @param name of the object; only to warn where it disagrees with the content
 * @throws ProbeError
 */
export async function probe(
  source: ByteSource,
  name: string,
  {
    budget = DEFAULT_BUDGET,
    signal = new AbortController().signal,
  }: { budget?: Budget; signal?: AbortSignal } = {},
): Promise<Probe> {
  const reader = new RangeReader(source, budget, signal);
  const head = await reader.upTo(0, HEAD_BYTES);
  const format = FORMATS.find(candidate => candidate.recognises(head, source.sizeBytes));
  if (!format) throw new ProbeError('not_recognised', notRecognised(source.sizeBytes));
  const { facts, warnings = [] } = await format.read(reader);
  return {
    facts: { ...NOTHING, mediaType: format.mediaType, kind: format.kind, ...facts },
    warnings: [...warnings, ...nameWarning(name, format)],
    spent: reader.spent,
  };
}

function notRecognised(sizeBytes: number): string {
  return sizeBytes === 0 ? 'The file is empty.' : 'The first bytes are of no format that Mooring knows.';
}

function nameWarning(name: string, format: Format): MediaWarning[] {
  const extension = /\.([A-Za-z0-9]{1,10})$/.exec(name)?.[1]?.toLowerCase();
  if (!extension || format.extensions.includes(extension)) return [];
  const isOther = FORMATS.some(({ extensions }) => extensions.includes(extension));
  if (!isOther) return [];
  return [
    {
      code: 'name_disagrees',
      message: `The name ends in .${extension}. The content is ${format.mediaType}.`,
    },
  ];
}

const NOTHING = {
  width: null,
  height: null,
  bitDepth: null,
  orientation: null,
  rotation: null,
  brand: null,
  codec: null,
  pixelFormat: null,
  fps: null,
  frameRate: null,
  durationSeconds: null,
  frames: null,
  framesExact: null,
  faststart: null,
  audioTracks: null,
  audioCodec: null,
  sampleRateHz: null,
  channels: null,
  pages: null,
  lines: null,
  encoding: null,
  rows: null,
  rowsExact: null,
  columns: null,
  points: null,
  faces: null,
  shape: null,
  modality: null,
  studyUid: null,
  seriesUid: null,
  instanceUid: null,
  instanceNumber: null,
} satisfies Omit<MediaFacts, 'mediaType' | 'kind'>;
