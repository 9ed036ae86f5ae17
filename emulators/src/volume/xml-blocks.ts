import type { Cache } from './cache.ts';
import { firstAndEnd, type ListRequest } from './list-page.ts';
import type { ObjectSequence } from './object-sequence.ts';
import { blobElement } from './xml-page.ts';

/** The elements of so many positions of a container that follow each other. */
export interface XmlBlock {
  bytes: Buffer;
  /** Where the element of each position ends; a vacant one has none, and ends where that before it does. */
  ends: Uint32Array;
}

const POSITIONS = 500;

/**
 * The elements of a page of a flat listing. They are written once and used for every page: clients begin
 * where they like.
 * @param version of the container, which blocks are kept under
 */
export function flatElements(
  objects: ObjectSequence,
  request: ListRequest,
  { metadata, version, blocks }: { metadata: boolean; version: string; blocks: Cache<XmlBlock> },
): { elements: Buffer[]; next: string | null } {
  const [first, end] = firstAndEnd(objects, request);
  const elements: Buffer[] = [];
  let left = request.maxResults;
  let position = first;
  while (position < end) {
    const number = Math.floor(position / POSITIONS);
    const make = () => writeBlock(objects, number * POSITIONS, metadata);
    const { bytes, ends } = blocks.get(`${version} ${metadata} ${number}`, make);
    const begin = number * POSITIONS;
    const start = endOf(ends, position - begin - 1);
    for (; position < Math.min(end, begin + ends.length); position++) {
      const isVacant = endOf(ends, position - begin) === endOf(ends, position - begin - 1);
      if (isVacant) continue;
      if (left === 0) break;
      left -= 1;
    }
    elements.push(bytes.subarray(start, endOf(ends, position - begin - 1)));
    if (left === 0 && position < begin + ends.length) break;
  }
  return { elements, next: position < end ? objects.keyAt(position) : null };
}

const endOf = (ends: Uint32Array, index: number): number => (index < 0 ? 0 : ends[index]!);

function writeBlock(objects: ObjectSequence, begin: number, metadata: boolean): XmlBlock {
  const ends = new Uint32Array(Math.min(POSITIONS, objects.length - begin));
  const elements: Buffer[] = [];
  let end = 0;
  for (let index = 0; index < ends.length; index++) {
    const object = objects.objectAt(begin + index);
    if (object) {
      const element = Buffer.from(blobElement(object, metadata));
      elements.push(element);
      end += element.length;
    }
    ends[index] = end;
  }
  return { bytes: Buffer.concat(elements, end), ends };
}
