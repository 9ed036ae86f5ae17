// Names of objects come from outside: a control character could move the cursor, or hide what is really there.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to make visible
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A text as it can be shown in one line of a terminal. */
export const plain = (text: string): string =>
  text.replace(INVISIBLE, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const WIDE =
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one
const STYLING = /\u001b\[\d+m/g;

/** How many columns of a terminal a text takes. */
export function width(text: string): number {
  let columns = 0;
  for (const { segment } of graphemes.segment(text.replace(STYLING, '')))
    columns += WIDE.test(segment) ? 2 : 1;
  return columns;
}

/** Cuts a text so that it fits, marking the cut. */
export function fit(text: string, columns: number): string {
  if (width(text) <= columns) return text;
  let kept = '';
  let used = 1;
  for (const { segment } of graphemes.segment(text)) {
    used += width(segment);
    if (used > columns) break;
    kept += segment;
  }
  return `${kept}…`;
}
