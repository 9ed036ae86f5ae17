import {
  address,
  addressOfKind,
  asset,
  clientMetadata,
  type Draft,
  folder,
  kind,
  thumbnail,
  title,
} from '../draft.ts';
import { fact, PLAIN_FACTS } from '../facts.ts';
import { type Field, fields, readFields } from '../fields.ts';
import type { JsonValue } from '../item.ts';
import { shownValue } from '../shown.ts';
import { ENCORD_KEYS } from './encord.ts';
import type { ReadItem } from './format.ts';
import { isTask, readTask } from './label-studio.ts';
import { readV7 } from './v7.ts';

/** A word of ours, or a media type. */
const kindOrMediaType: Field<Draft> = (draft, value, at, key) =>
  (typeof value === 'string' && value.includes('/') ? fact<Draft>('mediaType') : kind)(draft, value, at, key);

/** The names under which files give an address, the surest first. They are headings of tables too. */
export const addressKeys = (base?: string): Record<string, Field<Draft>> => ({
  object_url: address(),
  url: address(),
  uri: address(),
  file_url: address(),
  storage_key: address(base),
  attachment: address(),
  href: address(),
  link: address(),
  path: address(base),
  file_path: address(base),
  key: address(base),
  file: address(base),
  image_url: addressOfKind('image', base),
  image: addressOfKind('image', base),
  video_url: addressOfKind('video', base),
  video: addressOfKind('video', base),
  audio_url: addressOfKind('audio', base),
  audio: addressOfKind('audio', base),
  pdf: addressOfKind('pdf', base),
});

/** What else items of plain files say, and columns of tables. */
export const PLAIN_KEYS: Record<string, Field<Draft>> = {
  title,
  name: title,
  display_name: title,
  folder,
  directory: folder,
  kind,
  type: kindOrMediaType,
  media_type: kindOrMediaType,
  client_metadata: clientMetadata,
  thumbnail,
  thumbnail_url: thumbnail,
  ...PLAIN_FACTS,
};

/** An item of a file that belongs to no platform: a URL, or an object with one; a task or an item of V7, too. */
export function readPlain(base?: string): ReadItem {
  const table = fields<Draft>({
    ...addressKeys(base),
    ...ENCORD_KEYS,
    ...PLAIN_KEYS,
    metadata: clientMetadata,
    attributes: clientMetadata,
  });
  return (value, at) => {
    const draft: Draft = { place: at.item };
    if (typeof value === 'string') {
      address(base)(draft, value, at, '');
      return asset(draft, at);
    }
    if (isTask(value)) return readTask(value, at);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return at.refuse(undefined, 'not_an_item', {
        seen: shownValue(value),
        expected: 'a URL as a text, or an object with one',
        fix: 'Write the URL of the object in quotes.',
      });
    if (isV7(value)) return readV7(value, at);
    readFields(table, value, draft, at);
    return asset(draft, at);
  };
}

const isV7 = (value: { [key: string]: JsonValue }): boolean =>
  Array.isArray(value.slots) || (typeof value.storage_key === 'string' && value.url === undefined);
