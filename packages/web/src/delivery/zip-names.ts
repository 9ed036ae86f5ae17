/** What no file may be called on some system, and what would be a path or a control character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ODD = /[\u0000-\u001f\u007f\\:*?"<>|]/g;

/**
 * The paths of files in an archive, made from their keys: none leaves the folder that the archive is unpacked into, and
 * no two are the same, also where capital letters do not count.
 */
export function createZipNames(): (key: string) => string {
  const taken = new Set<string>();
  return key => {
    const wanted = toPath(key);
    let name = wanted;
    for (let copy = 2; taken.has(name.toLowerCase()); copy++) name = numbered(wanted, copy);
    taken.add(name.toLowerCase());
    return name;
  };
}

function toPath(key: string): string {
  const parts = key.split('/').filter(part => part !== '' && part !== '.');
  return parts.map(part => (part === '..' ? '__' : part.replace(ODD, '_'))).join('/') || 'file';
}

/** `a/photo.jpg` → `a/photo (2).jpg` */
function numbered(name: string, copy: number): string {
  const [, stem = name, ending = ''] = /^(.*[^/])(\.[^./]+)$/s.exec(name) ?? [];
  return `${stem} (${copy})${ending}`;
}
