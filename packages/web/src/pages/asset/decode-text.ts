const BOMS: [bytes: number[], encoding: string][] = [
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/**
 * The beginning of a file as text; null where the bytes are none. A character cut off at the end is left out. What is
 * not UTF-8 is taken for windows-1252, as a probe takes it.
 */
export function decodeText(bytes: Uint8Array): string | null {
  const bom = BOMS.find(([mark]) => mark.every((byte, i) => bytes[i] === byte));
  if (!bom && bytes.includes(0)) return null;
  // With `stream`, an unfinished sequence at the end waits for bytes that never come.
  const decode = (encoding: string, fatal = false) =>
    new TextDecoder(encoding, { fatal }).decode(bytes, { stream: true });
  if (bom) return decode(bom[1]);
  try {
    return decode('utf-8', true);
  } catch {
    return decode('windows-1252');
  }
}
