import { ascii } from '../../ascii.ts';
import { malformed } from '../../probe-error.ts';
import type { RangeReader } from '../../range-reader.ts';
import { readObject, readStream } from './pdf-object.ts';
import { EndOfBytes, type PdfDictionary, PdfParser, PdfReference, type PdfValue } from './pdf-parser.ts';
import { type Entry, readTable, readXrefStream, type Section } from './pdf-xref.ts';

const LONGEST_CHAIN = 32;

/** Finds objects by their numbers, through the cross-reference and the older ones that it names (ISO 32000-2, 7.5). */
export class PdfFile {
  readonly #reader: RangeReader;
  readonly #sections: Section[] = [];
  /** Where the sections begin that have not been read yet. */
  readonly #ahead: number[] = [];
  readonly #seen = new Set<number>();
  readonly #objectStreams = new Map<number, Promise<Map<number, PdfValue>>>();

  constructor(reader: RangeReader) {
    this.#reader = reader;
  }

  /** The newest trailer, at the cross-reference that begins at `offset`. */
  async open(offset: number): Promise<PdfDictionary> {
    this.#ahead.push(offset);
    return (await this.#nextSection())!.trailer;
  }

  /** What a value is, where it may be a reference. */
  async resolve(value: PdfValue | undefined): Promise<PdfValue> {
    let resolved = value ?? null;
    for (let i = 0; resolved instanceof PdfReference; i++) {
      if (i === LONGEST_CHAIN) throw malformed('References of the PDF lead to each other.');
      resolved = await this.#object(resolved.number);
    }
    return resolved;
  }

  async dictionary(value: PdfValue | undefined): Promise<PdfDictionary> {
    const resolved = await this.resolve(value);
    if (resolved instanceof Map) return resolved;
    throw malformed('A PDF object is no dictionary where one was expected.');
  }

  async #object(number: number): Promise<PdfValue> {
    const entry = await this.#find(number);
    if (!entry || entry === 'free') return null;
    if ('offset' in entry) return (await readObject(this.#reader, entry.offset)).value;
    let objects = this.#objectStreams.get(entry.stream);
    if (!objects) {
      objects = this.#objectsOfStream(entry.stream);
      this.#objectStreams.set(entry.stream, objects);
    }
    return (await objects).get(number) ?? null;
  }

  /** Newer sections stand before older ones. */
  async #find(number: number): Promise<Entry | null> {
    for (let i = 0; ; i++) {
      const section = this.#sections[i] ?? (await this.#nextSection());
      if (!section) return null;
      const entry = await section.find(number);
      if (entry) return entry;
    }
  }

  async #nextSection(): Promise<Section | null> {
    const offset = this.#ahead.shift();
    if (offset === undefined) return null;
    if (this.#seen.has(offset) || this.#seen.size === LONGEST_CHAIN * 4)
      throw malformed('The cross-references of the PDF lead to each other.');
    this.#seen.add(offset);
    const isTable = ascii(await this.#reader.upTo(offset, 32))
      .trimStart()
      .startsWith('xref');
    const section = await (isTable ? readTable : readXrefStream)(this.#reader, offset);
    this.#sections.push(section);
    // A hybrid file has a stream for readers that know streams.
    for (const key of ['XRefStm', 'Prev']) {
      const next = section.trailer.get(key);
      if (typeof next === 'number') this.#ahead.push(next);
    }
    return section;
  }

  /** All objects of an object stream (7.5.7). */
  async #objectsOfStream(number: number): Promise<Map<number, PdfValue>> {
    const entry = await this.#find(number);
    if (!entry || entry === 'free' || !('offset' in entry))
      throw malformed('An object stream of the PDF is missing.');
    const stream = await readObject(this.#reader, entry.offset);
    const content = new PdfParser(await readStream(this.#reader, stream));
    const { value } = stream;
    const [count, first] = ['N', 'First'].map(key => (value instanceof Map ? value.get(key) : null));
    if (typeof count !== 'number' || typeof first !== 'number' || count > content.bytes.length)
      throw malformed('An object stream of the PDF does not say what it holds.');
    return objectsIn(content, count, first);
  }
}

function objectsIn(content: PdfParser, count: number, first: number): Map<number, PdfValue> {
  const objects = new Map<number, PdfValue>();
  try {
    const places = Array.from(
      { length: count },
      () => [Number(content.value()), Number(content.value())] as const,
    );
    for (const [number, at] of places) {
      content.at = first + at;
      objects.set(number, content.value());
    }
  } catch (error) {
    // The last one may end with the stream. What is cut is missing later on.
    if (!(error instanceof EndOfBytes)) throw error;
  }
  return objects;
}
