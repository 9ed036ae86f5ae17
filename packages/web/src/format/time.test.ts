import { expect, test } from 'vitest';
import { formatDuration, formatRelative } from './time.ts';

const now = new Date('2026-11-22T12:00:00Z');
const at = (seconds: number) => new Date(now.getTime() + seconds * 1000);

test.each([
  [0, 'just now'],
  [-44, 'just now'],
  [-59, 'less than a minute ago'],
  [-60, '1 minute ago'],
  [-3 * 3600 - 1800, '3 hours ago'],
  [-86_400, 'yesterday'],
  [-29 * 86_400, '29 days ago'],
  [-40 * 86_400, '13 Oct 2026'],
  [30, 'in less than a minute'],
  [90 * 60, 'in 1 hour'],
  [3 * 86_400, 'in 3 days'],
])('%d seconds from now is “%s”', (seconds, text) => {
  expect(formatRelative(at(seconds), now)).toBe(text);
});

test.each([
  [240, '240 ms'],
  [3210, '3.2 s'],
  [59_990, '1 min 0 s'],
  [250_000, '4 min 10 s'],
  [7_500_000, '2 h 5 min'],
])('%d ms are %s', (durationMs, text) => {
  expect(formatDuration(durationMs)).toBe(text);
});
