import type { Asset, SignedUrl } from '@mooring/contract';
import { useQuery } from '@tanstack/react-query';
import { signedUrls } from '@/delivery/browser-urls.ts';
import { whyNotLoaded } from '@/delivery/not-loaded.ts';
import { toVisible } from '@/format/names.ts';
import { MediumError, Unshown } from './medium.tsx';

/**
 * A PDF in the browser's own viewer, where it has one and the answer says that it is a PDF. Some listings name no
 * content type; then the answer will.
 */
export function PdfMedium({ asset }: { asset: Asset }) {
  const {
    data: signed,
    error,
    refetch,
  } = useQuery({
    queryKey: ['asset-pdf', asset.id, asset.etag],
    queryFn: ({ signal }) => findUrl(asset, signal),
    enabled: navigator.pdfViewerEnabled,
    gcTime: 0, // URLs expire
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (error) {
    const retry = () => {
      signedUrls.forget(asset.id);
      void refetch();
    };
    return <MediumError asset={asset} error={error} onRetry={retry} />;
  }
  if (!navigator.pdfViewerEnabled) {
    return (
      <Unshown asset={asset} canOpen>
        This browser does not show PDFs inside pages.
      </Unshown>
    );
  }
  if (!signed) return null;
  if (signed.contentType !== null && !/^application\/pdf\b/i.test(signed.contentType)) {
    return (
      <Unshown asset={asset} canOpen>
        The storage says that it is {signed.contentType}, so browsers save it instead of showing it. With the
        content type application/pdf it would show here.
      </Unshown>
    );
  }
  return <iframe src={signed.url} title={toVisible(asset.name)} className="size-full border-0" />;
}

/**
 * A URL that gives the PDF. A frame tells a page nothing of how it went, so the storage is asked before.
 * @throws NotLoaded where it does not give the PDF
 */
async function findUrl({ id }: Asset, signal: AbortSignal): Promise<SignedUrl> {
  const signed = await signedUrls.get(id);
  const fetch = globalThis.fetch.bind(globalThis);
  const why = await whyNotLoaded(signed, { fetch, signal }, Date.now);
  // Frames show what a page may not read.
  if (why !== null && why.cause !== 'not-allowed') throw why;
  return signed;
}
