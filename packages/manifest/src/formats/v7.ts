import type { At } from '../at.ts';
import {
  address,
  asset,
  type Draft,
  extra,
  extraBoolean,
  folder,
  group,
  kind,
  membersOf,
  slot,
  thumbnail,
  title,
} from '../draft.ts';
import { fact, PLAIN_FACTS } from '../facts.ts';
import { anObject, fields, readFields } from '../fields.ts';
import type { ManifestMember } from '../item.ts';
import { shownKey } from '../shown.ts';
import type { ReadItem } from './format.ts';

/** Keys that items and slots share. `fps` is how many frames the platform shall take a second, and no fact. */
const COMMON = {
  type: kind,
  storage_key: address(),
  storage_thumbnail_key: thumbnail,
  width: PLAIN_FACTS.width!,
  height: PLAIN_FACTS.height!,
  size_bytes: fact<Draft>('sizeBytes'),
  native_fps: fact<Draft>('fps'),
  total_frames: fact<Draft>('frames'),
  fps: extra,
  as_frames: extraBoolean,
  extract_views: extraBoolean,
  visible_frames: extra,
  hls_segments: extra,
  storage_sections_key_prefix: extra,
  storage_frames_manifest_key: extra,
  metadata: extra,
  tags: extra,
};

const SLOT = fields<Draft>({ ...COMMON, slot_name: slot, file_name: title });

const ITEM = fields<Draft>({
  ...COMMON,
  name: title,
  path: folder,
  layout: extra,
  slots: membersOf(SLOT, undefined, checkSlot),
});

function checkSlot(draft: Draft, at: At): void {
  if (draft.slot === undefined)
    at.refuse(undefined, 'value_missing', {
      seen: 'a slot without slot_name',
      expected: 'slot_name',
      fix: 'Give the slot a name, such as "0".',
    });
}

/** An item of `register_existing` or `register_existing_readonly`. One slot is an asset; several are a group. */
export const readV7: ReadItem = (value, at) => {
  const draft: Draft = { place: at.item };
  readFields(ITEM, anObject(value, at), draft, at);
  const { members } = draft;
  if (!members) return asset(draft, at);
  if (draft.address)
    at.refuse('storage_key', 'value_invalid', {
      seen: 'an item with both storage_key and slots',
      expected: 'one of them',
      fix: 'Leave storage_key to the slots.',
    });
  const names = new Set<string | undefined>();
  for (const { slot: name } of members) {
    if (names.has(name))
      at.refuse('slots', 'value_invalid', {
        seen: `two slots named ${shownKey(`${name}`)}`,
        expected: 'slots with different names',
        fix: 'Rename one of them.',
      });
    names.add(name);
  }
  const [only] = members;
  if (only && members.length === 1) return asset(oneSlot(draft, only), at);
  return group(draft, 'slots', at);
};

function oneSlot({ members: _, ...item }: Draft, { slot: name, ...only }: ManifestMember): Draft {
  return {
    ...only,
    ...item,
    extra: { ...item.extra, ...only.extra, ...(name === undefined ? {} : { slot_name: name }) },
  };
}
