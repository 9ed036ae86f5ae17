/**
 * Bitmaps of words: each three characters in a row of a key are one of 512 grams, by a hash. A key that contains a word
 * has all of its grams; one that has them almost always contains it.
 */
const GRAM_BITS = 9;
const GRAM = 3;

/** The grams of an ASCII text, of any case; of other texts, those of the ASCII characters in a row. */
export function* gramsOf(text: string): Generator<number> {
  let window = 0;
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    length = code < 0x80 ? length + 1 : 0;
    // Only the case of ASCII letters counts, as in `ilike` on keys.
    const lower = code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
    window = ((window << 8) | (lower & 0xff)) & 0xffffff;
    if (length >= GRAM) yield Math.imul(window, 0x9e3779b1) >>> (32 - GRAM_BITS);
  }
}

/** More say little more. */
const MOST_GRAMS = 24;

/** Grams that a key must have to contain all these words. Words that are not all ASCII have several forms: none. */
export function gramsOfWords(words: readonly string[]): number[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII
  const plain = words.filter(word => /^[\x00-\x7f]*$/.test(word));
  const grams = plain.flatMap(word => word.split('*').flatMap(part => [...gramsOf(part)]));
  return [...new Set(grams)].slice(0, MOST_GRAMS);
}
