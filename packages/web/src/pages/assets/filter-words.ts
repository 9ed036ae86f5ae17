import type { ArchiveState, AssetSort } from '@mooring/contract';
import { formatBytes, formatCount } from '@/format/numbers.ts';
import type { AssetSelection, FacetFilter, SearchChanges } from './search.ts';

// What the filters of a list are called, and the values that they have.

export const FACET_WORDS: Record<FacetFilter, string> = {
  tag: 'Tag',
  mediaType: 'Type',
  codec: 'Codec',
  tier: 'Tier',
  archiveState: 'Can be read',
  profileResult: 'Profile',
  failedRule: 'Fails the rule',
  warning: 'Warning',
};

const ARCHIVE_WORDS: Record<ArchiveState, string> = {
  readable: 'Not archived',
  archived: 'Archived',
  unknown: 'Perhaps archived',
};

/** `personal_data` → `Personal data` */
const sentence = (code: string): string => {
  const words = code.replace(/[_-]/g, ' ');
  return words[0]!.toUpperCase() + words.slice(1);
};

/** A value of a facet, for people. */
export function valueWords(facet: FacetFilter, value: string): string {
  if (facet === 'archiveState') return ARCHIVE_WORDS[value as ArchiveState] ?? value;
  if (facet === 'profileResult') return value === 'failing' ? 'Does not fit' : 'Fits';
  if (facet === 'warning') return sentence(value);
  return value;
}

/** A pair of filters: at least, and at most. */
export interface Range {
  title: string;
  least: keyof AssetSelection;
  most: keyof AssetSelection;
  /** What one of the numbers that are entered stands for in the address. */
  unit: number;
  unitWords: string;
  words: (value: string) => string;
}
const numbered = (unit: string) => (value: string) => `${formatCount(Number(value))} ${unit}`;
const range = (title: string, name: string, unitWords: string, words: Range['words'], unit = 1): Range => ({
  title,
  least: `min${name}` as Range['least'],
  most: `max${name}` as Range['most'],
  unit,
  unitWords,
  words,
});
export const RANGES: readonly Range[] = [
  range('Size', 'SizeBytes', 'MB', value => formatBytes(Number(value)), 1024 * 1024),
  range('Width', 'Width', 'pixels', numbered('px')),
  range('Height', 'Height', 'pixels', numbered('px')),
  range('Duration', 'DurationSeconds', 'seconds', numbered('s')),
  range('Frames', 'Frames', 'frames', numbered('frames')),
];

/** A filter that holds, in words, and what takes it away. */
export interface Chip {
  words: string;
  without: SearchChanges;
}

/** The filters that hold, but for kind, words and folder, which are seen elsewhere. */
export function chipsOf(selection: AssetSelection, sourceName: string | undefined): Chip[] {
  const chips: Chip[] = [];
  if (selection.status) chips.push({ words: 'Gone from the storage', without: { status: undefined } });
  if (selection.source) chips.push({ words: `Source: ${sourceName ?? '…'}`, without: { source: undefined } });
  for (const [facet, title] of Object.entries(FACET_WORDS) as [FacetFilter, string][]) {
    const value = selection[facet];
    if (value)
      chips.push({ words: `${title}: ${valueWords(facet, value)}`, without: { [facet]: undefined } });
  }
  if (selection.metadata)
    chips.push({ words: `Metadata: ${selection.metadata}`, without: { metadata: undefined } });
  for (const { title, least, most, words } of RANGES)
    chips.push(
      ...rangeChip(title, selection[least], selection[most], words, {
        [least]: undefined,
        [most]: undefined,
      }),
    );
  const { modifiedFrom, modifiedBefore } = selection;
  const noDates = { modifiedFrom: undefined, modifiedBefore: undefined };
  if (modifiedFrom || modifiedBefore) {
    const parts = [modifiedFrom && `from ${modifiedFrom}`, modifiedBefore && `before ${modifiedBefore}`];
    chips.push({ words: `Modified ${parts.filter(Boolean).join(', ')}`, without: noDates });
  }
  return chips;
}

function rangeChip(
  title: string,
  least: string | undefined,
  most: string | undefined,
  words: Range['words'],
  without: SearchChanges,
): Chip[] {
  if (!least && !most) return [];
  if (least && most) return [{ words: `${title} ${words(least)} to ${words(most)}`, without }];
  return [
    { words: least ? `${title} at least ${words(least)}` : `${title} at most ${words(most!)}`, without },
  ];
}

export const SORT_WORDS: Record<AssetSort, string> = {
  key: 'Path, A to Z',
  '-key': 'Path, Z to A',
  '-modified': 'Newest first',
  modified: 'Oldest first',
  '-size': 'Largest first',
  size: 'Smallest first',
  '-duration': 'Longest first',
  duration: 'Shortest first',
  '-dimensions': 'Most pixels first',
  dimensions: 'Fewest pixels first',
};
