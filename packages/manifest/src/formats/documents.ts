import { plainKey } from '../fields.ts';
import { ENCORD_LISTS } from './encord.ts';
import type { ReadItem } from './format.ts';

const ENCORD = new Map(Object.entries(ENCORD_LISTS).map(([key, read]) => [plainKey(key), read]));
/** Lists of items that say by themselves what they are. */
const OTHER_LISTS = new Set(['items', 'urls', 'files', 'assets', 'tasks', 'manifest']);
/** Objects that requests of clients carry a manifest in. */
const WRAPPERS = new Set(['externalfiles', 'dataitems', 'values', 'payload', 'files']);

/** Whether a key of a document holds items. */
export const isList = (key: string): boolean => ENCORD.has(plainKey(key)) || OTHER_LISTS.has(plainKey(key));

export const isWrapper = (key: string): boolean => WRAPPERS.has(plainKey(key));

/** How the items of a list are read; undefined: each says it by itself. */
export const encordList = (key: string): ReadItem | undefined => ENCORD.get(plainKey(key));
