import type { MediaFacts, MediaWarning } from '@mooring/contract';
import { type Budget, DEFAULT_BUDGET } from './budget.ts';
import type { ByteSource } from './byte-source.ts';
import type { Findings, Format } from './format.ts';
import { FORMATS } from './formats.ts';
import { ProbeError, wordsOf } from './probe-error.ts';
import { HEAD_BYTES, overBudget, RangeReader } from './range-reader.ts';

export interface Probe {
  facts: MediaFacts;
  warnings: MediaWarning[];
  /** What it cost. */
  spent: { bytes: number; requests: number; reads: number };
}

/** What a probe may be given beside the file. */
export interface ProbeOptions {
  budget?: Budget;
  signal?: AbortSignal;
  /** Mooring's own, unless a test brings others. */
  formats?: readonly Format[];
}

/**
 * Learns what a file is and what its header says, from few of its bytes.
 * @param name of the object; only to warn where it disagrees with the content
 * @throws ProbeError, or the reason of `signal` where that aborts
 */
export async function probe(
  source: ByteSource,
  name: string,
  { budget = DEFAULT_BUDGET, signal, formats = FORMATS }: ProbeOptions = {},
): Promise<Probe> {
  return withinDeadline(budget, signal, async within => {
    const reader = new RangeReader(source, budget, within);
    return readFormat(reader, await recognise(reader, formats), name, formats);
  });
}

/**
 * What a file is by its first bytes alone, for what only chooses how to open it. `probe` may learn a narrower type.
 * @throws ProbeError, or the reason of `signal` where that aborts
 */
export async function recogniseType(
  source: ByteSource,
  signal: AbortSignal,
): Promise<Pick<MediaFacts, 'mediaType' | 'kind'>> {
  const { mediaType, kind } = await withinDeadline(DEFAULT_BUDGET, signal, within =>
    recognise(new RangeReader(source, DEFAULT_BUDGET, within), FORMATS),
  );
  return { mediaType, kind };
}

/** Does work whose signal aborts with a ProbeError when the budget's time is over, or with the reason of `signal`. */
export async function withinDeadline<T>(
  { milliseconds }: Budget,
  signal: AbortSignal | undefined,
  work: (within: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(overBudget('milliseconds', milliseconds)), milliseconds);
  try {
    return await work(signal ? AbortSignal.any([signal, deadline.signal]) : deadline.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** @throws ProbeError `not_recognised` */
export async function recognise(reader: RangeReader, formats: readonly Format[]): Promise<Format> {
  const head = await reader.upTo(0, HEAD_BYTES);
  const format = formats.find(candidate => candidate.recognises(head, reader.sizeBytes));
  if (!format) throw new ProbeError('not_recognised', notRecognised(reader.sizeBytes));
  return format;
}

/** The facts by one format, complete. What its reader throws becomes a ProbeError. */
export async function readFormat(
  reader: RangeReader,
  format: Format,
  name: string,
  formats: readonly Format[],
): Promise<Probe> {
  const { facts, warnings = [] } = await findingsOf(reader, format);
  const whole = { ...NOTHING, mediaType: format.mediaType, kind: format.kind, ...facts };
  return {
    facts: whole,
    warnings: [...warnings, ...nameWarning(name, format, whole.mediaType, formats)],
    spent: reader.spent,
  };
}

async function findingsOf(reader: RangeReader, format: Format): Promise<Findings> {
  try {
    return await format.read(reader);
  } catch (error) {
    reader.signal.throwIfAborted();
    if (error instanceof ProbeError) throw error;
    const message = `The ${format.id} file breaks the rules: ${wordsOf(error)}`;
    throw new ProbeError('malformed', message, { cause: error });
  }
}

function notRecognised(sizeBytes: number): string {
  return sizeBytes === 0 ? 'The file is empty.' : 'The first bytes are of no format that Mooring knows.';
}

function nameWarning(
  name: string,
  format: Format,
  mediaType: string,
  formats: readonly Format[],
): MediaWarning[] {
  const extension = /\.([A-Za-z0-9]{1,10})$/.exec(name)?.[1]?.toLowerCase();
  if (!extension || format.extensions.includes(extension)) return [];
  const isOther = formats.some(({ extensions }) => extensions.includes(extension));
  if (!isOther) return [];
  return [
    {
      code: 'name_disagrees',
      message: `The name ends in .${extension}. The content is ${mediaType}.`,
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
