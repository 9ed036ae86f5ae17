import type { SetupText } from '@mooring/contract';
import type { SetupSection } from './schema.ts';

/** The texts of a section: each in its own language, but what its language cannot do may be a shell's. */
export const textsOf = (texts: {
  aws: string;
  cloudformation: string | SetupText;
  terraform: string | SetupText;
  console: readonly string[];
}): SetupSection['texts'] => ({
  'aws-cli': { language: 'sh', text: texts.aws },
  cloudformation: inLanguage('yaml', texts.cloudformation),
  terraform: inLanguage('hcl', texts.terraform),
  console: {
    language: 'steps',
    text: texts.console.map((step, index) => `${index + 1}. ${step}`).join('\n'),
  },
});

const inLanguage = (language: string, text: string | SetupText): SetupText =>
  typeof text === 'string' ? { language, text } : text;

export const inShell = (text: string): SetupText => ({ language: 'sh', text });
