import { type FiltersProblem, filtersProblem, type SourceFilters, writeOutBraces } from '@mooring/contract';
import { compareUtf8 } from '@mooring/storage/server';
import { MooringError } from '../platform/problem.ts';
import { compileGlobs } from './glob.ts';

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
export function createKeyFilter(prefix: string, filters: SourceFilters): KeyFilter {
  const problem = filtersProblem(filters);
  if (problem) throw badFilters(problem);
  const { include, exclude } = filters;
  const included = compileGlobs(include.flatMap(writeOutBraces));
  const excluded = compileGlobs(exclude.flatMap(writeOutBraces));
  const own = [OWN_DIRECTORY, `${prefix}${OWN_DIRECTORY}`];
  const hasGlobs = include.length > 0 || exclude.length > 0;
  const reasonOf = (key: string) => {
    if (own.some(directory => key.startsWith(directory))) return 'rendition';
    if (!hasGlobs) return null;
    const rest = key.slice(prefix.length);
    if (include.length > 0 && !included.match(rest)) return 'filtered';
    return excluded.match(rest) ? 'filtered' : null;
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

function badFilters({ path: [field, ...index], message }: FiltersProblem): MooringError {
  const path = ['filters', field, ...index].join('.');
  return new MooringError('invalid_request', `${path} ${message}.`, {
    fix: 'Write globs over the key after the prefix of the source, e.g. **/*.jpg.',
    fields: [{ path, message }],
  });
}
