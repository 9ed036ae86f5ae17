/** A range as asked for: from `start` to `end` (null: to the end of the object), or its last bytes. */
export type AskedRange = { start: number; end: number | null } | { lastBytes: number };

/**
 * Reads a Range header (RFC 9110, 14.2). Null where there is none, or one that a server may ignore: another unit,
 * several ranges, not well-formed.
 */
export function parseRange(header: string | undefined): AskedRange | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.replace(/[ \t]/g, '') ?? '');
  if (!match) return null;
  const [first, last] = [match[1]!, match[2]!];
  if (first === '') return last === '' ? null : { lastBytes: Number(last) };
  const start = Number(first);
  const end = last === '' ? null : Number(last);
  return end !== null && end < start ? null : { start, end };
}
