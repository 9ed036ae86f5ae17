import type { SourceFilters } from '@mooring/contract';
import { compareUtf8 } from '@mooring/storage/server';
import { MooringError } from '../platform/problem.ts';

/** `*`: any characters but `/`. `**`: any at all. `dirs`: `**` and a slash, so whole directories or none. */
type Token = { char: string } | 'one' | 'star' | 'deep' | 'dirs';

/** What braces may expand to, in all. */
const MOST_ALTERNATIVES = 1000;

/** Mooring's own files in the storage; they never become assets. */
const OWN_DIRECTORY = '.mooring/';

/** Filters with what was left out: everything is included, nothing excluded. */
export const completeFilters = (
  filters: { include?: string[] | undefined; exclude?: string[] | undefined } = {},
): SourceFilters => ({ include: filters.include ?? [], exclude: filters.exclude ?? [] });

export interface KeyFilter {
  /** Why a key becomes no asset; null where it does. */
  (key: string): 'filtered' | 'rendition' | null;
  /** Whether that is plain for all keys from one to another, in the order of UTF-8: each becomes one. */
  keepsAll(first: string, last: string): boolean;
}

/**
 * Which keys of a source become assets.
 * @param prefix of the source; globs match what comes after it
 * @throws MooringError `invalid_request` for a glob that cannot be meant
 */
export function createKeyFilter(prefix: string, { include, exclude }: SourceFilters): KeyFilter {
  const included = compile('include', include);
  const excluded = compile('exclude', exclude);
  const own = [OWN_DIRECTORY, `${prefix}${OWN_DIRECTORY}`];
  const hasGlobs = include.length > 0 || exclude.length > 0;
  const reasonOf = (key: string) => {
    if (own.some(directory => key.startsWith(directory))) return 'rendition';
    if (!hasGlobs) return null;
    const rest = key.slice(prefix.length);
    if (include.length > 0 && !included.some(glob => matches(glob, rest))) return 'filtered';
    return excluded.some(glob => matches(glob, rest)) ? 'filtered' : null;
  };
  const keepsAll = (first: string, last: string): boolean =>
    !hasGlobs &&
    own.every(
      directory => compareUtf8(last, directory) < 0 || compareUtf8(first, pastDirectory(directory)) >= 0,
    );
  return Object.assign(reasonOf, { keepsAll });
}

/** What comes after everything in a directory. */
const pastDirectory = (directory: string): string => `${directory.slice(0, -1)}0`;

function compile(field: string, globs: readonly string[]): Token[][] {
  const all = globs.flatMap((glob, index) =>
    expandBraces(glob).map(text => tokensOf(text, `filters.${field}.${index}`)),
  );
  if (all.length > MOST_ALTERNATIVES) throw badGlob(`filters.${field}`, 'stands for too many patterns');
  return all;
}

/** `a.{jpg,png}` → `a.jpg`, `a.png`. Braces do not nest; one without its twin stands for itself. */
function expandBraces(glob: string): string[] {
  const [whole, before = '', choices = '', after = ''] = /^([^{]*)\{([^{}]*)\}(.*)$/su.exec(glob) ?? [];
  if (whole === undefined) return [glob];
  const ends = expandBraces(after);
  const all = choices.split(',').flatMap(choice => ends.map(end => `${before}${choice}${end}`));
  return all.slice(0, MOST_ALTERNATIVES + 1);
}

function tokensOf(glob: string, path: string): Token[] {
  if (glob.startsWith('/')) throw badGlob(path, 'begins with a slash, which no key after the prefix does');
  return [...glob.matchAll(/\*\*\/|\*\*|[\s\S]/gu)].map(([text]) => {
    if (text === '**/') return 'dirs';
    if (text === '**') return 'deep';
    if (text === '*') return 'star';
    if (text === '?') return 'one';
    return { char: text };
  });
}

/** Walks all ways through the glob at once: time grows with the lengths of both, whatever they hold. */
function matches(glob: readonly Token[], text: string): boolean {
  const end = glob.length;
  let at = new Set<number>(); // in front of token n; `~n`: inside the directories of token n
  const enter = (states: Set<number>, position: number): void => {
    let token = position;
    states.add(token);
    while (token < end && (glob[token] === 'star' || glob[token] === 'deep' || glob[token] === 'dirs')) {
      token += 1;
      states.add(token);
    }
  };
  enter(at, 0);
  for (const char of text) {
    const next = new Set<number>();
    for (const state of at) {
      const position = state < 0 ? ~state : state;
      const token = glob[position];
      if (token === 'dirs') {
        next.add(~position);
        if (char === '/') enter(next, position + 1);
      } else if (token === 'deep' || (token === 'star' && char !== '/')) enter(next, position);
      else if (token === 'one' && char !== '/') enter(next, position + 1);
      else if (typeof token === 'object' && token.char === char) enter(next, position + 1);
    }
    if (next.size === 0) return false;
    at = next;
  }
  return at.has(end);
}

const badGlob = (path: string, message: string): MooringError =>
  new MooringError('invalid_request', `${path} ${message}.`, {
    fix: 'Write globs over the key after the prefix of the source, e.g. **/*.jpg.',
    fields: [{ path, message }],
  });
