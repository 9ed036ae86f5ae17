import { imageSize } from 'image-size';
import type { Reader } from './reader.ts';

/** As much as it reads of a local file: https://github.com/image-size/image-size#asynchronous-operations */
const MOST_BYTES = 512 * 1024;
const FIRST_BYTES = 64 * 1024;

/** Our own first read, and its own where that is not enough. */
export const imageSizeReader: Reader = {
  knows: { image: ['width', 'height', 'orientation'] },
  async read({ source, sizeBytes }) {
    const { signal } = new AbortController();
    const upTo = async (length: number) => {
      const {
        width,
        height,
        orientation = null,
      } = imageSize(await source.read(0, Math.min(length, sizeBytes), signal));
      return { width, height, orientation };
    };
    return upTo(FIRST_BYTES).catch(error => {
      if (sizeBytes <= FIRST_BYTES) throw error;
      return upTo(MOST_BYTES);
    });
  },
};
