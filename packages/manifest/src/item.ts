import type { AssetKind, KnownFacts } from '@mooring/contract';

export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };
export type JsonObject = { [key: string]: JsonValue };

/** Where in a manifest something stands, as people find it. */
export interface ManifestPlace {
  /** From 1, in formats of lines: CSV, JSON lines, lists of URLs. A record of CSV has the line on which it begins. */
  line?: number;
  /** From 1, in formats without lines: Parquet. */
  row?: number;
  /** In JSON: `images[12].objectUrl`. In JSON lines it is the path in the value of the line; in a table the column. */
  path?: string;
}

/** `url`: absolute, as it stands in the file, with its signature. `path`: container and key, `container/folder/a.jpg`. */
export type ManifestAddress = { url: string } | { path: string };

/** What a file says of the bytes of an asset. It is checked for sense, not for truth. Nonsense is left out. */
export type ClaimedFacts = Partial<Omit<KnownFacts, 'kind'>> & {
  sizeBytes?: number;
  /** As the file writes it. */
  checksum?: string;
};

/** One object: an asset, or a member of a group. */
export interface ManifestObject {
  place: ManifestPlace;
  /** As the file says it. Without it content or name say it later. */
  kind?: AssetKind;
  address: ManifestAddress;
  title?: string;
  clientMetadata?: JsonObject;
  facts?: ClaimedFacts;
  /** A small picture of it that the storage already has. */
  thumbnail?: ManifestAddress;
  /** What the format asks of the platform that it was made for, such as `as_frames` or `layout`; Mooring keeps it. */
  extra?: JsonObject;
}

export interface ManifestAsset extends ManifestObject {
  type: 'asset';
  /** Names of folders with `/` between them, below the folder that is registered into; absent: that folder itself. */
  folder?: string;
}

/** What several objects are together. `slots`: views that are shown at once, each with a name. */
export const GROUP_KINDS = ['image-group', 'image-sequence', 'dicom-series', 'slots'] as const;
export type GroupKind = (typeof GROUP_KINDS)[number];

export interface ManifestMember extends ManifestObject {
  /** The name of its slot, in a group of slots; no two members have the same. */
  slot?: string;
}

/** Several objects that are one asset, in the order of the file. */
export interface ManifestGroup {
  type: 'group';
  place: ManifestPlace;
  group: GroupKind;
  title: string;
  folder?: string;
  clientMetadata?: JsonObject;
  /** At least one. */
  members: ManifestMember[];
  thumbnail?: ManifestAddress;
  extra?: JsonObject;
}

/** What one item of a manifest registers. */
export type ManifestItem = ManifestAsset | ManifestGroup;

/** What a file says of the whole registration; a flag that it does not name is absent. */
export interface ManifestFlags {
  /** A URL that is registered already is left out instead of being an error. */
  skipDuplicateUrls?: boolean;
  /** Its client metadata is written over what the asset has. Only with `skipDuplicateUrls`. */
  upsertMetadata?: boolean;
  /** Bad items are listed and the others go in; else one bad item keeps all out. */
  ignoreErrors?: boolean;
  /** The place of the data, and where it goes, by the names of V7. */
  storageSlug?: string;
  datasetSlug?: string;
  /** The place of the data by the id of Encord, and the name of the file. */
  integrationHash?: string;
  fileName?: string;
}

export const PROBLEM_CODES = [
  'not_json',
  'not_an_item',
  'address_missing',
  'address_invalid',
  'value_invalid',
  'value_missing',
  'duplicate_key',
  'too_large',
] as const;
export type ManifestProblemCode = (typeof PROBLEM_CODES)[number];

/** Why one item is not registered. Its texts are short and hold no signature. */
export interface ManifestProblem {
  code: ManifestProblemCode;
  /** Which item of the file it is, from 0, counted over all items and problems. */
  index: number;
  place: ManifestPlace;
  /** Of the item, without values of parameters; absent where none was found. */
  url?: string;
  seen: string;
  expected: string;
  fix: string;
}

export const WARNING_CODES = ['unknown_key', 'duplicate_key', 'nonsense_fact', 'ignored_value'] as const;
export type ManifestWarningCode = (typeof WARNING_CODES)[number];

/** Something that was left out or read in a lenient way, counted over all items where it is the same. */
export interface ManifestWarning {
  code: ManifestWarningCode;
  /** The key or the fact: `imageMetadata.colour`. */
  subject: string;
  message: string;
  /** Where it was seen first. */
  place: ManifestPlace;
  count: number;
}
