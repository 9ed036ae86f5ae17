import { expect, test } from 'vitest';
import { formatBytes, formatCount, formatShare, formatUnits } from './numbers.ts';

test('counts have thousands separators and the right number', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567');
  expect(formatUnits(1, 'object')).toBe('1 object');
  expect(formatUnits(2500, 'object')).toBe('2,500 objects');
  expect(formatUnits(0, 'entry', 'entries')).toBe('0 entries');
});

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1023, '1,023 bytes'],
  [1024, '1 KB'],
  [1536, '1.5 KB'],
  [1023 * 1024, '0.999 MB'],
  [5_000_000_000_000, '4.55 TB'],
])('%d bytes are %s', (sizeBytes, text) => {
  expect(formatBytes(sizeBytes)).toBe(text);
});

test('a share is 100% only when all is done', () => {
  expect(formatShare(0, 0)).toBe('100%');
  expect(formatShare(1, 3)).toBe('33.3%');
  expect(formatShare(999_999, 1_000_000)).toBe('99.9%');
  expect(formatShare(5, 5)).toBe('100%');
});
