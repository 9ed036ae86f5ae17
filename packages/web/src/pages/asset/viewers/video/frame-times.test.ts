import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatSeconds, frameAt, middleOf } from './frame-times.ts';

const ofGaps = (gaps: number[]) => {
  let at = 0;
  return Float64Array.from(gaps, gap => {
    at += gap;
    return at;
  });
};
/** Times of a varying rate: gaps of 2 ms to 2 s. */
const times = fc
  .array(fc.integer({ min: 2, max: 2000 }), { minLength: 2, maxLength: 60 })
  .map(gaps => ofGaps(gaps.map(gap => gap / 1000)));

test('each frame is found at its beginning and in its middle, also with a rate that varies', () => {
  fc.assert(
    fc.property(times, all => {
      all.forEach((time, frame) => {
        expect(frameAt(all, time)).toBe(frame);
        expect(frameAt(all, middleOf(all, frame))).toBe(frame);
      });
    }),
  );
});

test('before the first frame it is the first, and behind the last one the last', () => {
  const all = ofGaps([1, 1, 1]);
  expect([frameAt(all, -5), frameAt(all, 0.5), frameAt(all, 1e9)]).toEqual([0, 0, 2]);
  expect(middleOf(ofGaps([0]), 0)).toBe(0);
});

test('a time that is rounded down still belongs to its frame', () => {
  const all = ofGaps([0, 1 / 30, 1 / 30]);
  expect(frameAt(all, 0.0333)).toBe(1);
});

test('times are written to the millisecond', () => {
  expect(formatSeconds(0)).toBe('0:00.000');
  expect(formatSeconds(61.5)).toBe('1:01.500');
  expect(formatSeconds(3723.0416)).toBe('1:02:03.042');
  expect(formatSeconds(59.9999)).toBe('1:00.000');
});
