import type { Asset } from '@mooring/contract';
import { AudioLines } from 'lucide-react';
import { MediumError } from './unshown.tsx';
import { usePlayer } from './use-player.ts';

/** A sound in the browser's own player. */
export function AudioMedium({ asset }: { asset: Asset }) {
  const { props, error, retry } = usePlayer<HTMLAudioElement>(asset);
  if (error) return <MediumError asset={asset} error={error} onRetry={retry} />;
  return (
    <div className="grid h-full place-content-center justify-items-center gap-6 p-4">
      <AudioLines aria-hidden className="size-14 text-muted" strokeWidth={1.25} />
      <audio {...props} className="w-[min(28rem,80vw)]" />
    </div>
  );
}
