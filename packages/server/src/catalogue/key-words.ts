import { type RawBuilder, sql } from 'kysely';
import { MooringError } from '../platform/problem.ts';

const MOST_WORDS = 16;

/**
 * Words that a key has to contain, in any case and any order: `cam1 "night shift" *.jpg`. `*` stands for any text.
 * Letters with marks are found in both forms that Unicode knows: as one character (NFC), and as several (NFD).
 * @throws MooringError `invalid_request` for too many words
 */
export function keyContains(name: string): RawBuilder<boolean> {
  const words = wordsIn(name);
  if (words.length > MOST_WORDS) throw tooManyWords(words.length);
  if (words.length === 0) return sql`true`;
  return sql`${sql.join(words.map(contains), sql` and `)}`;
}

export const wordsIn = (name: string): string[] =>
  [...name.matchAll(/"([^"]*)"|\S+/g)].map(([word, phrase]) => phrase ?? word).filter(Boolean);

/** Keys are compared by bytes (`COLLATE "C"`), where `ilike` knows only the case of ASCII letters. */
function contains(word: string): RawBuilder<boolean> {
  const parts = word.split('*');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the whole of ASCII
  if (/^[\x00-\x7f]*$/.test(word))
    return sql`a.key ilike ${`%${parts.map(part => part.replace(/[\\%_]/g, '\\$&')).join('%')}%`}`;
  const forms = [...new Set([word, word.normalize('NFC'), word.normalize('NFD')])];
  return sql`a.key ~ ${forms.map(form => form.split('*').map(inAnyCase).join('.*')).join('|')}`;
}

const inAnyCase = (text: string): string =>
  [...text]
    .map(letter => {
      const cases = [...new Set([letter, letter.toLowerCase(), letter.toUpperCase()])];
      return `(?:${cases.map(one => one.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})`;
    })
    .join('');

function tooManyWords(count: number): MooringError {
  const message = `has ${count} words; at most ${MOST_WORDS} are possible`;
  return new MooringError('invalid_request', `name ${message}.`, {
    fix: 'Leave words out, or keep some together in quotes.',
    fields: [{ path: 'name', message }],
  });
}
