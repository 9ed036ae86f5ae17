interface Group {
  /** What all of its directories begin with. */
  stem: string;
  /** In the order of bytes. */
  directories: readonly string[];
  /** Whether it has to be divided: an object of the level begins with its stem too, or the whole level does. */
  isMixed: boolean;
}

/**
 * Prefixes that divide what is in the directories of a level: each directory begins with one of them, and none of the
 * level's objects does. Prefixes mean the same in every order, and need not end where a directory does.
 * @param directories of the level, each once, in the order of bytes
 * @param objects keys that lie directly in the level
 * @param most how many there may be
 * @returns in the order of bytes, none the beginning of another; empty where that takes more
 */
export function findStems(
  level: string,
  { directories, objects }: { directories: readonly string[]; objects: readonly string[] },
  most: number,
): string[] {
  const groupOf = (directories: readonly string[]): Group => {
    const stem = commonStem(directories[0]!, directories.at(-1)!);
    const isMixed = stem === level || objects.some(key => key.startsWith(stem));
    return { stem, directories, isMixed };
  };
  const groups = directories.length > 0 ? [groupOf(directories)] : [];
  for (;;) {
    const divisible = groups.filter(group => group.directories.length > 1);
    const group =
      divisible.find(({ isMixed }) => isMixed) ??
      divisible.sort((one, other) => other.directories.length - one.directories.length)[0];
    const parts = group ? divide(group) : [];
    if (group?.isMixed && groups.length + parts.length - 1 > most) return [];
    if (!group || groups.length + parts.length - 1 > most) return groups.map(({ stem }) => stem);
    groups.splice(groups.indexOf(group), 1, ...parts.map(groupOf));
  }
}

/** By the character that follows the stem. */
function divide({ stem, directories }: Group): string[][] {
  const parts = Map.groupBy(directories, directory => directory.codePointAt(stem.length));
  return [...parts.values()];
}

/** Whole characters that both begin with. */
function commonStem(one: string, other: string): string {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  const stem = one.slice(0, at);
  return stem.isWellFormed() ? stem : stem.slice(0, -1);
}
