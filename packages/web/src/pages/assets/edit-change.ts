import type { Asset, AssetEditResult } from '@mooring/contract';
import { MOST_EDITED_AT_ONCE } from '@mooring/contract';
import { client } from '@/api/client.ts';
import { formatUnits } from '@/format/numbers.ts';

/** What is to become of tags and client metadata. */
export interface Change {
  tags: { add: string[]; remove: string[] };
  metadata: Record<string, unknown>;
}

export const isEmpty = ({ tags, metadata }: Change): boolean =>
  tags.add.length + tags.remove.length + Object.keys(metadata).length === 0;

/** `night, cam 1` as tags. */
export const tagsIn = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map(tag => tag.trim())
      .filter(tag => tag !== ''),
  ),
];

/** Tags that some assets have, the most frequent first. */
export function tagsOf(assets: readonly Asset[]): string[] {
  const counts = new Map<string, number>();
  for (const { tags } of assets) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one).map(([tag]) => tag);
}

/** A value as it was entered: JSON where it is a number, true, false, a list or an object; else a text. */
export function valueIn(text: string): unknown {
  if (!/^\s*(-?\d|true\s*$|false\s*$|[[{"])/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // such as 12 o’clock
  }
}

/** Edits assets by their ids, as many at a time as the server takes. */
export async function editByIds(
  assetIds: readonly string[],
  { tags, metadata }: Change,
): Promise<AssetEditResult> {
  const sum: AssetEditResult = { changed: 0, unchanged: 0, refused: [], missing: [] };
  const add = ({ changed, unchanged, refused, missing }: AssetEditResult) => {
    sum.changed = sum.changed + changed;
    sum.unchanged += unchanged;
    sum.refused.push(...refused);
    sum.missing.push(...missing);
  };
  for (let at = 0; at < assetIds.length; at += MOST_EDITED_AT_ONCE) {
    const some = assetIds.slice(at, at + MOST_EDITED_AT_ONCE);
    if (tags.add.length + tags.remove.length > 0)
      add(await client.call('tagAssets', { body: { assetIds: some, tags } }));
    if (Object.keys(metadata).length > 0)
      add(await client.call('describeAssets', { body: { assetIds: some, metadata } }));
  }
  return sum;
}

/** What became of an edit, in a sentence. */
export function editWords({ refused, missing }: AssetEditResult, asked: number): string {
  const [first] = refused;
  if (first) return `${formatUnits(refused.length, 'asset')} stayed as they were. ${first.message}`;
  if (missing.length > 0) return `${formatUnits(missing.length, 'asset')} are no longer there.`;
  return `${formatUnits(asked, 'asset')} edited.`;
}
