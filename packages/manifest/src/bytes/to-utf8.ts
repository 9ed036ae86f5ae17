const MARK = 0xfeff;

/** UTF-16, or UTF-8 with a byte-order mark; null: nothing has to be changed. */
export function encodingOf(head: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | null {
  const [a, b, c] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  // Without a mark: a manifest begins with a character of ASCII.
  if (a && b === 0) return 'utf-16le';
  if (a === 0 && b) return 'utf-16be';
  return null;
}

/** Takes the mark away, and makes UTF-8 of UTF-16. Half a character becomes U+FFFD. */
export async function* toUtf8(
  source: AsyncGenerator<Uint8Array>,
  encoding: 'utf-8' | 'utf-16le' | 'utf-16be',
): AsyncGenerator<Uint8Array> {
  if (encoding === 'utf-8') {
    let toSkip = 3;
    for await (const chunk of source) {
      yield chunk.subarray(toSkip);
      toSkip = Math.max(0, toSkip - chunk.length);
    }
    return;
  }
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  const encoder = new TextEncoder();
  let isFirst = true;
  const encode = (text: string) => {
    const isMarked = isFirst && text.charCodeAt(0) === MARK;
    isFirst &&= text === '';
    return encoder.encode(isMarked ? text.slice(1) : text);
  };
  for await (const chunk of source) yield encode(decoder.decode(chunk, { stream: true }));
  yield encode(decoder.decode());
}
