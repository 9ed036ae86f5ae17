import { malformed } from '../../probe-error.ts';
import type { RangeReader } from '../../range-reader.ts';
import { type Box, boxesIn, contentOf } from './boxes.ts';
import type { Defaults } from './fragments.ts';
import { statesPlace } from './place.ts';
import { readTrack, type Track } from './track.ts';

const MOST_TRACKS = 64;

/** What the index `moov` says. */
export interface Movie {
  tracks: Track[];
  /** As the header states it, fragments included where it knows them; 0: it does not say. */
  durationSeconds: number;
  /** Samples stand in fragments too. */
  isFragmented: boolean;
  defaults: Defaults;
  /** It says where it was recorded. */
  hasPlace: boolean;
}

/** @throws ProbeError */
export async function readMovie(reader: RangeReader, moov: Box): Promise<Movie> {
  const movie: Movie = {
    tracks: [],
    durationSeconds: 0,
    isFragmented: false,
    defaults: new Map(),
    hasPlace: false,
  };
  let timescale = 0;
  for await (const box of boxesIn(reader, moov)) {
    if (box.type === 'mvhd') {
      const header = await readDuration(reader, box);
      timescale = header.timescale;
      movie.durationSeconds = timescale > 0 ? header.ticks / timescale : 0;
    } else if (box.type === 'trak') {
      if (movie.tracks.length >= MOST_TRACKS)
        throw malformed(`The file has more than ${MOST_TRACKS} tracks.`);
      movie.tracks.push(await readTrack(reader, box));
    } else if (box.type === 'mvex') await readFragmentDefaults(reader, box, movie, timescale);
    else if (box.type === 'udta' || box.type === 'meta') movie.hasPlace ||= await statesPlace(reader, box);
    else if (box.type === 'cmov')
      throw malformed('The index is compressed, as QuickTime did before 2002. Mooring does not read that.');
  }
  return movie;
}

/** All bits set: the length is not known. */
const known = (ticks: number, isLong: boolean) => (ticks < (isLong ? 2 ** 63 : 0xffffffff) ? ticks : 0);

async function readDuration(reader: RangeReader, mvhd: Box): Promise<{ timescale: number; ticks: number }> {
  const view = await contentOf(reader, mvhd, 32);
  if (view.byteLength < 32) throw malformed("The header 'mvhd' ends too early.");
  const isLong = view.getUint8(0) === 1;
  return isLong
    ? { timescale: view.getUint32(20), ticks: known(Number(view.getBigUint64(24)), true) }
    : { timescale: view.getUint32(12), ticks: known(view.getUint32(16), false) };
}

async function readFragmentDefaults(reader: RangeReader, mvex: Box, movie: Movie, timescale: number) {
  movie.isFragmented = true;
  movie.durationSeconds = 0;
  for await (const box of boxesIn(reader, mvex)) {
    const view = await contentOf(reader, box, 24);
    if (box.type === 'trex' && view.byteLength >= 20)
      movie.defaults.set(view.getUint32(4), { step: view.getUint32(12), sizeBytes: view.getUint32(16) });
    if (box.type === 'mehd' && view.byteLength >= 8 && timescale > 0) {
      const isLong = view.getUint8(0) === 1 && view.byteLength >= 12;
      movie.durationSeconds = (isLong ? Number(view.getBigUint64(4)) : view.getUint32(4)) / timescale;
    }
  }
}
