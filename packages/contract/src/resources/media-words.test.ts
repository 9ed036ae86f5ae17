import { expect, test } from 'vitest';
import type { KnownFacts } from './media-facts.ts';
import { mediaWords } from './media-words.ts';

const words = (facts: Omit<KnownFacts, 'mediaType' | 'kind'>, kind: KnownFacts['kind'] = 'video') =>
  Object.fromEntries(mediaWords({ mediaType: 'a/b', kind, ...facts }).map(({ name, text }) => [name, text]));

test('each fact is said with its unit', () => {
  expect(
    words({
      ...{ width: 1920, height: 1080, durationSeconds: 3725.5, fps: 29.97002997, frameRate: 'constant' },
      ...{ frames: 111_653, framesExact: false, faststart: false, orientation: 6, rotation: 0 },
    }),
  ).toEqual({
    Content: 'a/b',
    Dimensions: '1,920 × 1,080 px',
    Duration: '1 h 2 min 6 s',
    'Frame rate': '29.97 frames/s, constant',
    Frames: '111,653 (estimated)',
    Orientation: '6 (turned right)',
    'Plays at once': 'no: its index stands at the end',
  });
});

test('pages of a PDF are measured in points', () => {
  expect(words({ width: 420, height: 595, pages: 2 }, 'pdf')).toMatchObject({
    Dimensions: '420 × 595 pt',
    Pages: '2',
  });
});

test('what is 0 or not known is left out, but not that a sound has no tracks', () => {
  expect(words({ width: 0, height: 0, audioTracks: 0 })).toEqual({ Content: 'a/b', 'Audio tracks': '0' });
});
