import type { Page } from '@mooring/contract';
import { z } from 'zod';
import { MooringError } from '../platform/problem.ts';
import { isStorable } from './storable.ts';

const position = z.array(z.string().refine(isStorable)).nonempty();

/** A place in a list, as the texts it is ordered by; opaque to its receiver. */
export const encodeCursor = (...place: string[]): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/** Which part of a list is asked for. */
export interface PageRequest {
  /** Where the page before it ended; without one, the first page. */
  cursor?: string | undefined;
  limit: number;
}

/** A page of a list that is ordered by id. @param rows one more than `limit`, where there are more */
export const pageById = <R extends { id: string }, T>(
  rows: readonly R[],
  limit: number,
  toItem: (row: R) => T,
): Page<T> => {
  const shown = rows.slice(0, limit);
  return {
    items: shown.map(toItem),
    nextCursor: rows.length > limit ? encodeCursor(shown.at(-1)!.id) : null,
  };
};

/**
 * The texts that a cursor was made from.
 * @param parts how many there must be; up to `most` of them.
 * @throws MooringError `invalid_request` where this is no cursor of such a list.
 */
export function decodeCursor(cursor: string, parts: number, most = parts): string[] {
  const place = position.safeParse(parse(cursor));
  if (place.success && place.data.length >= parts && place.data.length <= most) return place.data;
  throw notACursor();
}

export const notACursor = () =>
  new MooringError('invalid_request', 'The cursor does not come from this list.', {
    fix: 'Pass the nextCursor of the previous page, unchanged. Or leave the cursor out to begin again.',
    fields: [{ path: 'cursor', message: 'expected the nextCursor of a page of this list' }],
  });

function parse(cursor: string): unknown {
  if (!/^[\w-]+$/.test(cursor)) return null;
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null; // refused above, as every other text that is no cursor
  }
}
