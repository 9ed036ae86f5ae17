import type { MediaWarning } from '@mooring/contract';
import type { Findings, Format } from '../format.ts';
import { malformed } from '../probe-error.ts';
import type { RangeReader } from '../range-reader.ts';
import { type Chunk, chunksIn, fourCharacters } from '../riff.ts';
import { soundFacts } from './sound-facts.ts';
import { readWaveFormat, type WaveFormat } from './wave-format.ts';

/** RF64 and BW64 are WAV with sizes of 64 bits (EBU Tech 3306; ITU-R BS.2088). */
const FORMS = ['RIFF', 'RF64', 'BW64'];
/** What programs write that do not know the size, such as those that write into a pipe. */
const UNKNOWN_SIZE = 0xffffffff;

export const WAV: Format = {
  id: 'wav',
  mediaType: 'audio/wav',
  kind: 'audio',
  extensions: ['wav', 'wave', 'rf64', 'bw64', 'bwf'],
  recognises: head => FORMS.includes(fourCharacters(head, 0)) && fourCharacters(head, 8) === 'WAVE',
  read: readWav,
};

interface Parts {
  format?: WaveFormat;
  data?: Chunk;
  /** Of a compressed format, from the chunk `fact`. */
  samples?: number;
  /** From the chunk `ds64`. */
  dataBytes?: number;
}

async function readWav(reader: RangeReader): Promise<Findings> {
  const { format, data, samples, dataBytes } = await readParts(reader);
  if (!format) throw malformed("The WAV file has no chunk 'fmt '.");
  if (!data) throw malformed("The WAV file has no chunk 'data'.");
  const rest = reader.sizeBytes - data.content;
  const stated =
    dataBytes ?? (data.sizeBytes === UNKNOWN_SIZE || data.sizeBytes === 0 ? rest : data.sizeBytes);
  const present = Math.min(stated, rest);
  const seconds =
    format.isPcm || !samples
      ? present / (format.isPcm ? format.blockBytes * format.sampleRateHz! : format.bytesPerSecond)
      : samples / format.sampleRateHz!;
  const warnings: MediaWarning[] = [];
  if (stated > rest)
    warnings.push({
      code: 'truncated',
      message: `The file says that it has ${stated - rest} bytes more sound.`,
    });
  return { facts: soundFacts(format, seconds), warnings };
}

async function readParts(reader: RangeReader): Promise<Parts> {
  const parts: Parts = {};
  for await (const chunk of chunksIn(reader, { content: 12, end: reader.sizeBytes })) {
    const { id, content, sizeBytes } = chunk;
    if (id === 'fmt ' && sizeBytes >= 14)
      parts.format = readWaveFormat(await reader.view(content, Math.min(sizeBytes, 40)));
    if (id === 'fact' && sizeBytes >= 4) parts.samples = (await reader.view(content, 4)).getUint32(0, true);
    if (id === 'ds64' && sizeBytes >= 24)
      parts.dataBytes = Number((await reader.view(content, 24)).getBigUint64(8, true));
    if (id === 'data') return { ...parts, data: chunk };
  }
  return parts;
}
