import type { MediaFacts } from '@mooring/contract';
import type { CorpusFile } from './corpus.ts';

export interface Verdict {
  /** The facts that were compared. */
  asked: Fact[];
  wrong: Fact[];
}
export type Fact = keyof MediaFacts;

/** How ffprobe's names of codecs begin in RFC 6381, or as a container writes them. */
const CODECS: Record<string, RegExp> = {
  h264: /^avc[13]\.[0-9a-f]{6}$/i,
  hevc: /^(hvc1|hev1)\.\d+\.[0-9A-F]+\.[LH]\d+(\.[0-9A-F]+)*$/,
  av1: /^av01\.\d\.\d\d[MH]\.\d\d/,
  vp9: /^vp09\.\d\d\.\d\d\.\d\d/,
  vp8: /^vp0?8/,
  mpeg4: /^(mp4v\.20|FMP4|XVID|DX50)/,
  mpeg2video: /^mp4v\.6[0-5]/,
  mpeg1video: /^mp4v\.6a/i,
  mjpeg: /^(jpeg|MJPG|mjpeg|mp4v\.6c)/i,
  prores: /^ap/,
  png: /^(png|MPNG)/,
  dnxhd: /^AVdn/,
  ffv1: /^ffv1/i,
  rawvideo: /^(raw|RGB|DIB)/i,
};

/** Compares facts with the truth; of those that `known` names where it is given. */
export function judge(
  facts: Partial<MediaFacts>,
  truth: CorpusFile['facts'],
  known?: readonly Fact[],
): Verdict {
  const asked = (Object.keys(truth) as Fact[]).filter(fact => !known || known.includes(fact));
  return { asked, wrong: asked.filter(fact => !isRight(fact, facts, truth)) };
}

function isRight(fact: Fact, facts: Partial<MediaFacts>, truth: CorpusFile['facts']): boolean {
  const [seen, wanted] = [facts[fact] ?? null, truth[fact] ?? null];
  if (typeof seen === 'number' && typeof wanted === 'number') return isNear(fact, seen, wanted, facts);
  if (fact === 'codec' && truth.kind === 'video' && typeof seen === 'string')
    return CODECS[String(wanted)]?.test(seen) ?? seen.startsWith(String(wanted));
  return JSON.stringify(seen) === JSON.stringify(wanted);
}

/** Rates and durations may differ a little, and frames that are estimated. */
function isNear(fact: Fact, seen: number, wanted: number, { framesExact }: Partial<MediaFacts>): boolean {
  const difference = Math.abs(seen - wanted);
  if (fact === 'fps') return difference <= wanted * 0.005;
  if (fact === 'durationSeconds') return difference <= Math.max(0.06, wanted * 0.005);
  if (fact === 'frames' && framesExact === false) return difference <= Math.max(2, wanted * 0.02);
  return difference === 0;
}
