import type { Dataset, DatasetVersion, SplitRule } from '@mooring/contract';
import { count, relative, size } from '../../output/quantity.ts';
import type { Style } from '../../output/style.ts';
import { renderDetails } from '../../output/table.ts';
import { plain } from '../../output/text.ts';

/** `80/10/10 by metadata:patient` */
export function ruleWords(rule: SplitRule | null): string | null {
  if (!rule) return null;
  const { shares, by, seed } = rule;
  const deciding = by.kind === 'metadata' ? `metadata:${by.key}` : by.kind;
  const words = `${shares.train}/${shares.validation}/${shares.test} by ${deciding}`;
  return plain(seed === '' ? words : `${words}, seed ${seed}`);
}

/** `16 train, 2 validation, 2 test`; what there is none of is left out. */
export const splitWords = ({ splits }: Pick<DatasetVersion, 'splits'>): string =>
  Object.entries(splits)
    .filter(([name, members]) => name !== 'none' && members > 0)
    .map(([name, members]) => `${count(members)} ${name}`)
    .join(', ');

export const changeWords = ({
  added,
  changed,
  gone,
}: Pick<DatasetVersion, 'added' | 'changed' | 'gone'>): string =>
  `${count(added)} added, ${count(changed)} changed, ${count(gone)} gone`;

export function renderDataset(dataset: Dataset, style: Style, now: Date): string {
  const { latest } = dataset;
  return renderDetails(
    [
      ['id', dataset.id],
      ['name', plain(dataset.name)],
      ['description', dataset.description ? plain(dataset.description) : null],
      ['splits', ruleWords(dataset.splitRule)],
      ['newest version', latest ? `${latest.version}, made ${relative(latest.createdAt, now)}` : 'none yet'],
      ...(latest
        ? ([
            ['members', `${count(latest.members)} (${size(Number(latest.sizeBytes))})`],
            ['in splits', splitWords(latest) || null],
          ] as [string, string | null][])
        : []),
    ],
    style,
  );
}
