import { FORMATS } from './formats.ts';

/** Extensions whose type is not the one of the format that they stand for. */
const OWN = new Map([
  ['avif', 'image/avif'],
  ['heic', 'image/heic'],
  ['m4a', 'audio/mp4'],
  ['m4b', 'audio/mp4'],
  ['ogv', 'video/ogg'],
]);

/** The media type that the extension of a name stands for; null where no format has it. Nothing is read. */
export function mediaTypeOfName(name: string): string | null {
  const extension = /\.([A-Za-z0-9]{1,10})$/.exec(name)?.[1]?.toLowerCase();
  if (!extension) return null;
  const format = FORMATS.find(({ extensions }) => extensions.includes(extension));
  return OWN.get(extension) ?? format?.mediaType ?? null;
}
