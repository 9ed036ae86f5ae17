import { malformed } from '../../probe-error.ts';
import type { RangeReader } from '../../range-reader.ts';

/** The header of an EBML element (RFC 8794, 4 to 6). */
export interface Element {
  id: number;
  content: number;
  /** Where it ends; null where its size is not known. */
  end: number | null;
}

/** Identifiers have at most four bytes, and sizes at most eight. */
export const MOST_HEADER_BYTES = 12;

/** Reads a number whose first byte says how many bytes it has. */
function readVint(
  bytes: Uint8Array,
  at: number,
  keepMarker: boolean,
): { value: number; length: number; isUnknown: boolean } | undefined {
  const first = bytes[at] ?? 0;
  const length = Math.clz32(first) - 23;
  if (length > 8 || at + length > bytes.length) return undefined;
  let value = keepMarker ? first : first & ((1 << (8 - length)) - 1);
  let isUnknown = (first | (0xff << (8 - length))) % 256 === 255;
  for (let i = 1; i < length; i++) {
    value = value * 256 + bytes[at + i]!;
    isUnknown &&= bytes[at + i] === 255;
  }
  return { value, length, isUnknown };
}

/**
 * @param offset of `bytes` in the file
 * @returns undefined where no header is there
 */
export function headerAt(bytes: Uint8Array, at: number, offset = 0): Element | undefined {
  const id = readVint(bytes, at, true);
  if (!id || id.length > 4) return undefined;
  const size = readVint(bytes, at + id.length, false);
  if (!size || (!size.isUnknown && size.value > Number.MAX_SAFE_INTEGER)) return undefined;
  const content = offset + at + id.length + size.length;
  return { id: id.value, content, end: size.isUnknown ? null : content + size.value };
}

/** @throws ProbeError `malformed` where no element begins at this byte */
export async function readElement(reader: RangeReader, at: number): Promise<Element> {
  const element = headerAt(await reader.upTo(at, MOST_HEADER_BYTES), 0, at);
  if (!element) throw malformed(`No EBML element begins at byte ${at}.`);
  return element;
}

/** The elements inside one that is in memory. */
export function* elementsIn(bytes: Uint8Array): Generator<{ id: number; bytes: Uint8Array }> {
  for (let at = 0; at < bytes.length; ) {
    const element = headerAt(bytes, at);
    if (!element) return;
    const end = Math.min(element.end ?? bytes.length, bytes.length);
    yield { id: element.id, bytes: bytes.subarray(element.content, end) };
    at = end;
  }
}

/** The first element of each kind. */
export function childrenOf(bytes: Uint8Array | undefined): Map<number, Uint8Array> {
  const children = new Map<number, Uint8Array>();
  if (bytes)
    for (const child of elementsIn(bytes)) if (!children.has(child.id)) children.set(child.id, child.bytes);
  return children;
}

export function unsigned(bytes: Uint8Array | undefined): number | undefined {
  if (!bytes || bytes.length > 8) return undefined;
  const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  return Number.isSafeInteger(value) ? value : undefined;
}

export function float(bytes: Uint8Array | undefined): number | undefined {
  if (bytes?.length !== 4 && bytes?.length !== 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return bytes.length === 4 ? view.getFloat32(0) : view.getFloat64(0);
}

/** Names of codecs have fewer. */
const MOST_TEXT_BYTES = 64;
const latin1 = new TextDecoder('latin1');
export const text = (bytes: Uint8Array | undefined): string =>
  latin1.decode(bytes?.subarray(0, MOST_TEXT_BYTES)).replace(/\0.*$/s, '');
