const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * Text as XML means it: line ends made one character, entities replaced.
 * @returns null where an entity is unknown, unfinished, or names no character
 */
export function decodeXmlText(raw: string): string | null {
  let known = true;
  const text = raw.replace(/\r\n?/g, '\n').replace(/&([^;&]*;?)/g, (_, entity: string) => {
    const character = entity.endsWith(';') ? characterOf(entity.slice(0, -1)) : null;
    if (character === null) known = false;
    return character ?? '';
  });
  return known ? text : null;
}

function characterOf(entity: string): string | null {
  const [, hexadecimal, decimal] = /^#(?:x([0-9A-Fa-f]{1,8})|(\d{1,8}))$/.exec(entity) ?? [];
  if (hexadecimal === undefined && decimal === undefined) return NAMED[entity] ?? null;
  const point = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16);
  const isCharacter = point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
  return isCharacter ? String.fromCodePoint(point) : null;
}
