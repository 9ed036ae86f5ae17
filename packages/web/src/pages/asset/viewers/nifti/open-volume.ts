import type { Asset } from '@mooring/contract';
import { Niivue, SLICE_TYPE } from '@niivue/niivue';
import { readWhole } from '@/delivery/asset-source.ts';
import { notViewed } from '@/delivery/not-loaded.ts';

/** A page holds it unpacked, and the graphics card once more. */
const MOST_BYTES = 512 * 2 ** 20;

export const VIEWS = {
  all: SLICE_TYPE.MULTIPLANAR,
  axial: SLICE_TYPE.AXIAL,
  coronal: SLICE_TYPE.CORONAL,
  sagittal: SLICE_TYPE.SAGITTAL,
  space: SLICE_TYPE.RENDER,
} as const;
export type View = keyof typeof VIEWS;

export interface OpenVolume {
  show(view: View): void;
  /** Moves the cross by slices: to the right, to the front, up. */
  move(x: number, y: number, z: number): void;
  /** Volumes of a series in time: goes on by some. */
  goOn(volumes: number): void;
}

/**
 * Shows a NIfTI volume: three planes and a picture in space.
 * @param onPlace where the cross is, and the value there, in words
 * @throws NotLoaded
 */
export async function openVolume(
  asset: Asset,
  canvas: HTMLCanvasElement,
  onPlace: (words: string) => void,
  signal: AbortSignal,
): Promise<OpenVolume> {
  // NiiVue needs it, and only writes a line to the console where it is absent.
  if (!document.createElement('canvas').getContext('webgl2'))
    throw notViewed('This browser has no WebGL 2, which draws volumes: it is switched off, or too old.');
  const bytes = await readWhole(asset, MOST_BYTES, signal);
  const niivue = new Niivue({
    backColor: [0, 0, 0, 1],
    dragAndDropEnabled: false,
    isResizeCanvas: true,
    loadingText: '',
    logLevel: 'error',
    show3Dcrosshair: true,
  });
  signal.addEventListener('abort', () => niivue.cleanup());
  niivue.onLocationChange = location => onPlace((location as { string: string }).string);
  await niivue.attachToCanvas(canvas);
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    // It goes by the name.
    await niivue.loadFromArrayBuffer(bytes.buffer, isPacked ? 'volume.nii.gz' : 'volume.nii');
  } catch (error) {
    throw notViewed(`The volume cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  signal.throwIfAborted();
  const volume = niivue.volumes[0];
  if (!volume) throw notViewed('The file holds no volume that NiiVue reads.');
  const frames = volume.nFrame4D ?? 1;
  niivue.setSliceType(VIEWS.all);
  return {
    show: view => void niivue.setSliceType(VIEWS[view]),
    move: (x, y, z) => niivue.moveCrosshairInVox(x, y, z),
    goOn: volumes =>
      niivue.setFrame4D(volume.id, Math.min(Math.max((volume.frame4D ?? 0) + volumes, 0), frames - 1)),
  };
}
