import type { KnownFacts } from './media-facts.ts';

const number = (value: number, digits = 0) =>
  new Intl.NumberFormat('en', { maximumFractionDigits: digits }).format(value);

/** 3725.5 → `1 h 2 min 5.5 s` */
function duration(seconds: number): string {
  const parts = [
    seconds >= 3600 && `${number(Math.floor(seconds / 3600))} h`,
    seconds >= 60 && `${Math.floor((seconds % 3600) / 60)} min`,
    `${number(seconds % 60, seconds < 60 ? 2 : 0)} s`,
  ];
  return parts.filter(Boolean).join(' ');
}

const about = (isExact: boolean | null | undefined) => (isExact === false ? ' (estimated)' : '');
const ORIENTATIONS = [
  'upright',
  'mirrored',
  'upside down',
  'flipped',
  'transposed',
  'turned right',
  'transversed',
  'turned left',
];

/** What is known of an asset's content, as people read it: a name and a text for each fact, the most telling first. */
export function mediaWords(facts: KnownFacts): { name: string; text: string }[] {
  const { kind, width, height, orientation, rotation, fps, frames, sampleRateHz, shape, columns } = facts;
  const words: Record<string, string | 0 | null | undefined | false> = {
    Content: facts.mediaType,
    Dimensions: width && height && `${number(width)} × ${number(height)} ${kind === 'pdf' ? 'pt' : 'px'}`,
    Shape: shape?.map(size => number(size)).join(' × '),
    Duration: facts.durationSeconds != null && duration(facts.durationSeconds),
    'Frame rate': fps && `${number(fps, 3)} frames/s${facts.frameRate ? `, ${facts.frameRate}` : ''}`,
    Frames: frames != null && `${number(frames)}${about(facts.framesExact)}`,
    Pages: facts.pages != null && number(facts.pages),
    Rows: facts.rows != null && `${number(facts.rows)}${about(facts.rowsExact)}`,
    Columns: columns && columnsWords(columns),
    Lines: facts.lines != null && number(facts.lines),
    Points: facts.points != null && number(facts.points),
    Faces: facts.faces != null && number(facts.faces),
    Modality: facts.modality,
    Codec: facts.codec,
    'Pixel format': facts.pixelFormat,
    'Bit depth': facts.bitDepth && `${facts.bitDepth} bits`,
    Orientation: orientation && `${orientation} (${ORIENTATIONS[orientation - 1]})`,
    Rotation: rotation && `${rotation}° clockwise`,
    Brand: facts.brand,
    'Plays at once': facts.faststart != null && (facts.faststart ? 'yes' : 'no: its index stands at the end'),
    'Audio tracks': facts.audioTracks != null && number(facts.audioTracks),
    'Audio codec': facts.audioCodec,
    'Sample rate': sampleRateHz && `${number(sampleRateHz)} Hz`,
    Channels: facts.channels && number(facts.channels),
    Encoding: facts.encoding,
    Study: facts.studyUid,
    Series: facts.seriesUid,
    Instance: facts.instanceNumber != null && number(facts.instanceNumber),
  };
  return Object.entries(words).flatMap(([name, text]) => (text ? [{ name, text }] : []));
}

function columnsWords(columns: readonly string[]): string {
  const shown = columns.slice(0, 8).join(', ');
  return columns.length > 8 ? `${shown} and ${number(columns.length - 8)} more` : shown;
}
