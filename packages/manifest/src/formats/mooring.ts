import { addressOf } from '../address.ts';
import {
  asset,
  clientMetadata,
  type Draft,
  factsOf,
  folder,
  group,
  kind,
  membersOf,
  nothing,
  slot,
  title,
} from '../draft.ts';
import { OWN_FACTS } from '../facts.ts';
import { anObject, type Field, fields, readFields } from '../fields.ts';
import { FLAGS } from '../flags.ts';
import { GROUP_KINDS, type GroupKind, type ManifestFlags } from '../item.ts';
import { shownValue } from '../shown.ts';
import type { ReadItem } from './format.ts';

export const VERSION = 1;

interface OwnDraft extends Draft {
  group?: GroupKind;
}

/** `{"url": …}` or `{"path": …}`. */
const ownAddress =
  (name: 'address' | 'thumbnail'): Field<Draft> =>
  (draft, value, at, key) => {
    const { url, path } = anObject(value, at, key);
    draft[name] = addressOf(url ?? path ?? null, at.in(key), url === undefined ? 'path' : 'url');
  };

const OBJECT: Record<string, Field<Draft>> = {
  address: ownAddress('address'),
  thumbnail: ownAddress('thumbnail'),
  title,
  kind,
  clientMetadata,
  facts: factsOf(OWN_FACTS),
  extra: (draft, value, at, key) => {
    draft.extra = anObject(value, at, key);
  },
};
const MEMBER = fields<Draft>({ ...OBJECT, slot });
const ITEM = fields<OwnDraft>({
  ...OBJECT,
  folder,
  type: nothing, // what it is shows by its group
  group: (draft, value, at, key) => {
    draft.group =
      GROUP_KINDS.find(known => known === value) ??
      at.refuse(key, 'value_invalid', {
        seen: shownValue(value),
        expected: `one of ${GROUP_KINDS.join(', ')}`,
        fix: 'Export the assets again.',
      });
  },
  members: membersOf(MEMBER),
});

/** A line of Mooring's own manifest, as `writeManifest` writes it. The first one is about the whole file. */
export function readMooring(flags: ManifestFlags): ReadItem {
  return (value, at) => {
    const object = anObject(value, at);
    if (object.mooring === 'manifest') {
      const { mooring: _, version, ...others } = object;
      if (version !== VERSION)
        at.warn(
          'ignored_value',
          'version',
          `The file has version ${shownValue(version)}; this is ${VERSION}.`,
        );
      readFields(FLAGS, others, flags, at);
      return null;
    }
    const draft: OwnDraft = { place: at.item };
    readFields(ITEM, object, draft, at);
    const { group: kindOfGroup, ...rest } = draft;
    return kindOfGroup ? group(rest, kindOfGroup, at) : asset(rest, at);
  };
}
