const integers = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const threeDigits = new Intl.NumberFormat('en-GB', { maximumSignificantDigits: 3 });

/** `1,234,567` */
export const formatCount = (count: number): string => integers.format(count);

/** Of a count of a sample: `about 1,200`. */
export const formatEstimate = (count: number, isEstimated: boolean): string =>
  isEstimated ? `about ${formatCount(count)}` : formatCount(count);

/** `1 object`, `2,500 objects`. `many` where adding an s is not enough. */
export const formatUnits = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

const SIZE_UNITS = ['KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Sizes in powers of 1,024 as operating systems show them: `0 bytes`, `532 bytes`, `1.5 MB`. */
export function formatBytes(sizeBytes: number): string {
  if (sizeBytes < 1024) return formatUnits(sizeBytes, 'byte');
  let value = sizeBytes / 1024;
  let unit = 0;
  // 1,023.6 would be rounded to 1,020 with three digits: go on to the next unit from 1,000.
  while (value >= 999.5 && unit < SIZE_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${threeDigits.format(value)} ${SIZE_UNITS[unit]}`;
}

/** `12.4%`; 100% only when all is done. */
export function formatShare(done: number, total: number): string {
  if (done >= total) return '100%';
  return `${Math.min(Math.floor((1000 * done) / total) / 10, 99.9)}%`;
}
