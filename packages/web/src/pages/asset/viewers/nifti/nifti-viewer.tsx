import type { Asset } from '@mooring/contract';
import { useCallback, useMemo, useRef, useState } from 'react';
import { type Keys, useKeys } from '@/app/keys.ts';
import { Button } from '@/components/ui/button.tsx';
import { toVisible } from '@/format/names.ts';
import { MediumError } from '../../unshown.tsx';
import { useOpened } from '../use-opened.ts';
import { Opening, ViewerBar } from '../viewer-bar.tsx';
import { openVolume, type View } from './open-volume.ts';

const VIEWS: readonly (readonly [view: View, label: string, hotkey: string])[] = [
  ['all', 'All', 'V'],
  ['axial', 'Axial', 'A'],
  ['coronal', 'Coronal', 'C'],
  ['sagittal', 'Sagittal', 'S'],
  ['space', 'In space', 'R'],
];

/** A NIfTI volume by NiiVue: planes with a common cross, and the volume in space. */
export default function NiftiViewer({ asset }: { asset: Asset }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [place, setPlace] = useState('');
  const [shown, setShown] = useState<View>('all');
  const { opened, error, retry } = useOpened(
    useCallback((signal: AbortSignal) => openVolume(asset, canvas.current!, setPlace, signal), [asset]),
  );
  const show = useCallback(
    (view: View) => {
      opened?.show(view);
      setShown(view);
    },
    [opened],
  );
  useKeys(
    useMemo<Keys>(
      () => [
        ...VIEWS.map(([view, , hotkey]) => [hotkey.toLowerCase(), () => show(view)] as const),
        ['ArrowUp', () => opened?.move(0, 0, 1)],
        ['ArrowDown', () => opened?.move(0, 0, -1)],
        ['PageUp', () => opened?.move(0, 1, 0)],
        ['PageDown', () => opened?.move(0, -1, 0)],
        [',', () => opened?.goOn(-1)],
        ['.', () => opened?.goOn(1)],
      ],
      [opened, show],
    ),
  );
  if (error) return <MediumError asset={asset} error={error} onRetry={retry} />;
  return (
    <div className="flex h-full flex-col">
      <div className="relative min-h-0 flex-1 overflow-hidden bg-black">
        <canvas ref={canvas} role="img" aria-label={toVisible(asset.name)} />
        {!opened && <Opening />}
      </div>
      {opened && (
        <ViewerBar>
          {VIEWS.map(([view, label, hotkey]) => (
            <Button
              key={view}
              variant="ghost"
              size="sm"
              aria-pressed={shown === view}
              aria-keyshortcuts={hotkey}
              title={`${label} (${hotkey})`}
              onClick={() => show(view)}
            >
              {label}
            </Button>
          ))}
          <span role="status" className="px-1 text-muted sm:ml-auto">
            {place}
          </span>
        </ViewerBar>
      )}
    </div>
  );
}
