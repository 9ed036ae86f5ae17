import { tokenizer } from '@tokenizer/range';
import { parseFromTokenizer } from 'music-metadata';
import type { Reader } from './reader.ts';

const CHUNK_BYTES = 64 * 1024;

/** With its own tokenizer for ranges. The tokenizer gets the size, so that it sends no HEAD, and chunks as large as ours. */
export const musicMetadata: Reader = {
  knows: { audio: ['durationSeconds', 'sampleRateHz', 'channels'] },
  async read({ source, sizeBytes, path }) {
    const stop = new AbortController();
    const about = { size: sizeBytes, path, acceptPartialRequests: true };
    const client = {
      getHeadInfo: async () => about,
      getResponse: async (_: string, [first, last]: [number, number] = [0, sizeBytes - 1]) => ({
        ...about,
        contentRange: { firstBytePosition: first, lastBytePosition: last, instanceLength: sizeBytes },
        arrayBuffer: () => source.read(first, last + 1 - first, stop.signal),
      }),
      abort: () => stop.abort(),
    };
    const bytes = await tokenizer(client, { minimumChunkSize: CHUNK_BYTES });
    const { format } = await parseFromTokenizer(bytes, { duration: false, skipCovers: true });
    return {
      durationSeconds: format.duration ?? null,
      sampleRateHz: format.sampleRate ?? null,
      channels: format.numberOfChannels ?? null,
    };
  },
};
