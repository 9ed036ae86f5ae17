import { ascii } from '../../ascii.ts';
import { malformed } from '../../probe-error.ts';
import { HEAD_BYTES, type RangeReader } from '../../range-reader.ts';
import { PdfFile } from './pdf-file.ts';
import { type PdfDictionary, PdfReference, type PdfValue } from './pdf-parser.ts';

export interface PdfPages {
  pages: number;
  /** Of the first page, in points, before its rotation. */
  width: number;
  height: number;
  rotation: 0 | 90 | 180 | 270;
  /** From the catalog, where it is later than that of the first line. */
  version: string | null;
  isEncrypted: boolean;
}

const TAIL_BYTES = 2048;
const DEEPEST_TREE = 32;
const MOST_PAGES = 10_000_000;

/**
 * Pages by the tree of pages. Of a file that is made for reading over a network (“linearized”), the head is enough.
 * @throws ProbeError `malformed` also where it is a matter of encryption or of a damaged cross-reference
 */
export async function readPages(reader: RangeReader): Promise<PdfPages> {
  const file = new PdfFile(reader);
  const linear = linearization(ascii(await reader.upTo(0, HEAD_BYTES)), reader.sizeBytes);
  const trailer = await file.open(linear ? linear.xrefAt : await newestXref(reader));
  const catalog = await file.dictionary(trailer.get('Root'));
  const isEncrypted = trailer.has('Encrypt');
  const version = catalog.get('Version');
  const tree = linear ? null : await file.dictionary(catalog.get('Pages'));
  const pages = linear ? linear.pages : await file.resolve(tree!.get('Count'));
  if (!Number.isInteger(pages) || Number(pages) < 1 || Number(pages) > MOST_PAGES)
    throw malformed(`The tree of pages says that it has ${String(pages)} pages.`);
  const page = linear
    ? await file.dictionary(new PdfReference(linear.firstPage))
    : await firstPage(file, tree!);
  return {
    pages: Number(pages),
    isEncrypted,
    version: typeof version === 'string' ? version : null,
    ...(await pageSize(file, page)),
  };
}

/** The parameters with which such a file begins (annex F). They hold only while nothing has been added to the file. */
function linearization(head: string, sizeBytes: number) {
  const dictionary =
    /^\s*(?:%[^\r\n]*\s+)+\d+ \d+ obj\s*<<([^>]{0,1000}\/Linearized[^>]{0,1000})>>\s*endobj\s*/.exec(head);
  if (!dictionary) return null;
  const number = (key: string) => Number(new RegExp(`/${key}\\s+(\\d{1,12})\\b`).exec(dictionary[1]!)?.[1]);
  const [length, pages, firstPage] = [number('L'), number('N'), number('O')] as [number, number, number];
  return length === sizeBytes ? { pages, firstPage, xrefAt: dictionary[0].length } : null;
}

/** What the last `startxref` says. */
async function newestXref(reader: RangeReader): Promise<number> {
  const at = Math.max(0, reader.sizeBytes - TAIL_BYTES);
  const tail = ascii(await reader.upTo(at, TAIL_BYTES));
  const offset = /^startxref\s+(\d{1,12})\b/.exec(
    tail.slice(Math.max(0, tail.lastIndexOf('startxref'))),
  )?.[1];
  if (offset === undefined)
    throw malformed('The PDF does not end with the place of its cross-reference. It may be cut.');
  return Number(offset);
}

async function firstPage(file: PdfFile, tree: PdfDictionary): Promise<PdfDictionary> {
  let node = tree;
  for (let depth = 0; depth < DEEPEST_TREE; depth++) {
    const kids = await file.resolve(node.get('Kids'));
    if (!Array.isArray(kids)) return node;
    let next: PdfDictionary | undefined;
    for (const kid of kids.slice(0, DEEPEST_TREE)) {
      const child = await file.dictionary(kid);
      // Parts of the tree may be empty.
      if (child.get('Count') === 0) continue;
      next = child;
      break;
    }
    if (!next) throw malformed('The tree of pages of the PDF has no first page.');
    node = next;
  }
  throw malformed(`The tree of pages of the PDF is more than ${DEEPEST_TREE} levels deep.`);
}

async function pageSize(file: PdfFile, page: PdfDictionary) {
  const media = await boxOf(file, page, 'MediaBox');
  if (!media) throw malformed('The first page of the PDF has no size.');
  const crop = (await boxOf(file, page, 'CropBox')) ?? media;
  const within = (low: number, high: number) =>
    Math.round(Math.min(crop[high]!, media[high]!) - Math.max(crop[low]!, media[low]!));
  const rotation = (((Number(await inherited(file, page, 'Rotate')) || 0) % 360) + 360) % 360;
  return {
    width: Math.max(0, within(0, 2)),
    height: Math.max(0, within(1, 3)),
    rotation: ([90, 180, 270] as const).find(turn => turn === rotation) ?? (0 as const),
  };
}

/** Left, bottom, right, top. */
async function boxOf(file: PdfFile, page: PdfDictionary, name: string): Promise<number[] | null> {
  const box = await inherited(file, page, name);
  if (!Array.isArray(box) || box.length < 4) return null;
  const corners = await Promise.all(box.slice(0, 4).map(async side => Number(await file.resolve(side))));
  const [a, b, c, d] = corners as [number, number, number, number];
  if (!corners.every(Number.isFinite)) return null;
  return [Math.min(a, c), Math.min(b, d), Math.max(a, c), Math.max(b, d)];
}

/** Pages have what the nodes above them have. */
async function inherited(file: PdfFile, page: PdfDictionary, name: string): Promise<PdfValue> {
  let node = page;
  for (let depth = 0; depth < DEEPEST_TREE; depth++) {
    const value = await file.resolve(node.get(name));
    if (value !== null || !node.has('Parent')) return value;
    node = await file.dictionary(node.get('Parent'));
  }
  return null;
}
