import type { Asset } from '@mooring/contract';
import { Maximize, Scan } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import { type Keys, useKeys } from '@/app/keys.ts';
import { Button } from '@/components/ui/button.tsx';
import { cn } from '@/components/ui/cn.ts';
import { useSignedUrl } from '@/delivery/browser-urls.ts';
import { toVisible } from '@/format/names.ts';
import { formatCount } from '@/format/numbers.ts';
import { MediumError } from './unshown.tsx';

interface Size {
  width: number;
  height: number;
}

/** An image, fitted in or at its actual size; a click goes from one to the other, at the point clicked. */
export function ImageMedium({ asset }: { asset: Asset }) {
  const { url, attempt, error, onError, onLoad, retry } = useSignedUrl(asset);
  const [size, setSize] = useState<Size | null>(null);
  const [isActual, setIsActual] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  useKeys(
    useMemo<Keys>(() => {
      const toggle = () => setIsActual(was => !was);
      return [
        ['z', toggle],
        ['Z', toggle],
      ];
    }, []),
  );

  /** `x` and `y` are shares of the image's width and height. */
  const zoomTo = (x: number, y: number) => {
    setIsActual(true);
    requestAnimationFrame(() => {
      const element = frame.current;
      if (!element) return;
      element.scrollLeft = x * element.scrollWidth - element.clientWidth / 2;
      element.scrollTop = y * element.scrollHeight - element.clientHeight / 2;
    });
  };

  if (error) return <MediumError asset={asset} error={error} onRetry={retry} />;
  return (
    <>
      <div
        ref={frame}
        className={cn('grid size-full', isActual ? 'overflow-auto' : 'overflow-hidden p-3 max-sm:p-0')}
      >
        {url && (
          // biome-ignore lint/a11y/useKeyWithClickEvents: Z and the button do the same
          <img
            key={attempt}
            src={url}
            alt={toVisible(asset.name)}
            decoding="async"
            onError={onError}
            onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
              setSize({ width: naturalWidth, height: naturalHeight });
              onLoad();
            }}
            onClick={({ nativeEvent: { offsetX, offsetY }, currentTarget }) =>
              isActual
                ? setIsActual(false)
                : zoomTo(offsetX / currentTarget.clientWidth, offsetY / currentTarget.clientHeight)
            }
            className={cn(
              'm-auto',
              isActual ? 'max-w-none cursor-zoom-out' : 'max-h-full max-w-full cursor-zoom-in object-contain',
              !size && 'opacity-0',
            )}
          />
        )}
      </div>
      {size && (
        <div className="absolute bottom-3 left-1/2 flex -translate-x-1/2 items-center gap-1 rounded-lg border bg-raised py-0.5 pr-0.5 pl-3 text-sm whitespace-nowrap shadow-float">
          <span className="text-muted">
            {formatCount(size.width)} × {formatCount(size.height)}
          </span>
          <Button
            variant="ghost"
            size="sm"
            aria-keyshortcuts="z"
            aria-pressed={isActual}
            onClick={() => (isActual ? setIsActual(false) : zoomTo(0.5, 0.5))}
          >
            {isActual ? <Maximize aria-hidden /> : <Scan aria-hidden />}
            {isActual ? 'Fit' : '100 %'}
          </Button>
        </div>
      )}
    </>
  );
}
