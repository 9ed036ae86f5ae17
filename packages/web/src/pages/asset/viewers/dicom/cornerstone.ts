import { cache, imageLoader, init as initCore, metaData } from '@cornerstonejs/core';
import { init as initLoader, wadouri } from '@cornerstonejs/dicom-image-loader';
import {
  AngleTool,
  addTool,
  EllipticalROITool,
  init as initTools,
  LengthTool,
  PanTool,
  StackScrollTool,
  WindowLevelTool,
  ZoomTool,
} from '@cornerstonejs/tools';
import type { Asset } from '@mooring/contract';
import { readWhole } from '@/delivery/asset-source.ts';

/** One file; of longer runs of pictures there are many files. */
const MOST_FILE_BYTES = 512 * 2 ** 20;
/** Of one file, which says itself how many it has. */
const MOST_FRAMES = 100_000;
/** Decoded pictures that are kept. */
const CACHE_BYTES = 1024 * 2 ** 20;

export const TOOLS = [
  WindowLevelTool,
  PanTool,
  ZoomTool,
  StackScrollTool,
  LengthTool,
  AngleTool,
  EllipticalROITool,
] as const;

/** The assets of the stacks that are open, by what their image ids name. */
const assets = new Map<string, Asset>();
let signal: AbortSignal;
let prepared: Promise<void> | undefined;

/** Prepares Cornerstone once: its decoders, its tools, and where it gets files from. Where that fails, the next call tries again. */
export function prepareCornerstone(): Promise<void> {
  prepared ??= prepare().catch((error: unknown) => {
    prepared = undefined;
    throw error;
  });
  return prepared;
}

async function prepare(): Promise<void> {
  await initCore();
  initLoader({ useLegacyMetadataProvider: true });
  await initTools();
  for (const tool of TOOLS) addTool(tool);
  cache.setMaxCacheSize(CACHE_BYTES);
  imageLoader.registerImageLoader('asset', loadImage);
}

function loadImage(imageId: string, options: object = {}) {
  const { url, pixelDataFrame = 0 } = wadouri.parseImageId(imageId);
  const dataSet = wadouri.dataSetCacheManager.load(url, readFile, imageId);
  return wadouri.loadImageFromPromise(dataSet, imageId, pixelDataFrame, url, options);
}

const readFile = async (assetId: string): Promise<ArrayBuffer> =>
  (await readWhole(assets.get(assetId)!, MOST_FILE_BYTES, signal)).buffer;

/**
 * The pictures of files as Cornerstone calls them, one for each frame. Its memory of other files is emptied.
 * @param first the one that is shown first: it is read, so that the frames of a file without facts are known
 */
export async function imageIdsOf(members: Asset[], first: Asset, until: AbortSignal): Promise<string[][]> {
  assets.clear();
  cache.purgeCache();
  wadouri.dataSetCacheManager.purge();
  signal = until;
  for (const asset of members) assets.set(asset.id, asset);
  const dataSet = await wadouri.dataSetCacheManager.load(first.id, readFile, `asset:${first.id}`);
  const ofFirst = Number.parseInt(dataSet.string('x00280008') ?? '1', 10);
  return members.map(asset => {
    const said = asset.id === first.id ? ofFirst : asset.media?.facts?.frames;
    const frames = Math.min(Math.max(1, said || 1), MOST_FRAMES);
    if (frames === 1) return [`asset:${asset.id}`];
    return Array.from({ length: frames }, (_, i) => `asset:${asset.id}?frame=${i + 1}`);
  });
}

/** Whether a file holds pictures at all: reports and plans have none. */
export const hasPicture = (imageId: string): boolean =>
  Number(metaData.get('imagePixelModule', imageId)?.rows ?? 0) > 0;
