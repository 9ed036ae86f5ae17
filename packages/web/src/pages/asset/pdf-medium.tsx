import type { Asset } from '@mooring/contract';
import { useSignedUrl } from '@/delivery/browser-urls.ts';
import { toVisible } from '@/format/names.ts';
import { MediumError, Unshown } from './medium.tsx';

/** A PDF in the browser's own viewer, where it has one and the storage says that it is a PDF. */
export function PdfMedium({ asset }: { asset: Asset }) {
  const { url, error } = useSignedUrl(asset.id);
  if (error) return <MediumError asset={asset} error={error} />;
  if (!navigator.pdfViewerEnabled) {
    return (
      <Unshown asset={asset} canOpen>
        This browser shows no PDFs inside of pages.
      </Unshown>
    );
  }
  if (asset.contentType !== 'application/pdf') {
    return (
      <Unshown asset={asset} canOpen>
        The storage says that it is {asset.contentType ?? 'of no type'}, so browsers save it instead of
        showing it. With the content type application/pdf it would show here.
      </Unshown>
    );
  }
  return url && <iframe src={url} title={toVisible(asset.name)} className="size-full border-0" />;
}
