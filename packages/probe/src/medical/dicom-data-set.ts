import { ascii } from '../ascii.ts';
import { inflateStart } from '../inflate.ts';
import { malformed, ProbeError } from '../probe-error.ts';
import { HEAD_BYTES, type RangeReader } from '../range-reader.ts';
import { type ByteRanges, type Element, Elements, encodingOf } from './dicom-elements.ts';
import { firstElementAt } from './dicom-start.ts';

/** Values by tag, as text; numbers that are binary in the file are written in decimals. */
export type DicomValues = ReadonlyMap<number, string>;

export interface DataSet {
  values: DicomValues;
  /** UID; null where the file does not say. */
  transferSyntax: string | null;
  /** The file ends before the last element that was looked for. */
  isTruncated: boolean;
  /** The first element from `until` on, and the elements at it; null where there is none. */
  rest: { element: Element; elements: Elements } | null;
}

const BIG_ENDIAN = '1.2.840.10008.1.2.2';
/** Transfer syntaxes whose data set is compressed as a whole. */
export const DEFLATED: ReadonlySet<string | null> = new Set([
  '1.2.840.10008.1.2.1.99',
  '1.2.840.10008.1.2.4.95',
]);
const TRANSFER_SYNTAX = 0x00020010;
/** Compressed bytes and what they may make: the second where the first is not enough. */
const INFLATED = [
  { from: HEAD_BYTES, to: 1 << 20 },
  { from: 4 << 20, to: 16 << 20 },
];
const LONGEST_VALUE = 1024;
/** Of the elements that are wanted, those that are binary (US); the others are text. */
const BINARY = new Set([
  0x00280002, 0x00280006, 0x00280010, 0x00280011, 0x00280100, 0x00280101, 0x00280102, 0x00280103,
]);

/**
 * The values of `wanted` that stand before the tag `until`. Stops there.
 * @throws ProbeError
 */
export async function readDataSet(
  reader: RangeReader,
  wanted: ReadonlySet<number>,
  until: number,
): Promise<DataSet> {
  const at = firstElementAt(await reader.upTo(0, HEAD_BYTES), reader.sizeBytes);
  if (at === null) throw malformed('The file does not begin as DICOM does.');
  const meta = new Elements(reader, at, { explicit: true, littleEndian: true });
  const begin = await collectMeta(meta);
  const transferSyntax = begin.transferSyntax || null;
  if (!DEFLATED.has(transferSyntax))
    return { transferSyntax, ...(await collect(reader, begin.at, transferSyntax, wanted, until)) };
  for (const { from, to } of INFLATED) {
    const compressed = await reader.upTo(begin.at, Math.min(from, reader.sizeBytes - begin.at));
    const inflated = inflateStart(compressed, 'raw', to);
    const found = await collect(inMemory(inflated), 0, null, wanted, until);
    const isAll = begin.at + from >= reader.sizeBytes && inflated.length < to;
    if (!found.isTruncated || isAll) return { transferSyntax, ...found };
  }
  throw new ProbeError(
    'over_budget',
    `The first ${INFLATED[1]!.to} bytes of the data set do not describe it.`,
  );
}

/** The group of file meta elements: always explicit and little-endian. `at`: where the data set begins. */
async function collectMeta(elements: Elements): Promise<{ transferSyntax: string; at: number }> {
  let transferSyntax = '';
  for (;;) {
    const { at } = elements;
    const element = await elements.next();
    if (!element || element.tag >>> 16 !== 2) return { transferSyntax, at };
    if (element.tag === TRANSFER_SYNTAX && element.length >= 0 && element.length <= LONGEST_VALUE)
      transferSyntax = textOf(await elements.value(element));
    await elements.skip(element);
  }
}

async function collect(
  source: ByteRanges,
  at: number,
  transferSyntax: string | null,
  wanted: ReadonlySet<number>,
  until: number,
): Promise<Omit<DataSet, 'transferSyntax'>> {
  const values = new Map<number, string>();
  const encoding = encodingOf(await source.upTo(at, 8), transferSyntax === BIG_ENDIAN);
  const elements = new Elements(source, at, encoding);
  try {
    for (;;) {
      const element = await elements.next();
      if (!element) return { values, isTruncated: elements.at > source.sizeBytes, rest: null };
      // Marks of items have no place here. Some files have them.
      const isMark = element.tag >>> 16 === 0xfffe;
      if (element.tag >= until && !isMark) return { values, isTruncated: false, rest: { element, elements } };
      if (wanted.has(element.tag) && element.length >= 0 && element.length <= LONGEST_VALUE) {
        const value = await elements.value(element);
        values.set(
          element.tag,
          BINARY.has(element.tag) && value.byteLength >= 2
            ? String(value.getUint16(0, encoding.littleEndian))
            : textOf(value),
        );
      }
      await elements.skip(element);
    }
  } catch (error) {
    if (error instanceof ProbeError && error.code === 'truncated')
      return { values, isTruncated: true, rest: null };
    throw error;
  }
}

/** Values are padded to even length. */
const textOf = ({ buffer, byteOffset, byteLength }: DataView): string =>
  ascii(new Uint8Array(buffer, byteOffset, byteLength)).replace(/^[\s\0]+|[\s\0]+$/g, '');

const inMemory = (bytes: Uint8Array): ByteRanges => ({
  sizeBytes: bytes.length,
  upTo: async (offset, length) => bytes.subarray(offset, offset + length),
});
