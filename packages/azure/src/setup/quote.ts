// How each language writes a text that may hold anything. Nothing but these functions puts a value into a text.

/** One word of a POSIX shell. Single quotes, in which nothing has a meaning but the quote itself. */
export const sh = (text: string): string =>
  /^[A-Za-z0-9_/.][A-Za-z0-9_@%+:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

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
export const ps = (text: string): string => `'${text.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;

/** https://learn.microsoft.com/azure/azure-resource-manager/bicep/data-types#strings */
export const bicep = (text: string): string =>
  `'${text.replace(/[\\']|\$(?=\{)/g, '\\$&').replace(CONTROL, char => SHORT[char] ?? `\\u{${hex(char)}}`)}'`;

/** https://developer.hashicorp.com/terraform/language/expressions/strings */
export const hcl = (text: string): string =>
  `"${text
    .replace(/[\\"]/g, '\\$&')
    .replace(/([$%])\{/g, '$1\\u007b')
    .replace(CONTROL, char => SHORT[char] ?? `\\u${hex(char).padStart(4, '0')}`)}"`;

/** A literal of JMESPath, the language of `az … --query`: JSON between backticks. */
export const jmes = (value: unknown): string => `\`${JSON.stringify(value).replaceAll('`', '\\u0060')}\``;

/** For sentences: on one line, and nothing invisible. */
export const shown = (text: string): string => text.replace(CONTROL, char => `\\u{${hex(char)}}`);

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to write otherwise
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const hex = (char: string): string => char.charCodeAt(0).toString(16);
