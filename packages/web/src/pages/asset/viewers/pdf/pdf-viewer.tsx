import type { Asset } from '@mooring/contract';
import { ChevronLeft, ChevronRight, MoveHorizontal, RotateCw, ZoomIn, ZoomOut } from 'lucide-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import { type Keys, useKeys } from '@/app/keys.ts';
import { toVisible } from '@/format/names.ts';
import { formatCount } from '@/format/numbers.ts';
import { MediumError } from '../../unshown.tsx';
import { useOpened } from '../use-opened.ts';
import { Opening, Tool, ViewerBar } from '../viewer-bar.tsx';
import { openPdf, type PdfMatches, type PdfPlace } from './open-pdf.ts';
import { PdfPassword } from './pdf-password.tsx';
import { PdfSearch } from './pdf-search.tsx';

/** A PDF by pdf.js: its pages, their text to select and search, and their links. */
export default function PdfViewer({ asset }: { asset: Asset }) {
  const container = useRef<HTMLDivElement>(null);
  const [password, setPassword] = useState<string | null>(null);
  const [place, setPlace] = useState<PdfPlace | null>(null);
  const [matches, setMatches] = useState<PdfMatches | null>(null);
  const { opened, error, retry } = useOpened(
    useCallback(
      (signal: AbortSignal, fail: (error: unknown) => void) => {
        const listener = { onPlace: setPlace, onMatches: setMatches };
        return openPdf(asset, container.current!, password, listener, signal, fail);
      },
      [asset, password],
    ),
  );

  const tools = useMemo(() => {
    const viewer = opened?.viewer;
    const go = (pages: number) => () => {
      if (viewer) viewer.currentPageNumber = clamp(viewer.currentPageNumber + pages, 1, viewer.pagesCount);
    };
    return {
      previous: go(-1),
      next: go(1),
      smaller: () => viewer?.decreaseScale(),
      larger: () => viewer?.increaseScale(),
      fit: () => {
        if (viewer) viewer.currentScaleValue = 'page-width';
      },
      turn: () => {
        if (viewer) viewer.pagesRotation += 90;
      },
    };
  }, [opened]);
  useKeys(
    useMemo<Keys>(
      () => [
        ['n', tools.next],
        ['p', tools.previous],
        ['+', tools.larger],
        ['-', tools.smaller],
        ['0', tools.fit],
        ['r', tools.turn],
      ],
      [tools],
    ),
  );

  if (isPasswordError(error)) {
    return <PdfPassword wasWrong={password !== null} onGiven={setPassword} />;
  }
  if (error) return <MediumError asset={asset} error={error} onRetry={retry} />;
  return (
    <div className="flex h-full flex-col">
      <div className="relative min-h-0 flex-1">
        {/* biome-ignore lint/a11y/useSemanticElements: pdf.js takes a div only */}
        <div
          ref={container}
          role="region"
          aria-label={toVisible(asset.name)}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          className="absolute inset-0 overflow-auto bg-tile outline-offset-[-2px]"
        >
          <div className="pdfViewer" />
        </div>
        {!place && <Opening />}
      </div>
      {place && (
        <ViewerBar>
          <Tool
            label="Previous page"
            hotkey="P"
            icon={ChevronLeft}
            disabled={place.page <= 1}
            onClick={tools.previous}
          />
          <span className="text-muted">
            Page {formatCount(place.page)} of {formatCount(place.pages)}
          </span>
          <Tool
            label="Next page"
            hotkey="N"
            icon={ChevronRight}
            disabled={place.page >= place.pages}
            onClick={tools.next}
          />
          <Tool label="Zoom out" hotkey="-" icon={ZoomOut} onClick={tools.smaller} />
          <span className="min-w-11 text-center text-muted">{Math.round(place.scale * 100)}%</span>
          <Tool label="Zoom in" hotkey="+" icon={ZoomIn} onClick={tools.larger} />
          <Tool label="Fit the width" hotkey="0" icon={MoveHorizontal} onClick={tools.fit} />
          <Tool label="Turn" hotkey="R" icon={RotateCw} onClick={tools.turn} />
          {opened && <PdfSearch find={opened.find} matches={matches} />}
        </ViewerBar>
      )}
    </div>
  );
}

const clamp = (value: number, least: number, most: number) => Math.min(Math.max(value, least), most);

const isPasswordError = (error: unknown) => error instanceof Error && error.name === 'PasswordException';
