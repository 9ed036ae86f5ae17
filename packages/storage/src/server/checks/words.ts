/** A count with its noun, such as `1 object` or `5,000 objects`. */
export const count = (n: number, noun: string): string =>
  `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;

/** A key in quotes, cut where it is very long. */
export const quoteKey = (key: string): string => `“${key.length > 120 ? `${key.slice(0, 119)}…` : key}”`;

/** `2026-11-22 01:10:00 UTC` */
export const moment = (date: Date): string => `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** The host of a URL, with its port where that is not the usual one. */
export const hostOf = (url: string): string => new URL(url).host;
