import { Download as DownloadIcon } from 'lucide-react';
import { useEffect } from 'react';
import { Button } from '@/components/ui/button.tsx';
import { Progress } from '@/components/ui/progress.tsx';
import { useDownload } from '@/delivery/download.ts';
import { formatBytes, formatCount } from '@/format/numbers.ts';

/** A download under way, on every page; closing the window would end it, so the browser asks first. */
export function DownloadPresence() {
  const download = useDownload();
  const isUnderWay = download !== null;
  useEffect(() => {
    if (!isUnderWay) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isUnderWay]);
  if (!download) return null;
  const { done, total, doneBytes, totalBytes, stop } = download;
  return (
    <section aria-label="Download" className="flex items-center gap-3 border-b px-4 py-2 text-sm">
      <DownloadIcon aria-hidden className="size-4 shrink-0 text-accent" />
      <div className="grid min-w-0 flex-1 gap-1">
        <p className="truncate">
          Downloading {formatCount(done)} of {formatCount(total)} · {formatBytes(doneBytes)} of{' '}
          {formatBytes(totalBytes)}
        </p>
        <Progress label="Downloading" done={done} total={total} />
      </div>
      <Button size="sm" onClick={stop}>
        Stop
      </Button>
    </section>
  );
}
