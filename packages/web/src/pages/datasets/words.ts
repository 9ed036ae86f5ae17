import type { DatasetVersion, SplitRule } from '@mooring/contract';
import { formatCount } from '@/format/numbers.ts';

/** `80 / 10 / 10, by the metadata “patient”` */
export function ruleWords({ shares, by }: SplitRule): string {
  const deciding =
    by.kind === 'metadata' ? `the metadata “${by.key}”` : by.kind === 'folder' ? 'the folder' : 'the key';
  return `${shares.train} / ${shares.validation} / ${shares.test}, by ${deciding}`;
}

/** `1,204 added, 3 gone`; `as before` where nothing is different. */
export const changeWords = ({
  added,
  changed,
  gone,
}: Pick<DatasetVersion, 'added' | 'changed' | 'gone'>): string =>
  Object.entries({ added, changed, gone })
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `${formatCount(count)} ${word}`)
    .join(', ') || 'as before';
