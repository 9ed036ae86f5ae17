const numbers = new Intl.NumberFormat('en');

/** 12345 → `12,345` */
export const count = (value: number): string => numbers.format(value);

/** 1 → `1 object`, 2 → `2 objects` */
export const countOf = (value: number, plural: string): string =>
  `${count(value)} ${value === 1 ? plural.replace(/s$/, '') : plural}`;

const SIZES = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** 1536 → `1.5 KiB` */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < SIZES.length - 1; unit++) value /= 1024;
  return `${unit === 0 ? value : value.toFixed(1)} ${SIZES[unit]}`;
}

/** 340 → `340 ms`, 5200 → `5.2 s`, 125000 → `2 min 5 s` */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** How long ago, or in how long: `just now`, `5 min ago`, `in 3 d`. */
export function relative(at: string, now: Date): string {
  const seconds = Math.round((now.getTime() - Date.parse(at)) / 1000);
  const text = span(Math.abs(seconds));
  if (text === null) return 'just now';
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

function span(seconds: number): string | null {
  if (seconds < 5) return null;
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
