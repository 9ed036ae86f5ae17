import { type Fix, snippetTitle } from '@mooring/contract';
import type { Style } from './style.ts';
import { plain } from './text.ts';

/**
 * How to mend something, as lines: why, the steps, and what to copy.
 * @param label stands before why
 */
export function renderFix(
  { why, steps, snippets }: Fix,
  label: string,
  indent: string,
  style: Style,
): string[] {
  return [
    `${indent}${label}${plain(why)}`,
    ...steps.map((step, index) => `${indent}  ${index + 1}. ${plain(step)}`),
    ...snippets.flatMap(snippet => [
      '',
      `${indent}  ${style.bold(plain(snippetTitle(snippet)))}`,
      ...snippet.text.split('\n').map(line => `${indent}    ${plain(line)}`),
    ]),
  ];
}
