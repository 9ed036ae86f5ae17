import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memorySource } from '@mooring/probe';
import { createMemoryProvider } from '@mooring/storage/memory';
import type { Reader } from '@mooring/storage/server';
import { createDeliveryBench } from '../delivery/testing.ts';
import { createLogger } from '../platform/log.ts';
import type { MakerAnswer, Task } from './maker/messages.ts';
import type { Makers } from './makers.ts';
import { openThumbnails } from './open.ts';

const NEVER = new AbortController().signal;

/** Thumbnails over a memory storage, with real makers and a real cache. */
export async function createThumbnailBench({ ffmpeg = null as string | null } = {}) {
  const bench = createDeliveryBench();
  const dataDir = await mkdtemp(join(tmpdir(), 'mooring-thumbnails-'));
  const { workspaceId } = bench;
  const open = () =>
    openThumbnails(
      { dataDir, thumbnailCacheMegabytes: 10, thumbnailCacheDays: 1, ffmpeg },
      bench.parts,
      createLogger({ level: 'silent' }),
    );
  let thumbnails = open();
  return {
    ...bench,
    memoryReader: (): Reader => createMemoryProvider({ storage: bench.storage }).reader!,
    /** From now on a connection reads the storage as it should. */
    allow: (connectionId: string): void =>
      void bench.providers.set(connectionId, createMemoryProvider({ storage: bench.storage })),
    get: (
      assetId: string,
      { size = 256, format = 'webp' as 'webp' | 'avif', signal = NEVER, workspace = workspaceId } = {},
    ) => thumbnails.get(workspace, assetId, { size, format, ifNoneMatch: null }, signal),
    async restart(): Promise<void> {
      await thumbnails.close();
      thumbnails = open();
    },
    async stop(): Promise<void> {
      await thumbnails.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
export type ThumbnailBench = Awaited<ReturnType<typeof createThumbnailBench>>;

/** What a maker makes of a file. */
export function makeOf(makers: Makers, bytes: Uint8Array, task: Partial<Task> = {}): Promise<MakerAnswer> {
  const whole = { sizeBytes: bytes.length, head: bytes.subarray(0, 65_536) };
  return makers.make(
    { ...whole, size: 256, format: 'webp', ffmpeg: null, ...task },
    memorySource(bytes),
    NEVER,
  );
}
