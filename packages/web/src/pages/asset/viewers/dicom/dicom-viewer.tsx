import type { Asset } from '@mooring/contract';
import {
  Circle,
  Contrast,
  FlipHorizontal2,
  Move,
  RotateCcw,
  RotateCw,
  Ruler,
  SunMoon,
  Triangle,
  ZoomIn,
} from 'lucide-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import { type Keys, useKeys } from '@/app/keys.ts';
import { toVisible } from '@/format/names.ts';
import { formatCount } from '@/format/numbers.ts';
import { MediumError } from '../../unshown.tsx';
import { useOpened } from '../use-opened.ts';
import { Opening, Tool, ViewerBar } from '../viewer-bar.tsx';
import { openStack, type StackPlace, type ToolName } from './open-stack.ts';

const TOOLS: readonly (readonly [name: ToolName, label: string, hotkey: string, icon: typeof Move])[] = [
  ['WindowLevel', 'Window', 'W', Contrast],
  ['Pan', 'Move', 'M', Move],
  ['Zoom', 'Zoom', 'Z', ZoomIn],
  ['Length', 'Measure a length', 'L', Ruler],
  ['Angle', 'Measure an angle', 'A', Triangle],
  ['EllipticalROI', 'Measure an ellipse', 'E', Circle],
];

/** Windows in Hounsfield units, center and width, as viewers of CT offer them by the same keys. */
const CT_WINDOWS: readonly (readonly [key: string, center: number, width: number])[] = [
  ['1', 40, 400],
  ['2', -600, 1500],
  ['3', 90, 150],
  ['4', 480, 2500],
  ['5', 40, 80],
];

/** A DICOM series as a stack, by Cornerstone3D. */
export default function DicomViewer({ asset }: { asset: Asset }) {
  const element = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<StackPlace | null>(null);
  const [tool, setTool] = useState<ToolName>('WindowLevel');
  const { opened, error, retry } = useOpened(
    useCallback(
      (signal: AbortSignal, fail: (error: unknown) => void) =>
        openStack(asset, element.current!, setPlace, signal, fail),
      [asset],
    ),
  );
  const picture = place?.picture ?? 0;
  const actions = useMemo(() => {
    const change = (what: (viewport: NonNullable<typeof opened>['viewport']) => void) => () => {
      if (!opened) return;
      what(opened.viewport);
      opened.viewport.render();
    };
    return {
      invert: change(viewport => viewport.setProperties({ invert: !viewport.getProperties().invert })),
      flip: change(viewport => viewport.setCamera({ flipHorizontal: !viewport.getCamera().flipHorizontal })),
      turn: change(viewport =>
        viewport.setViewPresentation({
          rotation: ((viewport.getViewPresentation().rotation ?? 0) + 90) % 360,
        }),
      ),
      reset: change(viewport => {
        viewport.resetProperties();
        viewport.resetCamera();
      }),
    };
  }, [opened]);
  const use = useCallback(
    (name: ToolName) => {
      opened?.use(name);
      setTool(name);
    },
    [opened],
  );
  useKeys(
    useMemo<Keys>(
      () => [
        ['ArrowUp', () => opened?.goTo(picture - 1)],
        ['ArrowDown', () => opened?.goTo(picture + 1)],
        ['PageUp', () => opened?.goTo(picture - 10)],
        ['PageDown', () => opened?.goTo(picture + 10)],
        ['Home', () => opened?.goTo(0)],
        ['End', () => opened?.goTo(Number.POSITIVE_INFINITY)],
        ['i', actions.invert],
        ['h', actions.flip],
        ['r', actions.turn],
        ['0', actions.reset],
        ...TOOLS.map(([name, , hotkey]) => [hotkey.toLowerCase(), () => use(name)] as const),
        ...CT_WINDOWS.map(([key, center, width]) => [key, () => opened?.setWindow(center, width)] as const),
      ],
      [opened, picture, actions, use],
    ),
  );

  if (error) return <MediumError asset={asset} error={error} onRetry={retry} />;
  return (
    <div className="flex h-full flex-col">
      <div className="relative min-h-0 flex-1 bg-black">
        <div
          ref={element}
          role="img"
          aria-label={toVisible(asset.name)}
          onContextMenu={event => event.preventDefault()}
          className="absolute inset-0 touch-none"
        />
        {!opened && <Opening />}
      </div>
      {opened && place && (
        <ViewerBar>
          {TOOLS.map(([name, label, hotkey, icon]) => (
            <Tool
              key={name}
              label={label}
              hotkey={hotkey}
              icon={icon}
              pressed={tool === name}
              onClick={() => use(name)}
            />
          ))}
          <Tool label="Invert" hotkey="I" icon={SunMoon} onClick={actions.invert} />
          <Tool label="Mirror" hotkey="H" icon={FlipHorizontal2} onClick={actions.flip} />
          <Tool label="Turn" hotkey="R" icon={RotateCw} onClick={actions.turn} />
          <Tool label="As at the beginning" hotkey="0" icon={RotateCcw} onClick={actions.reset} />
          <span role="status" className="px-1 text-muted sm:ml-auto">
            Picture {formatCount(picture + 1)} of {formatCount(place.pictures)}
            {place.window &&
              ` · center ${formatCount(place.window.center)}, width ${formatCount(place.window.width)}`}
          </span>
        </ViewerBar>
      )}
    </div>
  );
}
