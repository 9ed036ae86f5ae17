import { expect, test } from 'vitest';
import { guardWords, scheduleWords } from './words.ts';

test.each([
  [60, 'Every minute'],
  [90, 'Every 90 seconds'],
  [21_600, 'Every 6 hours'],
  [86_400, 'Every day'],
  [604_800, 'Every 7 days'],
])('every %d seconds is “%s”', (seconds, words) => {
  expect(scheduleWords(seconds)).toBe(words);
});

test.each([
  [0, 'Any asset'],
  [0.125, 'More than 12.5 % of the assets'],
  [1, 'Never: remove what has gone'],
])('a share of %d is “%s”', (share, words) => {
  expect(guardWords(share)).toBe(words);
});
