import { mediaFacts } from '@mooring/contract';
import { type Field, type Fields, fields, numberOf } from './fields.ts';
import type { ClaimedFacts, JsonValue } from './item.ts';
import { shownValue } from './shown.ts';

type FactName = keyof ClaimedFacts;
interface Range {
  least: number;
  most: number;
  isWhole: boolean;
}

const whole = (least: number, most: number): Range => ({ least, most, isWhole: true });
const any = (least: number, most: number): Range => ({ least, most, isWhole: false });

/** What makes sense, generously: the largest figures are those of whole-slide pictures and of years of recording. */
const RANGES: Partial<Record<FactName, Range>> = {
  width: whole(1, 10_000_000),
  height: whole(1, 10_000_000),
  bitDepth: whole(1, 128),
  fps: any(0.000_001, 1_000_000),
  durationSeconds: any(0, 1e9),
  frames: whole(1, 1e12),
  sampleRateHz: whole(1, 1e9),
  channels: whole(1, 100_000),
  audioTracks: whole(0, 10_000),
  pages: whole(1, 10_000_000),
  sizeBytes: whole(1, Number.MAX_SAFE_INTEGER),
};
const MEDIA_TYPE = /^[a-z0-9!#$&^_.+-]{1,100}\/[a-z0-9!#$&^_.+-]{1,100}(?:\s*;.*)?$/i;

interface HasFacts {
  facts?: ClaimedFacts;
}

/** Takes a fact if it makes sense; else it is left out with a warning, because the asset itself can be right. */
export function fact<D extends HasFacts>(name: FactName): Field<D> {
  const range = RANGES[name];
  return (draft, value, at, key) => {
    const taken = range ? inRange(numberOf(value), range) : textOrOther(name, value);
    if (taken === undefined) at.warn('nonsense_fact', key, nonsense(name, value, range));
    else {
      draft.facts ??= {};
      (draft.facts as Record<string, unknown>)[name] = taken;
    }
  };
}

const inRange = (number: number, { least, most, isWhole }: Range): number | undefined =>
  number >= least && number <= most && (!isWhole || Number.isInteger(number)) ? number : undefined;

function textOrOther(name: FactName, value: JsonValue): unknown {
  if (name === 'mediaType')
    return typeof value === 'string' && MEDIA_TYPE.test(value) ? value.toLowerCase() : undefined;
  if (name === 'checksum')
    return typeof value === 'string' && value.length > 0 && value.length <= 200 ? value : undefined;
  if (name === 'sizeBytes') return undefined;
  const { success, data } = mediaFacts.shape[name].safeParse(value);
  return success ? (data ?? undefined) : undefined;
}

const nonsense = (name: FactName, value: JsonValue, range: Range | undefined): string =>
  `${shownValue(value)} makes no sense as ${name}. Expected ${
    range
      ? `a${range.isWhole ? ' whole' : ''} number from ${range.least} to ${range.most}`
      : name === 'mediaType'
        ? 'a media type such as image/jpeg'
        : 'a value that this fact can have'
  }. The fact is left out.`;

/** What metadata blocks call them. */
const BLOCK: Record<string, Field<HasFacts>> = {
  mime_type: fact('mediaType'),
  file_size: fact('sizeBytes'),
  width: fact('width'),
  height: fact('height'),
  fps: fact('fps'),
  duration: fact('durationSeconds'),
  sample_rate: fact('sampleRateHz'),
  bit_depth: fact('bitDepth'),
  codec: fact('codec'),
  num_channels: fact('channels'),
  num_pages: fact('pages'),
};
export const BLOCK_FACTS: Fields<HasFacts> = fields(BLOCK);
export const AUDIO_FACTS: Fields<HasFacts> = fields({ ...BLOCK, codec: fact('audioCodec') });

/** Beside the address in plain files, and as headings. */
export const PLAIN_FACTS: Record<string, Field<HasFacts>> = {
  ...BLOCK,
  codec: fact('codec'),
  content_type: fact('mediaType'),
  size: fact('sizeBytes'),
  size_bytes: fact('sizeBytes'),
  duration_seconds: fact('durationSeconds'),
  frames: fact('frames'),
  pages: fact('pages'),
  channels: fact('channels'),
  sample_rate_hz: fact('sampleRateHz'),
  checksum: fact('checksum'),
};

/** Every fact by its own name. */
export const OWN_FACTS: Fields<HasFacts> = fields(
  Object.fromEntries(
    [...Object.keys(mediaFacts.shape).filter(name => name !== 'kind'), 'sizeBytes', 'checksum'].map(name => [
      name,
      fact(name as FactName),
    ]),
  ),
);
