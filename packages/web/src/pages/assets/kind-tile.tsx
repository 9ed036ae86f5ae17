import type { Asset } from '@mooring/contract';
import { ImageOff, Play } from 'lucide-react';
import { KINDS } from '@/components/kind.tsx';
import { Name } from '@/components/name.tsx';
import { cn } from '@/components/ui/cn.ts';
import { extensionOf } from '@/format/names.ts';

const TILE =
  'flex size-full flex-col items-center justify-center gap-1 rounded-sm bg-sunken p-2 text-center text-muted ring-1 ring-line ring-inset';

/** Kind and name of an asset. @param reason why it stands in the place of a picture, where there should be one */
export function KindTile({ asset, small, reason }: { asset: Asset; small: boolean; reason?: string }) {
  const { icon: Icon, one } = KINDS[asset.kind];
  if (small) {
    return (
      <span
        title={reason}
        className={cn('grid size-full place-items-center', reason ? 'text-warn' : 'text-muted')}
      >
        {reason ? <ImageOff aria-hidden className="size-4" /> : <Icon aria-hidden className="size-4" />}
      </span>
    );
  }
  if (reason) {
    return (
      <span className={TILE}>
        <ImageOff aria-hidden className="size-6 text-warn" strokeWidth={1.5} />
        <span className="text-xs leading-4 font-medium text-balance text-warn">{reason}</span>
        <Name text={asset.name} className="max-w-full text-xs" />
      </span>
    );
  }
  return (
    <span className={TILE}>
      {asset.kind === 'video' ? <PlayMark /> : <Icon aria-hidden className="size-7" strokeWidth={1.5} />}
      <span className="mt-0.5 text-xs font-medium">{extensionOf(asset.name) || one}</span>
      <Name text={asset.name} className="max-w-full text-xs" />
    </span>
  );
}

/** Says that a picture is of a video. */
export const PlayMark = ({ className }: { className?: string }) => (
  <span className={cn('grid size-9 place-items-center rounded-full bg-ink/80 text-page', className)}>
    <Play aria-hidden className="ml-0.5 size-4 fill-current" />
  </span>
);
