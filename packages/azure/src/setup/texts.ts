import type { SetupSection, SetupText } from './schema.ts';

/** The texts of a section: each in its own language, but what its language cannot do may be a shell's. */
export function textsOf(texts: {
  az: string;
  powershell: string;
  bicep: string | SetupText;
  terraform: string | SetupText;
  portal: readonly string[];
}): SetupSection['texts'] {
  return {
    'az-cli': { language: 'sh', text: texts.az },
    powershell: { language: 'powershell', text: texts.powershell },
    bicep: typeof texts.bicep === 'string' ? { language: 'bicep', text: spaced(texts.bicep) } : texts.bicep,
    terraform:
      typeof texts.terraform === 'string'
        ? { language: 'hcl', text: spaced(texts.terraform) }
        : texts.terraform,
    portal: {
      language: 'steps',
      text: withNote(texts.portal)
        .map((step, i) => `${i + 1}. ${step}`)
        .join('\n'),
    },
  };
}

/** As `shown` writes it. */
const WRITTEN = /\\u\{[0-9a-f]+\}/;
const withNote = (steps: readonly string[]): readonly string[] =>
  steps.some(step => WRITTEN.test(step))
    ? [...steps, 'Where a value here has \\u{…} in it, type the character of that number in its place.']
    : steps;

/** With an empty line between blocks. Values hold no line breaks in these languages, so this meets none of them. */
const spaced = (text: string): string => text.replace(/^\}\n(?=\S)/gm, '}\n\n');

export const inShell = (text: string): SetupText => ({ language: 'sh', text });

export const lines = (...all: readonly (string | readonly string[])[]): string => all.flat().join('\n');
