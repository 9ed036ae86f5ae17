/** Patterns without braces. */
export interface Globs {
  /** Whether one of them matches the whole key. */
  match(key: string): boolean;
}

/** One bit for each place of a pattern, in words of 32 bits. */
type Places = Int32Array;

const SLASH = 0x2f;

/**
 * Compiles patterns. `*`: any characters but `/`. `?`: one of them. `**`: any characters. `**` and a slash: whole
 * directories, or none. All else stands for itself. A character is a code point.
 *
 * A place is a point between two tokens of a pattern. Its bit says whether the key can have come there, as far as it
 * has been read. A character moves all places of all patterns at once, in one pass over the words, for every key: the
 * Shift-And method, https://en.wikipedia.org/wiki/Bitap_algorithm.
 */
export function compileGlobs(patterns: readonly string[]): Globs {
  const { move, moveOther, stay, stayOnSlash, directories, first, last } = placesOf(patterns);
  const places = new Int32Array(moveOther.length);

  function match(key: string): boolean {
    places.set(first);
    for (let at = 0; at < key.length; at++) {
      const code = key.codePointAt(at)!;
      if (code > 0xffff) at++;
      const moves = move.get(code) ?? moveOther;
      const stays = code === SLASH ? stayOnSlash : stay;
      let carry = 0;
      let alive = 0;
      for (let word = 0; word < places.length; word++) {
        const before = places[word]!;
        const moved = before & moves[word]!;
        const entered = (moved << 1) | carry;
        const skipped = entered & directories[word]!;
        carry = (moved | skipped) >>> 31;
        places[word] = entered | (skipped << 1) | (before & stays[word]!);
        alive |= places[word]!;
      }
      if (alive === 0) return false;
    }
    return places.some((word, at) => (word & last[at]!) !== 0);
  }

  return { match };
}

/**
 * What characters do to the places of patterns. Each pattern has the places before its tokens, in `first` those that
 * are reached at once, and in `last` the one after its last token, from which no character leads on. The work for one
 * character of a key is the number of words in `stay`, for every key.
 */
export function placesOf(patterns: readonly string[]) {
  const tokensOf = patterns.map(pattern => pattern.match(/\*\*\/|\*\*|[\s\S]/gu) ?? []);
  const count = tokensOf.reduce((sum, tokens) => sum + tokens.length + 1, 0);
  const none = (): Places => new Int32Array((count + 31) >> 5);
  /** By character: which places it moves to the next one. */
  const move = new Map<number, Places>([[SLASH, none()]]);
  /** The same for characters that are not in the patterns. */
  const moveOther = none();
  /** Which places remain when a character comes that is not a slash. */
  const stay = none();
  const stayOnSlash = none();
  /** Places inside of directories. Where one is entered, the next one is too: there may be no directory. */
  const directories = none();
  const first = none();
  const last = none();
  let place = 0;
  for (const tokens of tokensOf) {
    set(first, place);
    if (tokens[0] === '**/') set(first, place + 1);
    tokens.forEach((token, index) => {
      if (token === '?') set(moveOther, place++);
      else if (token === '*') set(stay, place);
      else if (token === '**') {
        set(stay, place);
        set(stayOnSlash, place);
      } else if (token === '**/') {
        if (tokens[index - 1]?.startsWith('**')) return; // adds nothing
        for (const places of [directories, stay, stayOnSlash, move.get(SLASH)!]) set(places, place);
        place++;
      } else {
        const code = token.codePointAt(0)!;
        if (!move.has(code)) move.set(code, none());
        set(move.get(code)!, place++);
      }
    });
    set(last, place++);
  }
  for (const [code, places] of move) {
    if (code === SLASH) continue;
    for (const [word, bits] of moveOther.entries()) places[word]! |= bits;
  }
  return { move, moveOther, stay, stayOnSlash, directories, first, last };
}

const set = (places: Places, place: number): void => {
  places[place >> 5]! |= 1 << (place & 31);
};
