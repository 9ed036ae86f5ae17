import { expect, test } from 'vitest';
import { addSample, rateOf, type Sample, timeLeftMs } from './progress-rate.ts';

const collect = (points: [number, number][]): Sample[] =>
  points.reduce<Sample[]>((samples, [atMs, done]) => addSample(samples, { atMs, done }), []);

test('no rate from one sample, nor from two at nearly the same time', () => {
  expect(rateOf(collect([[0, 5]]))).toBeNull();
  expect(
    rateOf(
      collect([
        [0, 5],
        [300, 900],
      ]),
    ),
  ).toBeNull();
});

test('the rate of the last seconds, not of the whole', () => {
  const samples = collect([
    [0, 0],
    [1000, 10_000],
    [20_000, 10_000],
    [21_000, 10_100],
  ]);
  expect(rateOf(samples)).toBe(100);
});

test('after a long silence the last sample before it counts', () => {
  expect(
    rateOf(
      collect([
        [0, 0],
        [1000, 100],
        [31_000, 3100],
      ]),
    ),
  ).toBe(100);
});

test('begins anew when the count falls back', () => {
  expect(
    rateOf(
      collect([
        [0, 500],
        [2000, 900],
        [3000, 100],
      ]),
    ),
  ).toBeNull();
});

test('time left is known only with a total and a rate', () => {
  expect(timeLeftMs(50, 150, 10)).toBe(10_000);
  expect(timeLeftMs(50, null, 10)).toBeNull();
  expect(timeLeftMs(50, 150, 0)).toBeNull();
  expect(timeLeftMs(200, 150, 10)).toBe(0);
});
