const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const split = (text: string): string[] => Array.from(graphemes.segment(text), part => part.segment);

/** Characters that turn the direction of what follows, even outside of the name. */
const DIRECTION = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/**
 * A name or key as it can be shown on one line: line breaks and other control characters become visible
 * signs, and characters that turn the reading direction become their code, so that a name cannot pose as another. A
 * name that shows nothing stands in quotes, and words stand for an empty one.
 */
export function toVisible(name: string): string {
  if (name === '') return '(no name)';
  if (/^[\s\p{Default_Ignorable_Code_Point}\u2800]*$/u.test(name)) return `“${shown(name)}”`;
  return shown(name);
}

function shown(name: string): string {
  return name
    .replace(CONTROL, char => {
      const code = char.charCodeAt(0);
      if (code < 0x20) return String.fromCharCode(0x2400 + code);
      return code === 0x7f ? '␡' : '�';
    })
    .replace(DIRECTION, char => `[U+${char.charCodeAt(0).toString(16).toUpperCase()}]`);
}

/**
 * Shortens to at most `length` visible characters by leaving out the middle, so that beginning and
 * extension stay. Never cuts an emoji or an accented letter in two.
 */
export function truncateMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  const parts = split(text);
  if (parts.length <= length) return text;
  const tail = Math.min(Math.floor(length / 3), 14);
  return `${parts.slice(0, length - tail - 1).join('')}…${parts.slice(parts.length - tail).join('')}`;
}

/** The text in two parts, the second of which has `length` visible characters. */
export function splitTail(text: string, length: number): [head: string, tail: string] {
  // A visible character may have many units; segmenting all of a long text would take long.
  const near = text.slice(-length * 16);
  const tail = split(near).slice(-length).join('');
  return [text.slice(0, text.length - tail.length), tail];
}

/** The letters of the extension in upper case, e.g. `JPEG`; empty where there is none worth showing. */
export function extensionOf(name: string): string {
  return /\.([a-z0-9]{1,8})$/i.exec(name)?.[1]?.toUpperCase() ?? '';
}
