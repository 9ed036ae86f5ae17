const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const monthKey = (a: number, b: number, c: number): number => (a << 16) | (b << 8) | c;
const MONTH_OF = new Map(
  MONTHS.map((name, month) => [monthKey(...([...Buffer.from(name)] as [number, number, number])), month]),
);
const LENGTH = 'Sun, 22 Nov 2026 01:10:00 GMT'.length;

/** The day last read: many objects were changed on the same one. */
let [lastDay, lastMonth, lastYear, lastMidnight] = [0, 0, 0, Number.NaN];

/**
 * Reads a date as HTTP writes it, from bytes. https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats
 * @returns milliseconds since 1970; NaN where it is none
 */
export function readHttpDate(bytes: Buffer, start: number, end: number): number {
  if (end - start !== LENGTH || bytes[start + 25] !== 0x20 || bytes[start + 26] !== 0x47) return Number.NaN;
  const day = twoDigits(bytes, start + 5);
  const month = monthKey(bytes[start + 8]!, bytes[start + 9]!, bytes[start + 10]!);
  const year = twoDigits(bytes, start + 12) * 100 + twoDigits(bytes, start + 14);
  if (day !== lastDay || month !== lastMonth || year !== lastYear) {
    lastMidnight = Date.UTC(year, MONTH_OF.get(month) ?? Number.NaN, day);
    [lastDay, lastMonth, lastYear] = [day, month, year];
  }
  const minutes = twoDigits(bytes, start + 17) * 60 + twoDigits(bytes, start + 20);
  return lastMidnight + (minutes * 60 + twoDigits(bytes, start + 23)) * 1000;
}

function twoDigits(bytes: Buffer, at: number): number {
  const tens = bytes[at]! - 0x30;
  const ones = bytes[at + 1]! - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}
