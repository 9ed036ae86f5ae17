import type { Fix } from '@mooring/contract';
import { FORMATS, type SetupFormat, type SetupSection } from './schema.ts';

/** What to copy of a section of the set-up, once in each of these formats. @param as the title; default: the section's */
export const snippetsOf = (
  { title, texts }: SetupSection,
  formats: readonly SetupFormat[],
  as = title,
): Fix['snippets'] =>
  FORMATS.filter(({ id }) => formats.includes(id)).map(({ id, label }) => ({
    title: as,
    format: label,
    ...texts[id],
  }));
