/** What no file may be called on some system, and what would be a path or a control character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ODD = /[\u0000-\u001f\u007f\\:*?"<>|]/g;
/** Names of devices in Windows, also with an ending. */
const DEVICE = /^(con|prn|aux|nul|com[1-9]|lpt[1-9])(?=\.|$)/i;
/** Windows leaves them away at the end of a name. */
const LOST_AT_END = /[. ]+$/;

/**
 * The paths of files in an archive, made from their keys: none leaves the folder that the archive is unpacked into, and
 * no two are the same, also where capital letters do not count or where an accent may be written in two ways. No file has
 * the path of a folder: storages may have both.
 * @param keys all that there will be, for the folders
 */
export function createZipNames(keys: readonly string[]): (key: string) => string {
  const taken = new Set(keys.flatMap(key => foldersOf(sameAs(toPath(key)))));
  const copies = new Map<string, number>();
  return key => {
    const wanted = toPath(key);
    let copy = copies.get(sameAs(wanted)) ?? 1;
    let name = wanted;
    while (taken.has(sameAs(name))) name = numbered(wanted, ++copy);
    copies.set(sameAs(wanted), copy);
    taken.add(sameAs(name));
    return name;
  };
}

/** Two names with the same one are the same file on some system. */
const sameAs = (name: string): string => name.normalize('NFC').toLowerCase();

/** `a/b/c.jpg` → `a`, `a/b` */
const foldersOf = (path: string): string[] =>
  [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index));

function toPath(key: string): string {
  const parts = key.split('/').filter(part => part !== '' && part !== '.');
  return parts.map(toName).join('/') || 'file';
}

const toName = (part: string): string =>
  part
    .replace(ODD, '_')
    .replace(LOST_AT_END, lost => '_'.repeat(lost.length))
    .replace(DEVICE, '$1_');

/** `a/photo.jpg` → `a/photo (2).jpg` */
function numbered(name: string, copy: number): string {
  const [, stem = name, ending = ''] = /^(.*[^/])(\.[^./]+)$/s.exec(name) ?? [];
  return `${stem} (${copy})${ending}`;
}
