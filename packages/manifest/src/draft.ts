import { ASSET_KINDS, type AssetKind } from '@mooring/contract';
import { addressOf, folderOf } from './address.ts';
import type { At } from './at.ts';
import { aList, anObject, aText, booleanOf, type Field, type Fields, readFields } from './fields.ts';
import type {
  ClaimedFacts,
  GroupKind,
  JsonObject,
  ManifestAddress,
  ManifestAsset,
  ManifestGroup,
  ManifestMember,
  ManifestPlace,
} from './item.ts';
import { MOST_MEMBERS, MOST_TITLE_CHARS } from './limits.ts';
import { parseWhole } from './scan/parse-unit.ts';
import { shownValue } from './shown.ts';

/** What is known of an item so far, while its keys are read. */
export interface Draft {
  place: ManifestPlace;
  kind?: AssetKind;
  address?: ManifestAddress;
  title?: string;
  folder?: string;
  clientMetadata?: JsonObject;
  facts?: ClaimedFacts;
  thumbnail?: ManifestAddress;
  slot?: string;
  members?: ManifestMember[];
  extra?: JsonObject;
}

/** @param base see `addressOf` */
export const address =
  (base?: string): Field<Draft> =>
  (draft, value, at, key) => {
    const found = addressOf(value, at, key, base);
    if (draft.address && JSON.stringify(draft.address) !== JSON.stringify(found))
      at.refuse(key, 'value_invalid', {
        seen: 'two different addresses in one item',
        expected: 'one address',
        fix: 'Make an item of each.',
      });
    draft.address = found;
  };

/** An address, and the kind that its key says. */
export const addressOfKind =
  (kind: AssetKind, base?: string): Field<Draft> =>
  (draft, value, at, key) => {
    address(base)(draft, value, at, key);
    draft.kind = kind;
  };

export const thumbnail: Field<Draft> = (draft, value, at, key) => {
  draft.thumbnail = addressOf(value, at, key);
};

export const title: Field<Draft> = (draft, value, at, key) => {
  const text = aText(value, at, key, MOST_TITLE_CHARS);
  if (text !== '') draft.title = text;
};

export const slot: Field<Draft> = (draft, value, at, key) => {
  draft.slot = aText(value, at, key, MOST_TITLE_CHARS);
};

export const folder: Field<Draft> = (draft, value, at, key) => {
  const path = folderOf(value, at, key);
  if (path !== undefined) draft.folder = path;
};

/** An object, also as the text of one, which has the limits of an item. */
export const clientMetadata: Field<Draft> = (draft, value, at, key) => {
  const isObjectText = typeof value === 'string' && value.trimStart().startsWith('{');
  const found = isObjectText ? parseWhole(new TextEncoder().encode(value), at.in(key)) : value;
  draft.clientMetadata = anObject(found, at, key);
};

const OTHER_WORDS: Record<string, AssetKind> = {
  img: 'image',
  picture: 'image',
  movie: 'video',
  sound: 'audio',
  document: 'pdf',
  plaintext: 'text',
  pointcloud: 'points',
};
const KINDS = new Map<string, AssetKind>([
  ...ASSET_KINDS.map(kind => [kind, kind] as const),
  ...Object.entries(OTHER_WORDS),
]);

export const kind: Field<Draft> = (draft, value, at, key) => {
  const found = typeof value === 'string' && KINDS.get(value.toLowerCase().replace(/[_ ]/g, ''));
  if (found) draft.kind = found;
  else
    at.warn(
      'ignored_value',
      key,
      `${shownValue(value)} is none of the kinds: ${ASSET_KINDS.join(', ')}. Name and content say the kind.`,
    );
};

/** A block of facts of its own. */
export const factsOf =
  (table: Fields<Pick<Draft, 'facts'>>): Field<Draft> =>
  (draft, value, at, key) =>
    readFields(table, anObject(value, at, key), draft, at.in(key));

/** Keeps what only the platform of the format can do with. */
export const extra: Field<Draft> = (draft, value, _at, key) => {
  draft.extra ??= {};
  draft.extra[key] = value;
};

/** The same of true and false, which may be texts. */
export const extraBoolean: Field<Draft> = (draft, value, at, key) => {
  const found = booleanOf(value);
  if (found === undefined) at.warn('ignored_value', key, 'It is neither true nor false, and is left out.');
  else extra(draft, found, at, key);
};

/** What says nothing to a catalogue. */
export const nothing: Field<unknown> = () => undefined;

/** The members of a group, each an object with the keys of the table. */
export const membersOf =
  (table: Fields<Draft>, kindOfAll?: AssetKind, check?: (draft: Draft, at: At) => void): Field<Draft> =>
  (draft, value, at, key) => {
    const inList = at.in(key);
    draft.members = aList(value, at, key).map((element, index) => {
      const inMember = inList.in(index);
      const member: Draft = { place: inMember.place(), ...(kindOfAll ? { kind: kindOfAll } : {}) };
      readFields(table, anObject(element, inMember), member, inMember);
      check?.(member, inMember);
      return finished(member, inMember);
    });
  };

/** @throws ItemError where it has no address */
export function finished<D extends Draft>(draft: D, at: At): D & { address: ManifestAddress } {
  const { address: found } = draft;
  if (found) return draft as D & { address: ManifestAddress };
  return at.refuse(undefined, 'address_missing', {
    seen: 'no URL and no container with key',
    expected: 'a URL',
    fix: 'Add the URL of the object.',
  });
}

export function asset(draft: Draft, at: At): ManifestAsset {
  return Object.assign(finished(draft, at), { type: 'asset' as const });
}

/** @throws ItemError without a title or members, or with too many */
export function group(draft: Draft, kindOfGroup: GroupKind, at: At): ManifestGroup {
  const { members = [], title: name } = draft;
  if (members.length === 0)
    at.refuse(undefined, 'address_missing', {
      seen: 'a group without objects',
      expected: 'at least one URL',
      fix: 'Add the URLs of the objects in the group.',
    });
  if (members.length > MOST_MEMBERS)
    at.refuse(undefined, 'too_large', {
      seen: `a group of ${members.length} objects`,
      expected: `at most ${MOST_MEMBERS}`,
      fix: 'Make several groups of it.',
    });
  if (name === undefined)
    return at.refuse(undefined, 'value_missing', {
      seen: 'a group without a title',
      expected: 'a title',
      fix: 'Give the group a title.',
    });
  return Object.assign(draft, { type: 'group' as const, group: kindOfGroup, title: name, members });
}
