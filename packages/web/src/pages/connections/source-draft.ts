import type { SourceFilters } from '@mooring/contract';

/** What is to be synced, as it is being chosen. */
export interface SourceDraft {
  /** null: the connection's own. */
  prefix: string | null;
  folderName: string;
  /** Globs, one a line. */
  include: string;
  exclude: string;
}

export const EMPTY_SOURCE: SourceDraft = { prefix: null, folderName: '', include: '', exclude: '' };

const globsOf = (text: string): string[] =>
  text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');

export const filtersOf = ({ include, exclude }: SourceDraft): SourceFilters => ({
  include: globsOf(include),
  exclude: globsOf(exclude),
});

/** The prefix one level further up, not above `root`; null where it is at `root` already. */
export function parentPrefix(prefix: string, root: string): string | null {
  if (prefix.length <= root.length) return null;
  const parent = prefix.slice(0, prefix.replace(/\/$/, '').lastIndexOf('/') + 1);
  return parent.length < root.length ? root : parent;
}

/** The levels from `root` down to `prefix`, each with the prefix that leads there. What is half typed is none. */
export function levelsOf(prefix: string, root: string): { name: string; prefix: string }[] {
  const levels = [];
  for (let end = prefix.indexOf('/', root.length); end !== -1; end = prefix.indexOf('/', end + 1)) {
    const start = prefix.lastIndexOf('/', end - 1) + 1;
    levels.push({
      name: prefix.slice(Math.max(start, root.length), end) || '/',
      prefix: prefix.slice(0, end + 1),
    });
  }
  return levels;
}
