/** What no file may be called on some system, and what would be a path or a control character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ODD = /[\u0000-\u001f\u007f\\:*?"<>|]/g;

/**
 * The paths of files in an archive, made from their keys: none leaves the folder that the archive is unpacked into, and
 * no two are the same, also where capital letters do not count. No file has the path of a folder: storages may have both.
 * @param keys all that there will be, for the folders
 */
export function createZipNames(keys: readonly string[]): (key: string) => string {
  const taken = new Set(keys.flatMap(key => foldersOf(toPath(key).toLowerCase())));
  const copies = new Map<string, number>();
  return key => {
    const wanted = toPath(key);
    let copy = copies.get(wanted.toLowerCase()) ?? 1;
    let name = wanted;
    while (taken.has(name.toLowerCase())) name = numbered(wanted, ++copy);
    copies.set(wanted.toLowerCase(), copy);
    taken.add(name.toLowerCase());
    return name;
  };
}

/** `a/b/c.jpg` → `a`, `a/b` */
const foldersOf = (path: string): string[] =>
  [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index));

function toPath(key: string): string {
  const parts = key.split('/').filter(part => part !== '' && part !== '.');
  return parts.map(part => (part === '..' ? '__' : part.replace(ODD, '_'))).join('/') || 'file';
}

/** `a/photo.jpg` → `a/photo (2).jpg` */
function numbered(name: string, copy: number): string {
  const [, stem = name, ending = ''] = /^(.*[^/])(\.[^./]+)$/s.exec(name) ?? [];
  return `${stem} (${copy})${ending}`;
}
