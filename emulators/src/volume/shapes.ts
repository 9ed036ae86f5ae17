import { byteOrder, hierarchicalOrder, type KeyOrder } from './key-order.ts';

/** Keys by arithmetic: none is stored, and those of neighbouring positions are in order. */
export interface KeySpace {
  /** The key at a position from 0; each comes after the one before it, in the order below. */
  keyAt(position: number): string;
  /** Whether it is a directory of a hierarchical namespace. */
  isDirectory(position: number): boolean;
  order: KeyOrder;
}

export const SHAPES = ['flat', 'tree', 'deep', 'skewed', 'hostile', 'hierarchical'] as const;
/**
 * `flat`: no key has a slash. `tree`: folders of one size (`folders` of them). `deep`: seven levels of sixteen.
 * `skewed`: each folder holds half of what is left. `hostile`: names that break parsers. `hierarchical`: with
 * directories, in the order of ADLS Gen2.
 */
export type Shape = (typeof SHAPES)[number];

/** @param folders of a `tree`; more are not made than there are objects. */
export function createKeySpace(shape: Shape, size: number, folders = 1000): KeySpace {
  const flat = { isDirectory: () => false, order: byteOrder };
  switch (shape) {
    case 'flat':
      return { ...flat, keyAt: position => frame(position) };
    case 'tree': {
      const perFolder = Math.max(1, Math.ceil(size / folders));
      return { ...flat, keyAt: position => inFolder(Math.floor(position / perFolder), position) };
    }
    case 'deep':
      return { ...flat, keyAt: deepKey };
    case 'skewed':
      return { ...flat, keyAt: position => inFolder(halvings(position, size), position) };
    case 'hostile': {
      const perStem = Math.max(1, Math.ceil(size / HOSTILE.length));
      return {
        ...flat,
        keyAt: position => `${HOSTILE[Math.floor(position / perStem)]}${digits(position, 9)}.jpg`,
      };
    }
    case 'hierarchical':
      return {
        keyAt: hierarchicalKey,
        isDirectory: position => position % PER_DIRECTORY === 0,
        order: hierarchicalOrder,
      };
  }
}

const digits = (value: number, width: number): string => String(value).padStart(width, '0');
const frame = (position: number): string => `frame-${digits(position, 9)}.jpg`;
const inFolder = (folder: number, position: number): string =>
  `folder-${digits(folder, 6)}/${frame(position)}`;

function deepKey(position: number): string {
  const levels = Math.floor(position / 16)
    .toString(16)
    .padStart(7, '0');
  return `${[...levels].join('/')}/${frame(position)}`;
}

/** How often the rest has to be halved until the position is in the first half of it. */
function halvings(position: number, size: number): number {
  let [first, rest, count] = [0, size, 0];
  while (rest > 1 && position >= first + Math.ceil(rest / 2)) {
    first += Math.ceil(rest / 2);
    rest -= Math.ceil(rest / 2);
    count += 1;
  }
  return count;
}

const PER_DIRECTORY = 100;

/** `batch-…`, its files, then `batch-…-raw` and its files: by bytes, `-` would come before `/`. */
function hierarchicalKey(position: number): string {
  const directory = Math.floor(position / PER_DIRECTORY);
  const path = `batch-${digits(Math.floor(directory / 2), 7)}${directory % 2 ? '-raw' : ''}`;
  return position % PER_DIRECTORY === 0 ? path : `${path}/${frame(position)}`;
}

/** Beginnings of keys that break code which mistakes a key for a path, a URL, a line, XML or UTF-16. */
const HOSTILE = [
  '\u0001control ',
  '\ttab ',
  '\nline ',
  '\rreturn ',
  ' leading space ',
  '#hash?query=1&amp;b ',
  '%2F%25percent ',
  '<Name>&lt;]]>"quoted\' ',
  'back\\slash ',
  'dots/./../here ',
  'double//slash ',
  'e\u0301 decomposed ',
  'x-trailing space /',
  '\u00e9 composed ',
  '\u200f\u202eright to left ',
  '\u4e2d\u6587 ',
  '\ud7ff before the surrogates ',
  '\ue000 private use ',
  '\ufeff byte order mark ',
  '\uffff no character ',
  '\u{1f4f7} astral ',
  '\u{10ffff} last ',
].toSorted(byteOrder);
