import type { Asset } from '@mooring/contract';
import { ExternalLink } from 'lucide-react';
import type { ReactNode } from 'react';
import { KINDS } from '@/components/kind.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { buttonStyle } from '@/components/ui/button.tsx';
import { NotShown } from '@/delivery/browser-urls.ts';
import { extensionOf } from '@/format/names.ts';
import { formatBytes } from '@/format/numbers.ts';
import { ImageMedium } from './image-medium.tsx';
import { PdfMedium } from './pdf-medium.tsx';
import { PlayerMedium } from './player-medium.tsx';
import { stableLink } from './stable-link.ts';
import { TextMedium } from './text-medium.tsx';

/** The asset itself, as the browser can show it. Fills its place. */
export function Medium({ asset }: { asset: Asset }) {
  if (asset.status === 'gone') return <Unshown asset={asset}>Its object has gone from the storage.</Unshown>;
  switch (asset.kind) {
    case 'image':
      return <ImageMedium asset={asset} />;
    case 'video':
    case 'audio':
      return <PlayerMedium asset={asset} />;
    case 'pdf':
      return <PdfMedium asset={asset} />;
    case 'text':
      return <TextMedium asset={asset} />;
    default:
      return (
        <Unshown asset={asset} canOpen>
          There is no viewer for{' '}
          {KINDS[asset.kind].one === 'Other' ? 'this kind of file' : `${KINDS[asset.kind].one} files`} here
          yet.
        </Unshown>
      );
  }
}

/** Why it is not shown: a problem with its fix, or a format that this browser does not know. */
export function MediumError({
  asset,
  error,
  onRetry,
}: {
  asset: Asset;
  error: unknown;
  onRetry?: () => void;
}) {
  if (error instanceof NotShown) {
    return (
      <Unshown asset={asset} canOpen>
        This browser could not show it: it may not know the format ({asset.contentType ?? 'no content type'}),
        or the storage did not let it through.
      </Unshown>
    );
  }
  return (
    <div className="grid h-full place-items-center overflow-y-auto p-4">
      <ProblemView error={error} onRetry={onRetry} className="w-full max-w-xl" />
    </div>
  );
}

/** In place of a medium that cannot be shown. */
export function Unshown({
  asset,
  canOpen = false,
  children,
}: {
  asset: Asset;
  canOpen?: boolean;
  children: ReactNode;
}) {
  const { icon: Icon, one } = KINDS[asset.kind];
  return (
    <div className="grid h-full place-content-center justify-items-center gap-3 p-6 text-center">
      <Icon aria-hidden className="size-14 text-muted" strokeWidth={1.25} />
      <p className="font-medium">
        {extensionOf(asset.name) || one} · {formatBytes(asset.sizeBytes)}
      </p>
      <p className="max-w-sm text-muted">{children}</p>
      {canOpen && (
        <a
          href={stableLink(asset.id)}
          target="_blank"
          rel="noreferrer"
          className={buttonStyle({ variant: 'primary', className: 'mt-1' })}
        >
          <ExternalLink aria-hidden />
          Open the file
        </a>
      )}
    </div>
  );
}
