import type { Asset } from '@mooring/contract';
import {
  ALL_FORMATS,
  CanvasSink,
  CustomSource,
  EncodedPacketSink,
  Input,
  type InputVideoTrack,
  type WrappedCanvas,
} from 'mediabunny';
import { assetSource } from '@/delivery/asset-source.ts';
import type { FrameTimes } from './frame-times.ts';

/** What finding all frames may read at most. The index of an MP4 is small; other formats have none. */
const MOST_INDEX_BYTES = 64 * 2 ** 20;
const MOST_INDEX_READS = 1000;
/** An index of few bytes can name any number of frames. */
const MOST_FRAMES = 5_000_000;
/** Bytes of the file that are kept in memory. */
const CACHE_BYTES = 32 * 2 ** 20;
/** Decoded frames that are kept, so that going back decodes each group of pictures once. */
const MOST_KEPT_BYTES = 128 * 2 ** 20;
const MOST_KEPT = 16;
/** Frames that are decoded on the way to a later one, rather than to begin at a key frame again. */
const MOST_SKIPPED = 30;
/** The page answers between so many packets of the index. */
const PACKETS_BETWEEN_PAUSES = 2000;

export interface Frames {
  times: FrameTimes;
  /** Decodes one frame, counted from 0; null where this browser does not decode the video by frames. */
  frame: ((index: number) => Promise<HTMLCanvasElement | OffscreenCanvas>) | null;
}

/**
 * Finds every frame of a video from ranges of the file, and decodes single ones with WebCodecs.
 * @throws NotLoaded, or an Error that says why frames cannot be told apart
 */
export async function openFrames(
  asset: Asset,
  signal: AbortSignal,
  fail: (error: unknown) => void,
): Promise<Frames> {
  const source = assetSource(asset);
  const spent = { bytes: 0, reads: 0, isIndexing: true };
  const input = new Input({
    formats: ALL_FORMATS,
    source: new CustomSource({
      getSize: () => asset.sizeBytes,
      async read(start, end) {
        spent.bytes += end - start;
        spent.reads++;
        const isOver = spent.bytes > MOST_INDEX_BYTES || spent.reads > MOST_INDEX_READS;
        if (spent.isIndexing && isOver)
          throw new Error('Frames cannot be counted without reading most of the file.');
        return source.read(start, end - start, signal);
      },
      maxCacheSize: CACHE_BYTES,
      prefetchProfile: 'network',
      handleUnhandledError: error => signal.aborted || fail(error),
    }),
  });
  signal.addEventListener('abort', () => input.dispose());
  const track = await input.getPrimaryVideoTrack();
  if (!track) throw new Error('The file has no video track.');
  const times = await readTimes(track, signal);
  spent.isIndexing = false;
  const canDecode = typeof VideoDecoder !== 'undefined' && (await track.canDecode());
  return { times, frame: canDecode ? await decoderOf(track, times) : null };
}

async function readTimes(track: InputVideoTrack, signal: AbortSignal): Promise<FrameTimes> {
  const times: number[] = [];
  const packets = new EncodedPacketSink(track).packets(undefined, undefined, { metadataOnly: true });
  for await (const { timestamp, duration } of packets) {
    // What lies before the beginning is only decoded, never shown.
    if (timestamp + duration > 0) times.push(timestamp);
    if (times.length > MOST_FRAMES) throw new Error('The video has too many frames to count them.');
    if (times.length % PACKETS_BETWEEN_PAUSES === 0) {
      await new Promise(resolve => setTimeout(resolve));
      signal.throwIfAborted();
    }
  }
  if (times.length === 0) throw new Error('The video has no frames.');
  return Float64Array.from(times).sort();
}

/** Going on decodes one frame; going back decodes some before it, too, and keeps them. */
async function decoderOf(track: InputVideoTrack, times: FrameTimes): Promise<NonNullable<Frames['frame']>> {
  const bytes = (await track.getDisplayWidth()) * (await track.getDisplayHeight()) * 4;
  const mostKept = Math.max(1, Math.min(MOST_KEPT, Math.floor(MOST_KEPT_BYTES / bytes)));
  const sink = new CanvasSink(track);
  const kept = new Map<number, WrappedCanvas['canvas']>();
  let ahead: { frames: AsyncGenerator<WrappedCanvas, void>; next: number } | null = null;
  let last = -1;

  const keep = (index: number, canvas: WrappedCanvas['canvas']) => {
    kept.delete(index);
    kept.set(index, canvas);
    for (const oldest of kept.keys()) {
      if (kept.size <= mostKept) break;
      kept.delete(oldest);
    }
    return canvas;
  };
  const goOn = async (index: number) => {
    if (!ahead || index < ahead.next || index > ahead.next + MOST_SKIPPED) {
      await ahead?.frames.return();
      ahead = { frames: sink.canvases(times[index]), next: index };
    }
    for (;;) {
      const { value } = await ahead.frames.next();
      if (!value) throw new Error(`The decoder gave no frame ${index}.`);
      const canvas = keep(ahead.next, value.canvas);
      if (ahead.next++ === index) return canvas;
    }
  };
  const goBack = async (index: number) => {
    let at = Math.max(0, index - mostKept + 1);
    for await (const { canvas } of sink.canvases(times[at], times[index + 1])) keep(at++, canvas);
    return kept.get(index) ?? goOn(index);
  };
  const decode = async (index: number) => {
    const isBack = index < last && index >= last - mostKept;
    last = index;
    return kept.get(index) ?? (isBack ? goBack(index) : goOn(index));
  };
  // One after the other: two at once would take frames from each other.
  let queue: Promise<unknown> = Promise.resolve();
  return index => {
    const frame = queue.then(() => decode(index));
    queue = frame.catch(() => undefined);
    return frame;
  };
}
