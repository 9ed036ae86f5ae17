import { ascii } from '../ascii.ts';
import { malformed } from '../probe-error.ts';
import type { RangeReader } from '../range-reader.ts';
import { type Box, boxesIn, contentOf } from '../video/iso/boxes.ts';
import type { Piece } from './section.ts';

/** What the box `meta` of a file says of its items (ISO/IEC 14496-12, 8.11). */
export interface HeifItems {
  primary: number;
  types: Map<number, string>;
  /** Where items lie whose data are in one piece in the file itself. */
  places: Map<number, Piece>;
  exif: number | null;
  /** Items that are thumbnails of the primary one. */
  thumbnails: number[];
  /** The properties of the file, in order. */
  properties: Box[];
  /** By item, indices into `properties`, from one. */
  associations: Map<number, number[]>;
}

/** The tables of real files are far smaller. */
const MOST_TABLE_BYTES = 1 << 20;
const VERSION_AND_FLAGS = 4;
const MOST_META_BYTES = 4 << 20;

/** @throws ProbeError */
export async function readItems(reader: RangeReader, meta: Box): Promise<HeifItems> {
  const items: HeifItems = {
    primary: 0,
    types: new Map(),
    places: new Map(),
    exif: null,
    thumbnails: [],
    properties: [],
    associations: new Map(),
  };
  if (meta.end - meta.start > MOST_META_BYTES)
    throw malformed(`The box that describes the pictures has ${meta.end - meta.start} bytes.`);
  reader.prefetch(meta.start, meta.end - meta.start);
  const references: Box[] = [];
  for await (const box of boxesIn(reader, { content: meta.content + VERSION_AND_FLAGS, end: meta.end })) {
    if (box.type === 'pitm') items.primary = await primaryItem(reader, box);
    if (box.type === 'iinf') await readTypes(reader, box, items);
    if (box.type === 'iloc') readPlaces(await contentOf(reader, box, MOST_TABLE_BYTES), items.places);
    if (box.type === 'iprp') await readProperties(reader, box, items);
    if (box.type === 'iref') references.push(box);
  }
  for (const box of references) await readThumbnails(reader, box, items);
  return items;
}

async function primaryItem(reader: RangeReader, box: Box): Promise<number> {
  const numbers = new Numbers(await contentOf(reader, box, 8));
  const version = numbers.next(1);
  numbers.skip(3);
  return numbers.next(version === 0 ? 2 : 4);
}

async function readTypes(reader: RangeReader, box: Box, items: HeifItems): Promise<void> {
  const version = new Numbers(await contentOf(reader, box, 1)).next(1);
  const content = box.content + VERSION_AND_FLAGS + (version === 0 ? 2 : 4);
  for await (const entry of boxesIn(reader, { content, end: box.end })) {
    if (entry.type !== 'infe') continue;
    const view = await contentOf(reader, entry, 14);
    const numbers = new Numbers(view);
    const idBytes = numbers.next(1) >= 3 ? 4 : 2;
    numbers.skip(3);
    const id = numbers.next(idBytes);
    const from = VERSION_AND_FLAGS + idBytes + 2;
    const type = ascii(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), from, from + 4);
    items.types.set(id, type);
    if (type === 'Exif') items.exif ??= id;
  }
}

/** ISO/IEC 14496-12, 8.11.3. */
function readPlaces(view: DataView, places: Map<number, Piece>): void {
  const numbers = new Numbers(view);
  const version = numbers.next(1);
  numbers.skip(3);
  const [first, second] = [numbers.next(1), numbers.next(1)];
  const sizes = {
    offset: first >> 4,
    length: first & 15,
    base: second >> 4,
    index: version ? second & 15 : 0,
  };
  const count = numbers.next(version < 2 ? 2 : 4);
  for (let i = 0; i < count && numbers.left > 0; i++) {
    const id = numbers.next(version < 2 ? 2 : 4);
    const method = version ? numbers.next(2) & 15 : 0;
    numbers.skip(2);
    const base = numbers.next(sizes.base);
    const extents = numbers.next(2);
    for (let j = 0; j < extents && numbers.left > 0; j++) {
      numbers.skip(sizes.index);
      const piece = { offset: base + numbers.next(sizes.offset), length: numbers.next(sizes.length) };
      if (method === 0 && extents === 1) places.set(id, piece);
    }
  }
}

async function readProperties(reader: RangeReader, box: Box, items: HeifItems): Promise<void> {
  for await (const part of boxesIn(reader, box)) {
    if (part.type === 'ipco')
      for await (const property of boxesIn(reader, part)) items.properties.push(property);
    if (part.type === 'ipma')
      readAssociations(await contentOf(reader, part, MOST_TABLE_BYTES), items.associations);
  }
}

function readAssociations(view: DataView, associations: Map<number, number[]>): void {
  const numbers = new Numbers(view);
  const version = numbers.next(1);
  const isWide = (numbers.next(3) & 1) === 1;
  const count = numbers.next(4);
  for (let i = 0; i < count && numbers.left > 0; i++) {
    const id = numbers.next(version < 1 ? 2 : 4);
    const length = numbers.next(1);
    const indices = Array.from({ length }, () =>
      isWide ? numbers.next(2) & 0x7fff : numbers.next(1) & 0x7f,
    );
    associations.set(id, indices);
  }
}

async function readThumbnails(reader: RangeReader, box: Box, items: HeifItems): Promise<void> {
  const version = new Numbers(await contentOf(reader, box, 1)).next(1);
  const idBytes = version === 0 ? 2 : 4;
  for await (const part of boxesIn(reader, { content: box.content + VERSION_AND_FLAGS, end: box.end })) {
    if (part.type !== 'thmb') continue;
    const numbers = new Numbers(await contentOf(reader, part, 2 * idBytes + 2));
    const from = numbers.next(idBytes);
    numbers.skip(2);
    if (numbers.next(idBytes) === items.primary) items.thumbnails.push(from);
  }
}

/** Reads big-endian numbers of any size, one after the other. */
class Numbers {
  readonly #view: DataView;
  #at = 0;

  constructor(view: DataView) {
    this.#view = view;
  }

  get left(): number {
    return this.#view.byteLength - this.#at;
  }

  /** @throws ProbeError `malformed` past the end */
  next(bytes: number): number {
    if (bytes > this.left) throw malformed('A table of the box that describes the pictures ends too early.');
    let value = 0;
    for (let i = 0; i < bytes; i++) value = value * 256 + this.#view.getUint8(this.#at++);
    return value;
  }

  skip(bytes: number): void {
    this.#at += bytes;
  }
}
