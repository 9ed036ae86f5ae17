// To a storage a key is one text. `/` divides it into directories and a name, and every segment counts as it is:
// an empty one, `.` and `..` too.

/** The directory part of a key or prefix, with its closing slash: `a/b/c.jpg` → `a/b/`, `c.jpg` → ``. */
export const directoryOf = (key: string): string => key.slice(0, key.lastIndexOf('/') + 1);

/** The last part of a key: `a/b/c.jpg` → `c.jpg`, `a/b/` → ``. */
export const nameOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

/** The directory that holds this one: `a/b/` → `a/`, `a/` → ``. */
export const parentOf = (directory: string): string => directoryOf(directory.slice(0, -1));

/** A directory's own name: `a/b/` → `b`, `a//` → ``. */
export const directoryName = (directory: string): string => nameOf(directory.slice(0, -1));

/** This directory and those above it, down to and with `top`: `a/b/` from `` → `a/b/`, `a/`, ``. */
export function* upTo(top: string, directory: string): Generator<string> {
  for (let at = directory; ; at = parentOf(at)) {
    yield at;
    if (at.length <= top.length) return;
  }
}

/** The first text, in the order of bytes, after all that begin with this directory. */
export const afterDirectory = (directory: string): string => `${directory.slice(0, -1)}0`;
