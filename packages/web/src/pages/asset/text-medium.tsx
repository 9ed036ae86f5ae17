import type { Asset } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { Skeleton } from '@/components/ui/skeleton.tsx';
import { signedUrls } from '@/delivery/browser-urls.ts';
import { fetchStart } from '@/delivery/fetch-signed.ts';
import { toVisible } from '@/format/names.ts';
import { formatBytes } from '@/format/numbers.ts';
import { decodeText } from './decode-text.ts';
import { MediumError, Unshown } from './medium.tsx';

const MAX_BYTES = 256 * 1024;

/** The beginning of a text, as plain text: nothing in it is ever run or laid out. */
export function TextMedium({ asset }: { asset: Asset }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['asset-text', asset.id, asset.etag],
    // A range of nothing cannot be asked for.
    queryFn: async ({ signal }) =>
      asset.sizeBytes === 0 ? '' : decodeText(await fetchStart(signedUrls, asset.id, MAX_BYTES, signal)),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (error) return <MediumError asset={asset} error={error} onRetry={() => void refetch()} />;
  if (data === undefined) {
    return (
      <div role="status" aria-label="Loading" className="grid gap-2.5 p-5">
        {[70, 92, 55, 84, 40].map(width => (
          <Skeleton key={width} className="h-3.5" />
        ))}
      </div>
    );
  }
  if (data === null) {
    return (
      <Unshown asset={asset} canOpen>
        {asset.kind === 'text'
          ? 'It is named as a text but holds other bytes.'
          : 'Only tables in text are shown here.'}
      </Unshown>
    );
  }
  return (
    <div className="flex h-full flex-col">
      {asset.sizeBytes > MAX_BYTES && (
        <p role="status" className="shrink-0 border-b bg-raised px-5 py-2 text-sm text-muted">
          The first {formatBytes(MAX_BYTES)} of {formatBytes(asset.sizeBytes)}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex lint/a11y/useSemanticElements: what scrolls must be reachable by keyboard, under a name */}
      <pre tabIndex={0} role="group" aria-label={toVisible(asset.name)} className={PRE}>
        {data || <span className="text-muted">The file is empty.</span>}
      </pre>
    </div>
  );
}

const PRE =
  'min-h-0 flex-1 overflow-auto p-5 font-mono text-sm leading-5 whitespace-pre-wrap break-words outline-offset-[-2px]';
