/** What a list of globs may hold. */
export const GLOB_LIMITS = {
  /** Characters of one glob. */
  characters: 1024,
  /** Globs of one list. */
  globs: 100,
  /** Patterns that the globs of one list stand for once their braces are written out. */
  patterns: 1000,
  /** Characters of those patterns together. As many as the longest globs without braces have. */
  writtenOut: 102_400,
} as const;

/** What is wrong with a list of globs. */
export interface GlobsProblem {
  /** The index of the glob at fault; empty where it is the whole list. */
  path: number[];
  /** To follow the name of the field. */
  message: string;
}

/** Why a list of globs cannot be used; null where it can. Takes time in proportion to its length. */
export function globsProblem(globs: readonly string[]): GlobsProblem | null {
  const patterns = globs.reduce((sum, glob) => sum + countPatterns(glob), 0);
  if (patterns > GLOB_LIMITS.patterns) {
    const message = `stands for ${shown(patterns)} patterns once its braces are written out; at most ${shown(GLOB_LIMITS.patterns)} are possible. Use fewer braces, or * and ? in their place`;
    return { path: [], message };
  }
  const written = globs.map(writeOutBraces);
  const characters = written.flat().reduce((sum, pattern) => sum + pattern.length, 0);
  if (characters > GLOB_LIMITS.writtenOut) {
    const message = `has ${shown(characters)} characters once its braces are written out; at most ${shown(GLOB_LIMITS.writtenOut)} are possible. Use fewer or shorter globs`;
    return { path: [], message };
  }
  const index = written.findIndex(patterns => patterns.some(pattern => pattern.startsWith('/')));
  if (index < 0) return null;
  return {
    path: [index],
    message: 'begins with a slash, which no key after the prefix does. Leave the slash out',
  };
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
