const LAYOUTS: Readonly<Record<string, string>> = {
  '1,1': '444',
  '2,1': '422',
  '2,2': '420',
  '1,2': '440',
  '4,1': '411',
};

/**
 * Chroma subsampling, as names of pixel formats write it; null where ffmpeg has no name for it.
 * @param horizontal samples of luma for one of chroma
 */
export const subsampling = (horizontal: number, vertical: number): string | null =>
  LAYOUTS[`${horizontal},${vertical}`] ?? null;
