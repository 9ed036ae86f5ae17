import { ascii } from '../../ascii.ts';
import { malformed } from '../../probe-error.ts';
import type { RangeReader } from '../../range-reader.ts';
import { parseAt, readObject, readStream } from './pdf-object.ts';
import type { PdfDictionary } from './pdf-parser.ts';

/** A part of the cross-reference: where objects are. */
export interface Section {
  /** Null: it does not know the object. */
  find(number: number): Promise<Entry | null>;
  trailer: PdfDictionary;
}
export type Entry = { offset: number } | { stream: number } | 'free';

/** A table (7.5.4). Its entries have 20 bytes each, so only the wanted ones are read. */
export async function readTable(reader: RangeReader, offset: number): Promise<Section> {
  const runs: { first: number; count: number; at: number }[] = [];
  let at = offset;
  for (let isFirst = true; ; isFirst = false) {
    const begin = at;
    const run = await parseAt(reader, begin, parser => {
      if (isFirst && !parser.takes('xref')) throw malformed(`No cross-reference begins at byte ${begin}.`);
      if (parser.takes('trailer')) return { trailer: parser.dictionary() };
      const [first, count] = [parser.value(), parser.value()];
      parser.skipSpace();
      return { first: Number(first), count: Number(count), at: begin + parser.at };
    });
    if ('trailer' in run) return { trailer: run.trailer!, find: number => findInTable(reader, runs, number) };
    if (!(run.count >= 0) || run.at + run.count * 20 > reader.sizeBytes)
      throw malformed(`A cross-reference says that it has ${run.count} entries.`);
    if (runs.length === 10_000) throw malformed('A cross-reference has more than 10,000 parts.');
    runs.push(run);
    at = run.at + run.count * 20;
  }
}

async function findInTable(
  reader: RangeReader,
  runs: readonly { first: number; count: number; at: number }[],
  number: number,
): Promise<Entry | null> {
  const run = runs.find(({ first, count }) => number >= first && number < first + count);
  if (!run) return null;
  const entry = ascii(await reader.upTo(run.at + (number - run.first) * 20, 18));
  const [, offset, use] = /^(\d{10}) \d{5} ([nf])$/.exec(entry) ?? [];
  if (!use) throw malformed(`The cross-reference of the PDF has the entry ${JSON.stringify(entry)}.`);
  return use === 'f' ? 'free' : { offset: Number(offset) };
}

/** A cross-reference as a stream (7.5.8): rows of numbers of fixed widths. */
export async function readXrefStream(reader: RangeReader, offset: number): Promise<Section> {
  const object = await readObject(reader, offset);
  const rows = await readStream(reader, object);
  const trailer = object.value as PdfDictionary;
  const widths = trailer.get('W');
  if (
    !Array.isArray(widths) ||
    widths.length < 3 ||
    widths.some(width => !Number.isInteger(width) || Number(width) > 8)
  )
    throw malformed('A cross-reference stream of the PDF does not give the widths of its fields.');
  const [kindWidth, secondWidth, thirdWidth] = widths.map(Number) as [number, number, number];
  const index = trailer.get('Index');
  const runs = Array.isArray(index) ? index.map(Number) : [0, Number(trailer.get('Size'))];
  return {
    trailer,
    async find(number) {
      let row = 0;
      for (let i = 0; i + 1 < runs.length; row += runs[i + 1]!, i += 2) {
        if (number < runs[i]! || number >= runs[i]! + runs[i + 1]!) continue;
        const at = (row + number - runs[i]!) * (kindWidth + secondWidth + thirdWidth);
        if (at + kindWidth + secondWidth > rows.length)
          throw malformed('A cross-reference stream of the PDF is too short.');
        const second = numberAt(rows, at + kindWidth, secondWidth);
        const kind = kindWidth === 0 ? 1 : numberAt(rows, at, kindWidth);
        return kind === 1 ? { offset: second } : kind === 2 ? { stream: second } : 'free';
      }
      return null;
    },
  };
}

function numberAt(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = 0; i < width; i++) value = value * 256 + bytes[at + i]!;
  return value;
}
