import type { Findings, Format } from '../format.ts';
import { malformed } from '../probe-error.ts';
import type { RangeReader } from '../range-reader.ts';
import { chunksIn, fourCharacters } from '../riff.ts';
import { rateFrom, soundFacts } from './sound-facts.ts';

export const AIFF: Format = {
  id: 'aiff',
  mediaType: 'audio/aiff',
  kind: 'audio',
  extensions: ['aiff', 'aif', 'aifc'],
  recognises: head =>
    fourCharacters(head, 0) === 'FORM' && ['AIFF', 'AIFC'].includes(fourCharacters(head, 8)),
  read: readAiff,
};

/** ffmpeg's names for the compression types of AIFF-C; those of plain samples depend on their size. */
const COMPRESSIONS: Readonly<Record<string, string>> = {
  fl32: 'pcm_f32be',
  FL32: 'pcm_f32be',
  fl64: 'pcm_f64be',
  FL64: 'pcm_f64be',
  alaw: 'pcm_alaw',
  ALAW: 'pcm_alaw',
  ulaw: 'pcm_mulaw',
  ULAW: 'pcm_mulaw',
  ima4: 'adpcm_ima_qt',
};

async function readAiff(reader: RangeReader): Promise<Findings> {
  for await (const { id, content, sizeBytes } of chunksIn(
    reader,
    { content: 12, end: reader.sizeBytes },
    false,
  ))
    if (id === 'COMM' && sizeBytes >= 18)
      return readCommon(await reader.view(content, Math.min(sizeBytes, 22)));
  throw malformed("The AIFF file has no chunk 'COMM'.");
}

/** Audio Interchange File Format AIFF-C, 3.1. */
function readCommon(common: DataView): Findings {
  const compression =
    common.byteLength >= 22 ? fourCharacters(new Uint8Array(common.buffer, common.byteOffset), 18) : 'NONE';
  const bits = common.getUint16(6);
  const bitDepth = Math.ceil(bits / 8) * 8;
  const plain = bitDepth === 8 ? 'pcm_s8' : `pcm_s${bitDepth}${compression === 'sowt' ? 'le' : 'be'}`;
  const audioCodec = COMPRESSIONS[compression] ?? plain;
  const sampleRateHz = extended(common, 8);
  const sound = {
    audioCodec,
    sampleRateHz: rateFrom(sampleRateHz),
    channels: common.getUint16(0),
    ...(/^pcm_[sf]/.test(audioCodec) ? { bitDepth: bits } : {}),
  };
  return { facts: soundFacts(sound, common.getUint32(2) / sampleRateHz) };
}

/** A number of 80 bits, as IEEE 754 calls extended. */
function extended(view: DataView, at: number): number {
  const exponent = (view.getUint16(at) & 0x7fff) - 16_383;
  return Number(view.getBigUint64(at + 2)) * 2 ** (exponent - 63);
}
