import { SPLITS, type SplitCounts } from '@mooring/contract';
import { formatCount } from '@/format/numbers.ts';

const COLOURS = { train: 'bg-accent', validation: 'bg-accent/55', test: 'bg-accent/25' };

/** How the members are divided, as a bar and in words; nothing where they are not. */
export function SplitBar({ splits }: { splits: SplitCounts }) {
  const divided = SPLITS.filter(split => splits[split] > 0);
  if (divided.length === 0) return null;
  const words = divided.map(split => `${formatCount(splits[split])} ${split}`);
  if (splits.none > 0) words.push(`${formatCount(splits.none)} in no split`);
  return (
    <span className="grid gap-1">
      <span aria-hidden className="flex h-1.5 max-w-md gap-px overflow-hidden rounded-full bg-tile">
        {divided.map(split => (
          <span key={split} className={COLOURS[split]} style={{ flexGrow: splits[split] }} />
        ))}
        {splits.none > 0 && <span style={{ flexGrow: splits.none }} />}
      </span>
      <span className="text-sm text-muted">{words.join(' · ')}</span>
    </span>
  );
}
