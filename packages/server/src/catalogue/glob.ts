/** A pattern without braces. */
export interface Glob {
  matches(key: string): boolean;
}

/** One bit for each place of a pattern, in words of 32 bits. */
type Places = Int32Array;

const SLASH = 0x2f;

/**
 * Compiles a pattern. `*`: any characters but `/`. `?`: one of them. `**`: any characters. `**` and a slash: whole
 * directories, or none. All else stands for itself. A character is a code point.
 *
 * A place is a point between two tokens of the pattern. Its bit says whether the key can have come there, as far as it
 * has been read. A character moves all places at once, in one pass over the words, for every pattern and every key:
 * the Shift-And method, https://en.wikipedia.org/wiki/Bitap_algorithm.
 */
export function compileGlob(pattern: string): Glob {
  const { move, moveOther, stay, stayOnSlash, directories, last } = placesOf(pattern);
  const places = new Int32Array(moveOther.length);

  function matches(key: string): boolean {
    places.fill(0);
    places[0] = isSet(directories, 0) ? 0b11 : 0b1;
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
    return isSet(places, last);
  }

  return { matches };
}

/**
 * What characters do to the places of a pattern. The place after the last token is `last`. The work for one character
 * of a key is the number of words in `stay`, for every key.
 */
export function placesOf(pattern: string) {
  const tokens = pattern.match(/\*\*\/|\*\*|[\s\S]/gu) ?? [];
  const none = (): Places => new Int32Array((tokens.length >> 5) + 1);
  /** By character: which places it moves to the next one. */
  const move = new Map<number, Places>([[SLASH, none()]]);
  /** The same for characters that are not in the pattern. */
  const moveOther = none();
  /** Which places remain when a character comes that is not a slash. */
  const stay = none();
  const stayOnSlash = none();
  /** Places inside of directories. Where one is entered, the next one is too: there may be no directory. */
  const directories = none();
  let place = 0;
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
  for (const [code, places] of move) {
    if (code === SLASH) continue;
    for (const [word, bits] of moveOther.entries()) places[word]! |= bits;
  }
  return { move, moveOther, stay, stayOnSlash, directories, last: place };
}

const set = (places: Places, place: number): void => {
  places[place >> 5]! |= 1 << (place & 31);
};
const isSet = (places: Places, place: number): boolean => (places[place >> 5]! & (1 << (place & 31))) !== 0;
