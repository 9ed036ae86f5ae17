// How each language writes a text that may hold anything. With `sh`, `hcl` and `shown` of all kinds: nothing but these
// functions puts a value into a text.
import { UNSEEN } from '@mooring/storage';

const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** JSON in ASCII where a reader could be misled; YAML reads it too. CloudFormation expands nothing outside of Fn::Sub. */
export const json = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(UNSEEN, char => (char === '\n' ? char : escaped(char)));
