import type { CliKind } from '@mooring/storage/cli';

/** Texts as alternatives, each once: `box`, `box or bag`. */
export const alternatives = (texts: readonly string[]): string => [...new Set(texts)].join(' or ');

/** A word of all kinds: `container or bucket`. */
export const wordOf = (kinds: readonly CliKind[], word: 'service' | 'cloud' | 'container'): string =>
  alternatives(kinds.map(({ kind }) => kind.words[word]));

/** A part of a help text: one paragraph for each kind, which names its service where there are several. */
export const perKind = (kinds: readonly CliKind[], text: (cli: CliKind) => string): string =>
  kinds.map(cli => (kinds.length === 1 ? '' : `${cli.kind.words.service}:\n`) + text(cli)).join('\n\n');
