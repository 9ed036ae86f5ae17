import { Enums as CoreEnums, utilities as core, RenderingEngine, type Types } from '@cornerstonejs/core';
import { Enums as ToolEnums, ToolGroupManager, utilities } from '@cornerstonejs/tools';
import type { Asset } from '@mooring/contract';
import { notViewed } from '@/delivery/not-loaded.ts';
import { hasPicture, imageIdsOf, prepareCornerstone, TOOLS } from './cornerstone.ts';
import { stackMembers } from './stack-members.ts';

export type ToolName = 'WindowLevel' | 'Pan' | 'Zoom' | 'Length' | 'Angle' | 'EllipticalROI';

/** What is shown: the picture, from 0, of how many, and the window; null for pictures in colours. */
export interface StackPlace {
  picture: number;
  pictures: number;
  window: { center: number; width: number } | null;
}

export interface OpenStack {
  viewport: Types.IStackViewport;
  goTo(picture: number): void;
  /** Which tool the main button, or one finger, works. */
  use(tool: ToolName): void;
  setWindow(center: number, width: number): void;
}

const ENGINE = 'dicom';
const VIEWPORT = 'stack';
const { MouseBindings } = ToolEnums;

/**
 * Shows the series that a DICOM file belongs to as a stack, at this file.
 * @throws NotLoaded, or what a decoder throws
 */
export async function openStack(
  asset: Asset,
  element: HTMLDivElement,
  onPlace: (place: StackPlace) => void,
  signal: AbortSignal,
  fail: (error: unknown) => void,
): Promise<OpenStack> {
  const [members] = await Promise.all([stackMembers(asset, signal), prepareCornerstone()]);
  const idsOfFiles = await imageIdsOf(members, asset, signal).catch(notReadable);
  signal.throwIfAborted();
  const imageIds = idsOfFiles.flat();
  const place = members.findIndex(({ id }) => id === asset.id);
  const start = idsOfFiles.slice(0, place).flat().length;

  const engine = new RenderingEngine(`${ENGINE}-${asset.id}`);
  const { id: engineId } = engine;
  engine.enableElement({ viewportId: VIEWPORT, type: CoreEnums.ViewportType.STACK, element });
  const viewport = engine.getViewport(VIEWPORT) as Types.IStackViewport;
  const group = ToolGroupManager.createToolGroup(engineId)!;
  group.addViewport(VIEWPORT, engineId);
  for (const { toolName } of TOOLS) group.addTool(toolName);
  const resized = new ResizeObserver(() => engine.resize(true, true));

  const close = () => {
    resized.disconnect();
    utilities.stackContextPrefetch.disable(element);
    ToolGroupManager.destroyToolGroup(engineId);
    engine.destroy();
  };
  signal.addEventListener('abort', close);

  const tellPlace = () =>
    onPlace({
      picture: viewport.getCurrentImageIdIndex(),
      pictures: imageIds.length,
      window: windowOf(viewport),
    });
  element.addEventListener(CoreEnums.Events.STACK_NEW_IMAGE, tellPlace);
  element.addEventListener(CoreEnums.Events.VOI_MODIFIED, tellPlace);
  element.addEventListener(CoreEnums.Events.IMAGE_LOAD_ERROR, event =>
    fail((event as CustomEvent<{ error: unknown }>).detail.error),
  );
  await viewport.setStack(imageIds, start).catch(notReadable);
  if (!hasPicture(imageIds[start]!)) throw notViewed('This DICOM file holds no picture.');
  viewport.render();
  resized.observe(element);
  utilities.stackContextPrefetch.enable(element);
  tellPlace();

  let active: ToolName = 'WindowLevel';
  const use = (tool: ToolName) => {
    group.setToolPassive(active, { removeAllBindings: true });
    for (const [name, bindings] of FIXED)
      group.setToolActive(name, { bindings: name === tool ? [...MAIN, ...bindings] : bindings });
    if (!FIXED.some(([name]) => name === tool)) group.setToolActive(tool, { bindings: MAIN });
    active = tool;
  };
  use(active);
  return {
    viewport,
    use,
    goTo: picture =>
      void viewport.setImageIdIndex(Math.min(Math.max(picture, 0), imageIds.length - 1)).catch(fail),
    setWindow(center, width) {
      viewport.setProperties({ voiRange: core.windowLevel.toLowHighRange(width, center) });
      viewport.render();
    },
  };

  function notReadable(error: unknown): never {
    signal.throwIfAborted();
    const { error: inner = error } = (error ?? {}) as { error?: unknown };
    if (inner instanceof Error && inner.name === 'NotLoaded') throw inner;
    const words = inner instanceof Error ? inner.message : String(inner);
    throw notViewed(`The DICOM file cannot be shown: ${words}`);
  }
}

const MAIN = [{ mouseButton: MouseBindings.Primary }];
/** What other buttons, the wheel and two fingers do with every tool. */
const FIXED: readonly (readonly [
  name: string,
  bindings: { mouseButton?: number; numTouchPoints?: number }[],
])[] = [
  ['StackScroll', [{ mouseButton: MouseBindings.Wheel }]],
  ['Pan', [{ mouseButton: MouseBindings.Auxiliary }]],
  ['Zoom', [{ mouseButton: MouseBindings.Secondary }, { numTouchPoints: 2 }]],
];

function windowOf(viewport: Types.IStackViewport): StackPlace['window'] {
  const { voiRange } = viewport.getProperties();
  if (!voiRange) return null;
  const { windowCenter, windowWidth } = core.windowLevel.toWindowLevel(voiRange.lower, voiRange.upper);
  return { center: windowCenter, width: windowWidth };
}
