import type { SetupSection, SetupText } from './schema.ts';

/** The texts of a section: each in its own language, but what its language cannot do may be a shell's. */
export function textsOf(texts: {
  az: string;
  powershell: string;
  bicep: string | SetupText;
  terraform: string | SetupText;
  portal: readonly string[];
}): SetupSection['texts'] {
  const as = (language: SetupText['language'], text: string | SetupText): SetupText =>
    typeof text === 'string' ? { language, text } : text;
  return {
    'az-cli': as('sh', texts.az),
    powershell: as('powershell', texts.powershell),
    bicep: as('bicep', texts.bicep),
    terraform: as('hcl', texts.terraform),
    portal: { language: 'steps', text: texts.portal.map((step, i) => `${i + 1}. ${step}`).join('\n') },
  };
}

export const inShell = (text: string): SetupText => ({ language: 'sh', text });

export const lines = (...all: readonly (string | readonly string[])[]): string => all.flat().join('\n');
