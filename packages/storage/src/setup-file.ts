import { SETUP_SECTIONS, type SetupDocument, type SetupSectionId } from '@mooring/contract';

/** Everything but taking it back. */
const SETTING_UP = SETUP_SECTIONS.filter(id => id !== 'removal');

/**
 * Sections of a set-up document as one file. What is in another language than the format's own, because the format
 * cannot do it, stands in comments.
 * @param format the id of one of the document's formats
 * @param sections default: all but the removal, which would take back what stands before it
 */
export function joinSetup(
  document: SetupDocument,
  format: string,
  sections: readonly SetupSectionId[] = SETTING_UP,
): string {
  const chosen = document.sections.filter(({ id }) => sections.includes(id));
  if (chosen.length === 0) return '';
  const { language: own, comment: mark } = document.formats.find(({ id }) => id === format)!;
  const parts = chosen.map(({ title, texts }) => {
    const { language, text } = texts[format]!;
    if (language === own) return `${mark} ${title}\n${text}\n`.trimStart();
    if (chosen.length === 1) return `${COMMENT[language] ?? ''} ${title}\n${text}\n`.trimStart();
    const commented = text.split(/\r\n|[\n\r\u2028\u2029]/).map(line => `${mark}   ${line}`.trimEnd());
    return `${mark} ${title}\n${mark} In a shell:\n${commented.join('\n')}\n`;
  });
  return parts.join('\n');
}

/** What begins a comment in a language that stands in for a format's own. */
const COMMENT: Record<string, string> = { sh: '#', powershell: '#' };
