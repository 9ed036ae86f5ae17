// How each language writes a text that may hold anything. Nothing but these functions puts a value into a text.

/**
 * One word of a POSIX shell. Single quotes, in which nothing has a meaning but the quote itself; what would turn the
 * direction of the text around it comes from its bytes, so that people read what is run.
 */
export const sh = (text: string): string =>
  /^[A-Za-z0-9_/.][A-Za-z0-9_@%+:,./-]*$/.test(text)
    ? text
    : `'${text.replaceAll("'", `'\\''`).replace(TURNING, char => `'"$(printf '${octal(char)}')"'`)}'`;

/**
 * An option of the Azure CLI and its value. The CLI reads a file where a word begins with `@`, or where `@` follows the
 * first `=` of a word. Behind the option’s own `=` a value is taken as it is, unless it begins with `@` itself: there is
 * no way to write such a value.
 * https://learn.microsoft.com/cli/azure/use-azure-cli-successfully-quoting
 * @throws RangeError where the value begins with `@`, which the schemas refuse too
 */
export function azOption(name: string, value: string): string {
  if (value.startsWith('@')) {
    throw new RangeError(
      `The value of --${name} begins with “@”: the Azure CLI would read the file of that name.`,
    );
  }
  const word = sh(value);
  // A plain word has no `=` in it.
  return `--${name}${word === value ? ' ' : '='}${word}`;
}

/** A string of PowerShell, which takes the curly quotes for straight ones. */
export function ps(text: string): string {
  const literal = `'${text
    .replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')
    .replace(TURNING, char => `' + [char]0x${hex(char).padStart(4, '0')} + '`)}'`;
  return text.search(TURNING) === -1 ? literal : `(${literal})`;
}

/** https://learn.microsoft.com/azure/azure-resource-manager/bicep/data-types#strings */
export const bicep = (text: string): string =>
  `'${text.replace(/[\\']|\$(?=\{)/g, '\\$&').replace(UNSEEN, char => SHORT[char] ?? `\\u{${hex(char)}}`)}'`;

/** https://developer.hashicorp.com/terraform/language/expressions/strings */
export const hcl = (text: string): string =>
  `"${text
    .replace(/[\\"]/g, '\\$&')
    .replace(/([$%])\{/g, '$1\\u007b')
    .replace(UNSEEN, char => SHORT[char] ?? `\\u${hex(char).padStart(4, '0')}`)}"`;

/** A literal of JMESPath, the language of `az … --query`: JSON between backticks. */
export const jmes = (value: unknown): string => `\`${JSON.stringify(value).replaceAll('`', '\\u0060')}\``;

/** For sentences: on one line, nothing invisible, and no backtick, which ends what is code there. */
export const shown = (text: string): string =>
  text.replace(UNSEEN, char => `\\u{${hex(char)}}`).replaceAll('`', '\\u{60}');

/** They turn the direction of what stands beside them, so that a text reads otherwise than it runs. */
const TURNING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const UNSEEN = new RegExp(`[\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]|${TURNING.source}`, 'g');
const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const hex = (char: string): string => char.charCodeAt(0).toString(16);
const octal = (char: string): string =>
  [...new TextEncoder().encode(char)].map(byte => `\\${byte.toString(8)}`).join('');
