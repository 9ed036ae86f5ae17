import { type ObjectSequence, seek, seekPast, type VolumeObject } from './object-sequence.ts';

/** What a List Blobs request asks for. */
export interface ListRequest {
  prefix: string;
  /** '' for a flat listing. */
  delimiter: string;
  /** The key to go on at; null at the beginning. */
  from: string | null;
  /** First key, inclusive; null for none. */
  startFrom: string | null;
  /** Last key, exclusive; null for none. */
  endBefore: string | null;
  /** Entries of a page, objects and prefixes together; 1–5,000. */
  maxResults: number;
}

/** An object, or what keys have in common up to the delimiter. */
export type ListEntry = VolumeObject | { commonPrefix: string };

export interface EntryPage {
  entries: ListEntry[];
  /** The key at which the next page begins; null after the last. */
  next: string | null;
}

/** One page of a listing: steps that grow with the page, and with the logarithm of the container. */
export function listPage(objects: ObjectSequence, request: ListRequest): EntryPage {
  const { maxResults } = request;
  const [first, end] = firstAndEnd(objects, request);
  let position = first;
  const entries: ListEntry[] = [];
  while (position < end) {
    const object = objects.objectAt(position);
    if (object === null) position += 1;
    else if (entries.length === maxResults) return { entries, next: object.key };
    else {
      const commonPrefix = fold(object, request);
      entries.push(commonPrefix === null ? object : { commonPrefix });
      position = commonPrefix === null ? position + 1 : seekPast(objects, commonPrefix, position + 1);
    }
  }
  return { entries, next: null };
}

/** The first position that a page may hold, and that before which it ends at the latest. */
export function firstAndEnd(
  objects: ObjectSequence,
  { prefix, startFrom, endBefore, from }: ListRequest,
): [first: number, end: number] {
  const first = seek(objects, prefix);
  let end = prefix === '' ? objects.length : seekPast(objects, prefix, first);
  if (endBefore !== null) end = Math.min(end, seek(objects, endBefore));
  let position = first;
  for (const key of [startFrom, from]) if (key !== null) position = Math.max(position, seek(objects, key));
  return [position, end];
}

/** The common prefix that stands for an object; null where it is listed itself. A directory stands for its own. */
function fold({ key, directory }: VolumeObject, { prefix, delimiter }: ListRequest): string | null {
  if (delimiter === '') return null;
  const at = key.indexOf(delimiter, prefix.length);
  if (at >= 0) return key.slice(0, at + delimiter.length);
  return directory ? `${key}/` : null;
}
