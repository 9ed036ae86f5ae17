import {
  ARCHIVE_STATES,
  type ArchiveState,
  ASSET_KINDS,
  ASSET_SORTS,
  type AssetKind,
  type AssetSort,
  MEDIA_WARNINGS,
  type MediaWarning,
} from '@mooring/contract';
import { secretIn } from '@/storage-kind.ts';

/** Filters by one of several values, which are counted. */
export const FACET_FILTERS = [
  'tag',
  'mediaType',
  'codec',
  'tier',
  'archiveState',
  'profileResult',
  'failedRule',
  'warning',
] as const;
export type FacetFilter = (typeof FACET_FILTERS)[number];

/** Filters by a number. */
export const NUMBER_FILTERS = [
  'minSizeBytes',
  'maxSizeBytes',
  'minWidth',
  'maxWidth',
  'minHeight',
  'maxHeight',
  'minDurationSeconds',
  'maxDurationSeconds',
  'minFrames',
  'maxFrames',
] as const;
export type NumberFilter = (typeof NUMBER_FILTERS)[number];

/** Filters by a day, `2026-11-30`, which begins where the browser is. */
export const DAY_FILTERS = ['modifiedFrom', 'modifiedBefore'] as const;
export type DayFilter = (typeof DAY_FILTERS)[number];

interface Filters
  extends Partial<
    Record<
      'mediaType' | 'codec' | 'tier' | 'failedRule' | 'tag' | 'metadata' | NumberFilter | DayFilter,
      string
    >
  > {
  archiveState?: ArchiveState;
  profileResult?: 'passing' | 'failing';
  warning?: MediaWarning['code'];
}

/** What is shown of the assets, as the address has it. All of it is optional, and all of it is text. */
export interface AssetSearch extends Filters {
  folder?: string;
  source?: string;
  kind?: AssetKind;
  /** Words of the key. */
  name?: string;
  /** Tombstones instead of what is present. */
  status?: 'gone';
  sort?: AssetSort;
  view?: 'table';
  /** Of the tiles of the grid. */
  size?: 'small' | 'large';
  /** The asset that has the focus in the list. */
  asset?: string;
}
/** Changes of an address; undefined takes something out. */
export type SearchChanges = { [K in keyof AssetSearch]?: AssetSearch[K] | undefined };

const oneOf = (known: readonly string[]) => (text: string) => known.includes(text);
const matching = (pattern: RegExp) => (text: string) => pattern.test(text);
const LONGEST_TEXT = 200;
const isText = (text: string) => text.length <= LONGEST_TEXT && secretIn(text) === null;

const READABLE: Record<keyof AssetSearch, (text: string) => boolean> = {
  folder: matching(/^fld_/),
  source: matching(/^src_/),
  kind: oneOf(ASSET_KINDS),
  name: text => secretIn(text) === null,
  status: oneOf(['gone']),
  sort: oneOf(ASSET_SORTS.filter(sort => sort !== 'key')),
  view: oneOf(['table']),
  size: oneOf(['small', 'large']),
  asset: matching(/^ast_/),
  tag: isText,
  metadata: isText,
  mediaType: isText,
  codec: isText,
  tier: isText,
  archiveState: oneOf(ARCHIVE_STATES),
  profileResult: oneOf(['passing', 'failing']),
  failedRule: matching(/^[a-z][a-z0-9-]{0,39}$/),
  warning: oneOf(MEDIA_WARNINGS),
  ...same(NUMBER_FILTERS, matching(/^\d{1,15}$/)),
  ...same(['minDurationSeconds', 'maxDurationSeconds'], matching(/^\d{1,9}(\.\d{1,6})?$/)),
  ...same(DAY_FILTERS, text => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))),
};

function same<K extends string, V>(keys: readonly K[], value: V): Record<K, V> {
  return Object.fromEntries(keys.map(key => [key, value])) as Record<K, V>;
}

const LONGEST_NAME = 1024;

/** Reads the address leniently: what makes no sense is left out. */
export function readAssetSearch(search: Record<string, unknown>): AssetSearch {
  const read = Object.entries(READABLE).flatMap(([key, isReadable]) => {
    const value = search[key];
    if (typeof value !== 'string' || value === '') return [];
    const text = value.slice(0, LONGEST_NAME);
    return isReadable(text) ? [[key, text]] : [];
  });
  return Object.fromEntries(read);
}

/** The part of it that chooses which assets there are, and in which order. */
export type AssetSelection = Omit<AssetSearch, 'view' | 'size' | 'asset'>;

export const selectionOf = ({
  view: _view,
  size: _size,
  asset: _asset,
  ...selection
}: AssetSearch): AssetSelection => selection;

/** Whether more is asked of assets than where they are. */
export const isFiltered = ({ folder: _folder, sort: _sort, ...filters }: AssetSelection): boolean =>
  Object.keys(filters).length > 0;

/** The same as the API's filter. */
export function toFilter(selection: AssetSelection) {
  const { folder, source, sort: _sort, modifiedFrom, modifiedBefore, ...others } = selection;
  const texts = Object.entries(others).filter(([name]) => !isNumber(name));
  const numbers = Object.entries(others).filter(([name]) => isNumber(name));
  return {
    ...(Object.fromEntries(texts) as Omit<typeof others, NumberFilter>),
    ...(Object.fromEntries(numbers.map(([name, text]) => [name, Number(text)])) as Numbers),
    ...(folder && { folderId: folder }),
    ...(source && { sourceId: source }),
    ...(modifiedFrom && { modifiedFrom: startOf(modifiedFrom) }),
    ...(modifiedBefore && { modifiedBefore: startOf(modifiedBefore) }),
  };
}

/** What a link to the listed assets opens: those that have gone, too. */
export function linkScopeOf(selection: AssetSelection) {
  const { status: _status, ...filter } = toFilter(selection);
  return { kind: 'filter', filter } as const;
}

type Numbers = Partial<Record<NumberFilter, number>>;
const isNumber = (name: string): boolean => NUMBER_FILTERS.some(known => known === name);

const startOf = (day: string): string => new Date(`${day}T00:00`).toISOString();
