import type { Asset } from '@mooring/contract';
import { Link } from '@tanstack/react-router';
import { ExternalLink, FileWarning, type LucideIcon, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { KINDS } from '@/components/kind.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Button, buttonStyle } from '@/components/ui/button.tsx';
import { type Cause, NotLoaded } from '@/delivery/not-loaded.ts';
import { extensionOf } from '@/format/names.ts';
import { formatBytes } from '@/format/numbers.ts';
import { stableLink } from './stable-link.ts';

/** Why it is not shown, and the next step. */
export function MediumError({
  asset,
  error,
  onRetry,
}: {
  asset: Asset;
  error: unknown;
  onRetry: () => void;
}) {
  if (error instanceof NotLoaded) {
    return (
      <Unshown asset={asset} icon={FileWarning} canOpen={error.cause !== 'empty'} onRetry={onRetry}>
        <span className="block text-ink">{error.message}</span>
        <span className="mt-2 block">
          {error.fix}{' '}
          {LEADS_TO_CHECKS.has(error.cause) && (
            <Link
              to="/connections/$connectionId"
              params={{ connectionId: asset.connectionId }}
              className="whitespace-nowrap text-accent underline"
            >
              Open the connection
            </Link>
          )}
        </span>
      </Unshown>
    );
  }
  return (
    <div className="relative grid h-full place-items-center overflow-y-auto p-4">
      <ProblemView error={error} onRetry={onRetry} className="w-full max-w-xl" />
    </div>
  );
}

const LEADS_TO_CHECKS = new Set<Cause>(['unreachable', 'timeout', 'not-allowed', 'refused']);

/** In place of a medium that cannot be shown. */
export function Unshown({
  asset,
  icon,
  canOpen = false,
  onRetry,
  children,
}: {
  asset: Asset;
  /** Default: that of its kind. */
  icon?: LucideIcon;
  canOpen?: boolean;
  onRetry?: () => void;
  children: ReactNode;
}) {
  const { icon: ofKind, one } = KINDS[asset.kind];
  const Icon = icon ?? ofKind;
  return (
    <div className="relative grid h-full place-content-center justify-items-center gap-3 overflow-y-auto p-6 text-center">
      <Icon aria-hidden className="size-14 text-muted" strokeWidth={1.25} />
      <p className="font-medium">
        {extensionOf(asset.name) || one} · {formatBytes(asset.sizeBytes)}
      </p>
      <p className="max-w-md text-balance text-muted">{children}</p>
      <div className="mt-1 flex flex-wrap justify-center gap-2">
        {onRetry && (
          <Button onClick={onRetry}>
            <RotateCw aria-hidden />
            Try again
          </Button>
        )}
        {canOpen && (
          <a
            href={stableLink(asset.id)}
            target="_blank"
            rel="noreferrer"
            className={buttonStyle({ variant: 'primary' })}
          >
            <ExternalLink aria-hidden />
            Open the file
          </a>
        )}
      </div>
    </div>
  );
}
