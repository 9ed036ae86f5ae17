// How each language writes a text that may hold anything. With `sh`, `hcl` and `shown` of all kinds: nothing but these
// functions puts a value into a text.

const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * JSON in ASCII: no reader is misled, and IAM and STS refuse policies with characters above U+00FF. YAML reads it too.
 * CloudFormation expands nothing outside of Fn::Sub.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export const json = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(/[^\n -~]/g, escaped);
