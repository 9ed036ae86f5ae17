// How each language writes a text that may hold anything. Nothing but these functions puts a value into a text.
import { hex, SHORT, sh, TURNING, UNSEEN } from '@mooring/storage';

export { hcl, jmes, sh, shown } from '@mooring/storage';

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
