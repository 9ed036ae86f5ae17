import type { AssetKind } from '@mooring/contract';
import { addressOf, isUrl } from '../address.ts';
import type { At } from '../at.ts';
import { asset, clientMetadata, type Draft, group, nothing } from '../draft.ts';
import { anObject, type Field, fields, readFields } from '../fields.ts';
import type { JsonObject, JsonValue, ManifestMember } from '../item.ts';
import { MOST_MEMBERS } from '../limits.ts';
import type { ReadItem } from './format.ts';

/** Names that people give to what a task shows. */
const KINDS: readonly AssetKind[] = ['image', 'video', 'audio', 'pdf', 'text'];

interface TaskDraft extends Draft {
  data?: JsonObject;
}

const labels: Field<unknown> = (_draft, value, at, key) => {
  if (!Array.isArray(value) || value.length > 0)
    at.warn('ignored_value', key, 'Mooring registers files and keeps no labels. They are left out.');
};
const TASK = fields<TaskDraft>({
  data: (draft, value, at, key) => {
    draft.data = anObject(value, at, key);
  },
  meta: clientMetadata,
  annotations: labels,
  predictions: labels,
  drafts: nothing,
  id: nothing,
  inner_id: nothing,
  project: nothing,
  file_upload: nothing,
  created_at: nothing,
  updated_at: nothing,
  updated_by: nothing,
  is_labeled: nothing,
  overlap: nothing,
  total_annotations: nothing,
  cancelled_annotations: nothing,
  total_predictions: nothing,
  comment_count: nothing,
  unresolved_comment_count: nothing,
  comment_authors: nothing,
  last_comment_updated_at: nothing,
});

export const isTask = (value: JsonValue): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  typeof value.data === 'object' &&
  value.data !== null &&
  !Array.isArray(value.data);

/**
 * A task of Label Studio. Each URL in its data is an object, and the rest is client metadata. One object is an asset,
 * several are slots with the names of the data, and a list of URLs is an image group.
 */
export const readTask: ReadItem = (value, at) => {
  const draft: TaskDraft = { place: at.item };
  readFields(TASK, anObject(value, at), draft, at);
  const { data = {}, ...rest } = draft;
  const inData = at.in('data');
  const members: ManifestMember[] = [];
  const others: [string, JsonValue][] = [];
  let isList = false;
  for (const [key, one] of Object.entries(data)) {
    if (typeof one === 'string' && isUrl(one)) members.push(member(one, inData, key));
    else if (Array.isArray(one) && one.length > 0 && one.every(isUrlText)) {
      isList = true;
      const inList = inData.in(key);
      for (const [index, url] of one.slice(0, MOST_MEMBERS + 1).entries())
        members.push({ ...member(url, inList, index), kind: 'image', slot: `${key}[${index}]` });
    } else if (one !== null) others.push([key, one]);
  }
  if (others.length > 0) rest.clientMetadata = { ...Object.fromEntries(others), ...rest.clientMetadata };
  const [only] = members;
  if (!only)
    return inData.refuse(undefined, 'address_missing', {
      seen: 'a task without a URL in its data',
      expected: 'a URL in data',
      fix: 'Add the URL of the file to the data of the task.',
    });
  if (members.length === 1 && !isList) {
    const { slot: _, ...one } = only;
    return asset({ ...rest, ...one, place: at.item }, at);
  }
  rest.title = nameOf(only);
  if (!isList) return group({ ...rest, members }, 'slots', at);
  return group({ ...rest, members: members.map(({ slot: _, ...one }) => one) }, 'image-group', at);
};

const isUrlText = (value: JsonValue): value is string => typeof value === 'string' && isUrl(value);

function member(url: string, at: At, key: string | number): ManifestMember {
  const found = KINDS.find(kind => kind === String(key).toLowerCase());
  return {
    place: at.place(key),
    address: addressOf(url, at, key),
    slot: String(key),
    ...(found ? { kind: found } : {}),
  };
}

/** The last part of the path of its URL. */
function nameOf({ address }: ManifestMember): string {
  const text = 'url' in address ? address.url.split(/[?#]/, 1)[0]! : address.path;
  return text.split('/').findLast(Boolean) ?? text;
}
