import type { Track } from './track.ts';

/** The first track with pictures; one of a single picture is a cover where there is another. */
export function videoOf(tracks: readonly Track[]): Track | undefined {
  const videos = tracks.filter(({ handler }) => handler === 'vide');
  return videos.find(({ timing }) => timing.samples > 1) ?? videos[0];
}
