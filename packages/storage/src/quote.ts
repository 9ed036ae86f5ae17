// How each language writes a value that may hold anything, as far as several storage kinds use the language.

/**
 * One word of a POSIX shell. Single quotes, in which nothing has a meaning but the quote itself; what would turn the
 * direction of the text around it comes from its bytes, so that people read what is run.
 */
export const sh = (text: string): string =>
  /^[A-Za-z0-9_/.][A-Za-z0-9_@%+:,./-]*$/.test(text)
    ? text
    : `'${text.replaceAll("'", `'\\''`).replace(TURNING, char => `'"$(printf '${octal(char)}')"'`)}'`;

/** https://developer.hashicorp.com/terraform/language/expressions/strings */
export const hcl = (text: string): string =>
  `"${text
    .replace(/[\\"]/g, '\\$&')
    .replace(/([$%])\{/g, '$1\\u007b')
    .replace(UNSEEN, char => SHORT[char] ?? `\\u${hex(char).padStart(4, '0')}`)}"`;

/** A literal of JMESPath, the query language of the command line tools of several clouds: JSON between backticks. */
export const jmes = (value: unknown): string => `\`${JSON.stringify(value).replaceAll('`', '\\u0060')}\``;

/** For sentences: on one line, nothing invisible, and no backtick, which ends what is code there. */
export const shown = (text: string): string =>
  text.replace(UNSEEN, char => `\\u{${hex(char)}}`).replaceAll('`', '\\u{60}');

/** They turn the direction of what stands beside them, so that a text reads otherwise than it runs. */
export const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Characters that cannot be seen, and those. */
export const UNSEEN = new RegExp(`[\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]|${TURNING.source}`, 'g');
/** How some of them are written after a backslash. */
export const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
export const hex = (char: string): string => char.charCodeAt(0).toString(16);
const octal = (char: string): string =>
  [...new TextEncoder().encode(char)].map(byte => `\\${byte.toString(8)}`).join('');
