import type { Asset } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ArrowLeft, ArrowRight, ExternalLink, X } from 'lucide-react';
import { useEffect, useMemo } from 'react';
import { assetQuery } from '@/api/queries.ts';
import { type Keys, useKeys } from '@/app/keys.ts';
import { CopyButton } from '@/components/copy.tsx';
import { Name } from '@/components/name.tsx';
import { ProblemView } from '@/components/problem.tsx';
import { Button, buttonStyle } from '@/components/ui/button.tsx';
import { Skeleton } from '@/components/ui/skeleton.tsx';
import { signedUrls } from '@/delivery/browser-urls.ts';
import { toVisible } from '@/format/names.ts';
import { formatCount } from '@/format/numbers.ts';
import type { AssetSearch } from '@/pages/assets/search.ts';
import { AssetFacts } from './asset-facts.tsx';
import { Medium } from './medium.tsx';
import { type Neighbours, useNeighbours } from './neighbours.ts';
import { stableLink } from './stable-link.ts';

const route = getRouteApi('/shell/assets/$assetId');

export function AssetPage() {
  const { assetId } = route.useParams();
  const search = route.useSearch();
  const { data: asset, error, refetch } = useQuery(assetQuery(assetId));
  const neighbours = useNeighbours(asset, search);
  const navigate = useNavigate();

  const previous = neighbours.previous?.id;
  const next = neighbours.next?.id;
  useKeys(
    useMemo<Keys>(() => {
      const go = (to: string | undefined) => {
        if (to) void navigate({ to: '/assets/$assetId', params: { assetId: to }, search, replace: true });
      };
      return [
        ['ArrowLeft', () => go(previous)],
        ['ArrowRight', () => go(next)],
        ['Escape', () => void navigate({ to: '/assets', search: { ...search, asset: assetId } })],
      ];
    }, [previous, next, navigate, search, assetId]),
  );
  usePrefetch(neighbours.next);

  if (error) {
    return (
      <div className="mx-auto max-w-3xl p-8 max-sm:p-4">
        <title>Asset · Mooring</title>
        <h1 className="sr-only">Asset</h1>
        <ProblemView error={error} onRetry={() => refetch()} />
      </div>
    );
  }
  return (
    <div className="flex h-full flex-col">
      <title>{`${asset ? toVisible(asset.name).slice(0, 80) : 'Asset'} · Mooring`}</title>
      <Header asset={asset} assetId={assetId} search={search} neighbours={neighbours} />
      <div className="relative flex min-h-0 flex-1 max-lg:flex-col max-lg:overflow-y-auto">
        <div className="relative min-h-0 min-w-0 flex-1 bg-sunken max-lg:h-[62dvh] max-lg:shrink-0 max-lg:flex-none">
          {asset && <Medium key={asset.id} asset={asset} />}
        </div>
        <aside
          aria-label="Facts"
          className="relative w-84 shrink-0 overflow-y-auto border-l px-4 py-2 max-lg:w-full max-lg:overflow-visible max-lg:border-t max-lg:border-l-0"
        >
          {asset ? <AssetFacts asset={asset} /> : <Skeleton className="my-3 h-64" />}
        </aside>
      </div>
    </div>
  );
}

interface HeaderProps {
  asset: Asset | undefined;
  assetId: string;
  search: AssetSearch;
  neighbours: Neighbours;
}

function Header({ asset, assetId, search, neighbours }: HeaderProps) {
  const iconLink = buttonStyle({ variant: 'ghost', size: 'icon' });
  return (
    <header className="flex h-13 shrink-0 items-center gap-1 border-b px-2 max-sm:h-14">
      <Link
        to="/assets"
        search={{ ...search, asset: assetId }}
        aria-label="Back to the list"
        title="Back to the list (Esc)"
        className={iconLink}
      >
        <X aria-hidden />
      </Link>
      <h1 className="flex min-w-0 flex-1 px-1 font-semibold">
        {asset ? <Name text={asset.name} /> : <Skeleton className="h-5 w-56" />}
      </h1>
      <div className="flex shrink-0 items-center gap-1">
        {neighbours.index !== null && neighbours.total !== null && (
          <span className="px-2 text-sm whitespace-nowrap text-muted max-md:hidden">
            {formatCount(neighbours.index + 1)} of {formatCount(neighbours.total)}
          </span>
        )}
        <NeighbourLink to={neighbours.previous} search={search} label="Previous asset" icon={ArrowLeft} />
        <NeighbourLink to={neighbours.next} search={search} label="Next asset" icon={ArrowRight} />
        <span className="max-sm:hidden">
          <CopyButton text={stableLink(assetId)} what="stable link" size="md" variant="secondary">
            Stable link
          </CopyButton>
        </span>
        {asset?.status === 'present' && (
          <a
            href={stableLink(assetId)}
            target="_blank"
            rel="noreferrer"
            aria-label="Open the file in a new tab"
            title="Open the file in a new tab"
            className={iconLink}
          >
            <ExternalLink aria-hidden />
          </a>
        )}
      </div>
    </header>
  );
}

function NeighbourLink({
  to,
  search,
  label,
  icon: Icon,
}: {
  to: Asset | null;
  search: AssetSearch;
  label: string;
  icon: typeof ArrowLeft;
}) {
  const style = buttonStyle({ variant: 'ghost', size: 'icon' });
  if (!to) {
    return (
      <Button variant="ghost" size="icon" disabled aria-label={label}>
        <Icon aria-hidden />
      </Button>
    );
  }
  return (
    <Link
      to="/assets/$assetId"
      params={{ assetId: to.id }}
      search={search}
      replace
      aria-label={label}
      title={label}
      className={style}
    >
      <Icon aria-hidden />
    </Link>
  );
}

const MAX_PREFETCH_BYTES = 12 * 1024 * 1024;

/** Has the next image ready, so that going on takes no time. */
function usePrefetch(next: Asset | null) {
  useEffect(() => {
    if (next?.kind !== 'image' || next.sizeBytes > MAX_PREFETCH_BYTES) return;
    let left = false;
    // The page reports an image that cannot be loaded when it is opened.
    signedUrls.get(next.id).then(
      ({ url }) => {
        if (!left) new Image().src = url;
      },
      () => undefined,
    );
    return () => {
      left = true;
    };
  }, [next]);
}
