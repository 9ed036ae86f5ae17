/** Bytes as characters of the same numbers: for signatures and headers that are ASCII. */
export function ascii(bytes: Uint8Array, from = 0, to = bytes.length): string {
  let text = '';
  for (let at = from; at < Math.min(to, bytes.length); at++) text += String.fromCharCode(bytes[at]!);
  return text;
}
