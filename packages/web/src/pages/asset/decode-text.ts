const BOMS: [bytes: number[], encoding: string][] = [
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/** The beginning of a file as text; null where the bytes are none. A character cut off at the end is left out. */
export function decodeText(bytes: Uint8Array): string | null {
  const bom = BOMS.find(([mark]) => mark.every((byte, i) => bytes[i] === byte));
  if (!bom && bytes.includes(0)) return null;
  // With `stream`, an unfinished sequence at the end waits for bytes that never come.
  return new TextDecoder(bom?.[1] ?? 'utf-8').decode(bytes, { stream: true });
}
