/** The encodings that Mooring tells apart: names of the Encoding Standard, and utf-8 with a byte order mark. */
export type TextEncoding = 'utf-8' | 'utf-8-bom' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** Of the characters of a text in windows-1252, so many at least are ASCII. */
const LEAST_ASCII = 0.6;
/** Of the pairs of bytes of a text in UTF-16 without a mark, so many at least have a first half of 0: Latin letters. */
const LEAST_LATIN = 0.6;

/**
 * How the beginning of a file is written; null where it is no text. By its byte order mark; else UTF-8 where all of it is;
 * else UTF-16 where every second byte is mostly 0; else windows-1252, of which ISO 8859-1 is a part.
 * @param isWhole whether `bytes` are all of the file; otherwise a character may be cut at the end
 */
export function textEncoding(bytes: Uint8Array, isWhole: boolean): TextEncoding | null {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf)
    return isUtf8(bytes.subarray(3), isWhole) ? 'utf-8-bom' : null;
  if (first === 0xff && second === 0xfe) return isUtf16(bytes.subarray(2), true) ? 'utf-16le' : null;
  if (first === 0xfe && second === 0xff) return isUtf16(bytes.subarray(2), false) ? 'utf-16be' : null;
  if (isUtf8(bytes, isWhole)) return 'utf-8';
  const zeros = [0, 0];
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0) zeros[i % 2]!++;
  const pairs = bytes.length / 2;
  if (zeros[1]! > pairs * LEAST_LATIN && isUtf16(bytes, true)) return 'utf-16le';
  if (zeros[0]! > pairs * LEAST_LATIN && isUtf16(bytes, false)) return 'utf-16be';
  return isWindows1252(bytes) ? 'windows-1252' : null;
}

/** Text of a whole file or its beginning. A character that is cut at the end is left out. */
export function decodeText(bytes: Uint8Array, encoding: TextEncoding): string {
  return new TextDecoder(encoding === 'utf-8-bom' ? 'utf-8' : encoding).decode(bytes, { stream: true });
}

/** Control characters that no text has: all but tabs, ends of lines and pages, backspace, escape and the end mark of DOS. */
const isControl = (unit: number): boolean =>
  (unit < 32 && (unit < 8 || unit > 13) && unit !== 26 && unit !== 27) || unit === 127;

function isUtf8(bytes: Uint8Array, isWhole: boolean): boolean {
  for (const byte of bytes) if (isControl(byte)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !isWhole });
    return true;
  } catch {
    return false;
  }
}

function isUtf16(bytes: Uint8Array, littleEndian: boolean): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 2 <= bytes.length; at += 2) {
    const unit = view.getUint16(at, littleEndian);
    if (isControl(unit) || unit >= 0xfffe) return false;
  }
  return true;
}

/** The bytes that windows-1252 leaves free. */
const FREE = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

function isWindows1252(bytes: Uint8Array): boolean {
  let others = 0;
  for (const byte of bytes) {
    if (isControl(byte) || FREE.has(byte)) return false;
    if (byte > 127) others++;
  }
  return others <= bytes.length * (1 - LEAST_ASCII);
}
