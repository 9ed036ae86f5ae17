import type { AssetKind } from '@mooring/contract';
import {
  address,
  asset,
  clientMetadata,
  type Draft,
  extra,
  extraBoolean,
  factsOf,
  finished,
  group,
  membersOf,
  nothing,
  title,
} from '../draft.ts';
import { AUDIO_FACTS, BLOCK_FACTS } from '../facts.ts';
import { aBoolean, anObject, type Field, fields, plainKey, readFields } from '../fields.ts';
import type { GroupKind, ManifestItem, ManifestMember } from '../item.ts';
import { dicomTags } from './dicom-tags.ts';
import type { ReadItem } from './format.ts';

const MEMBER_KEY = /^objecturl(\d{1,6})$/;

/** Blocks of every kind; that of another kind than the item's says nothing of it. */
const BLOCKS: Record<string, { kind: AssetKind; field: Field<Draft> }> = {
  imageMetadata: { kind: 'image', field: factsOf(BLOCK_FACTS) },
  videoMetadata: { kind: 'video', field: factsOf(BLOCK_FACTS) },
  audioMetadata: { kind: 'audio', field: factsOf(AUDIO_FACTS) },
  pdfMetadata: { kind: 'pdf', field: factsOf(BLOCK_FACTS) },
  textMetadata: { kind: 'text', field: factsOf(BLOCK_FACTS) },
  niftiMetadata: { kind: 'nifti', field: factsOf(BLOCK_FACTS) },
  dicomMetadata: { kind: 'dicom', field: dicomTags },
};

const blocks = Object.fromEntries(
  Object.entries(BLOCKS).map(([key, { kind, field }]): [string, Field<Draft>] => [
    key,
    (draft, value, at, name) => {
      draft.kind ??= kind;
      if (draft.kind === kind) field(draft, value, at, name);
      else
        at.warn(
          'ignored_value',
          name,
          `This block is about another kind than ${draft.kind}. It is left out.`,
        );
    },
  ]),
);

/** What an item of Encord can say; also of use in plain files. */
export const ENCORD_KEYS: Record<string, Field<Draft>> = {
  objectUrl: address(),
  title,
  clientMetadata,
  ...blocks,
};

const ITEM = fields<Draft>({ ...ENCORD_KEYS, url: address(), externalFileType: nothing, placeholder: extra });
const MEMBER = fields<Draft>({ ...ENCORD_KEYS, url: address(), externalFileType: nothing });

interface GroupDraft extends Draft {
  numbered?: { number: number; member: ManifestMember }[];
  isSequence?: boolean;
}

const groupTable = (kind: AssetKind, listKey: string) =>
  fields<GroupDraft>({
    title,
    clientMetadata,
    [listKey]: membersOf(MEMBER, kind),
    createVideo: (draft, value, at, key) => {
      draft.isSequence = aBoolean(value, at, key);
    },
    clusterByResolution: extraBoolean,
    externalFileType: nothing,
  });

const readGroup = (kind: AssetKind, groupKind: GroupKind, listKey: string): ReadItem => {
  const table = groupTable(kind, listKey);
  return (value, at) => {
    const draft: GroupDraft = { place: at.item };
    readFields(table, anObject(value, at), draft, at, (_draft, url, place, key) => {
      const number = MEMBER_KEY.exec(plainKey(key))?.[1];
      if (number === undefined) return false;
      const member: Draft = { place: place.place(key), kind };
      address()(member, url, place, key);
      draft.numbered ??= [];
      draft.numbered.push({ number: Number(number), member: finished(member, place) });
      return true;
    });
    const { numbered, isSequence, ...rest } = draft;
    if (numbered)
      rest.members = [
        ...(rest.members ?? []),
        ...numbered.toSorted((a, b) => a.number - b.number).map(({ member }) => member),
      ];
    return group(rest, isSequence ? 'image-sequence' : groupKind, at);
  };
};

const readOne =
  (kind?: AssetKind): ReadItem =>
  (value, at) => {
    const draft: Draft = { place: at.item };
    if (kind) draft.kind = kind;
    readFields(ITEM, anObject(value, at), draft, at);
    return asset(draft, at);
  };

const notSupported =
  (what: string): ReadItem =>
  (_value, at): ManifestItem =>
    at.refuse(undefined, 'not_an_item', {
      seen: what,
      expected:
        'a list that Mooring registers: images, videos, audio, image groups, DICOM series, NIfTI, PDF, text',
      fix: 'Register the files that it is made of.',
    });

/** What the items of each list are. Source: the upload file and the client of Encord. */
export const ENCORD_LISTS: Record<string, ReadItem> = {
  images: readOne('image'),
  videos: readOne('video'),
  audio: readOne('audio'),
  audios: readOne('audio'),
  nifti: readOne('nifti'),
  niftis: readOne('nifti'),
  pdf: readOne('pdf'),
  pdfs: readOne('pdf'),
  text: readOne('text'),
  texts: readOne('text'),
  time_series: readOne(),
  image_groups: readGroup('image', 'image-group', 'images'),
  dicom_series: readGroup('dicom', 'dicom-series', 'dicomFiles'),
  image_groups_from_items: notSupported('a group of items by their ids'),
  scenes: notSupported('a scene'),
};
