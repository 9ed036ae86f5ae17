/** What a list of globs may hold. */
export const GLOB_LIMITS = {
  /** Characters of one glob. */
  characters: 1024,
  /** Globs of one list. */
  globs: 100,
  /** Patterns that the globs of one list stand for once their braces are written out. */
  patterns: 1000,
  /**
   * Characters of the patterns of both lists together. The work for one character of a key grows with them: the
   * longest page of keys takes a worker about a second.
   */
  writtenOut: 8192,
} as const;

/** What is wrong with filters. */
export interface FiltersProblem {
  /** The list and the index of the glob at fault; without an index where it is the whole list. */
  path: [field: 'include' | 'exclude', ...index: number[]];
  /** To follow the name of the field. */
  message: string;
}

/** Why filters cannot be used; null where they can. Takes time in proportion to their length. */
export function filtersProblem(filters: {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}): FiltersProblem | null {
  let characters = 0;
  for (const field of ['include', 'exclude'] as const) {
    const globs = filters[field];
    const patterns = globs.reduce((sum, glob) => sum + countPatterns(glob), 0);
    if (patterns > GLOB_LIMITS.patterns) {
      const message = `stands for ${shown(patterns)} patterns once its braces are written out; at most ${shown(GLOB_LIMITS.patterns)} are possible. Use fewer braces, or * and ? in their place`;
      return { path: [field], message };
    }
    const written = globs.map(writeOutBraces);
    characters += written.flat().reduce((sum, pattern) => sum + pattern.length, 0);
    if (characters > GLOB_LIMITS.writtenOut) {
      const message = `brings the filters to ${shown(characters)} characters once all braces are written out; include and exclude together have at most ${shown(GLOB_LIMITS.writtenOut)}. Use fewer or shorter globs`;
      return { path: [field], message };
    }
    const index = written.findIndex(patterns => patterns.some(pattern => pattern.startsWith('/')));
    if (index >= 0) {
      const message = 'begins with a slash, which no key after the prefix does. Leave the slash out';
      return { path: [field, index], message };
    }
  }
  return null;
}

/** `a.{jpg,png}` → `a.jpg`, `a.png`. Count the patterns first: braces after braces multiply. */
export function writeOutBraces(glob: string): string[] {
  let patterns = [''];
  for (const choices of choicesOf(glob)) {
    patterns = patterns.flatMap(pattern => choices.map(choice => pattern + choice));
  }
  return patterns;
}

/** How many patterns `writeOutBraces` would return. */
const countPatterns = (glob: string): number =>
  choicesOf(glob).reduce((product, choices) => product * choices.length, 1);

/** The parts of a glob, each with its choices. Braces do not nest; from the first one without its twin on, all is text. */
function choicesOf(glob: string): string[][] {
  const pairs = [...glob.matchAll(/([^{]*)\{([^{}]*)\}/gsuy)];
  const end = pairs.reduce((sum, [pair]) => sum + pair.length, 0);
  return [
    ...pairs.flatMap(([, before = '', choices = '']) => [[before], choices.split(',')]),
    [glob.slice(end)],
  ];
}

const shown = (count: number): string =>
  count > 1_000_000_000 ? 'more than 1,000,000,000' : count.toLocaleString('en');
