import type { ByteRange } from '../provider.ts';

interface AnswerFacts {
  status: number;
  lengthBytes: number;
  contentRange: string | null;
}

/** Where the body of an answer lies in the object; or that the range began beyond its end; or what is wrong. */
export type Part =
  | { ok: true; start: number; totalBytes: number }
  | { ok: false; beyondEnd: true }
  | { ok: false; beyondEnd: false; seen: string };

/** Compares what a storage answered with what it was asked for. Without a range that is the whole object. */
export function readPart(
  { status, lengthBytes, contentRange }: AnswerFacts,
  range: ByteRange | undefined,
): Part {
  if (!range) {
    if (status === 200) return { ok: true, start: 0, totalBytes: lengthBytes };
    return wrong(
      `Mooring asked the storage for a whole object, and the storage answered with status ${status}.`,
    );
  }
  if (status !== 206) {
    if (lengthBytes === 0) return { ok: false, beyondEnd: true };
    return wrong(
      'Mooring asked the storage for a part of an object, and the storage sent the whole object: it ignores Range.',
    );
  }
  // An emulator ends the range of an empty object at -1.
  const numbers =
    /^bytes (\d+)-(-?\d+)\/(\d+)$/
      .exec(contentRange ?? '')
      ?.slice(1)
      .map(Number) ?? [];
  const [start = -1, end = -1, totalBytes = -1] = numbers;
  if (numbers.length > 0 && range.start >= totalBytes) return { ok: false, beyondEnd: true };
  const isAsAsked = start === range.start && end === Math.min(range.end, totalBytes - 1);
  if (isAsAsked && lengthBytes === end - start + 1) return { ok: true, start, totalBytes };
  return wrong(
    `Mooring asked the storage for bytes ${range.start}–${range.end}, and the storage answered with ${lengthBytes} bytes and ${contentRange === null ? 'no Content-Range' : `“${contentRange}”`}.`,
  );
}

const wrong = (seen: string): Part => ({ ok: false, beyondEnd: false, seen });
