import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '@mooring/storage/server';
import type { Logger } from '../platform/log.ts';

/** What a small file takes on a disk at least. */
const BLOCK_BYTES = 4096;
/** How exactly a file's time says when it was last used: writing it each time would cost more than it is worth. */
const USED_WITHIN_MS = 3600_000;
const PRUNE_EVERY_MS = 3600_000;
const NAME = /^[0-9a-f]{64}$/;

export interface CacheOptions {
  directory: string;
  /** 0 keeps nothing. */
  mostBytes: number;
  /** What was not used for so long is removed. */
  mostAgeMs: number;
  clock: Clock;
  log: Logger;
}

/**
 * Small files under the names of hashes. What was used the longest time ago makes room. Files come about whole or not
 * at all, and survive restarts. A disk that is full or broken means that nothing is kept, and no more.
 */
export function createFileCache({ directory, mostBytes, mostAgeMs, clock, log }: CacheOptions) {
  /** Those that are known, the one used last at the end. */
  const files = new Map<string, { bytes: number; usedAt: number; writtenAt: number }>();
  let total = 0;
  let hasWarned = false;
  const pathOf = (name: string) => join(directory, name.slice(0, 2), name);
  const now = () => clock.now().getTime();

  function note(name: string, sizeBytes: number, usedAt: number, writtenAt = usedAt): void {
    forget(name);
    const bytes = Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES;
    files.set(name, { bytes, usedAt, writtenAt });
    total += bytes;
  }

  function forget(name: string): void {
    total -= files.get(name)?.bytes ?? 0;
    files.delete(name);
  }

  /** A failure of the disk costs speed only. The log says so once, until the disk works again. */
  function warn(error: unknown): void {
    if (!hasWarned) log.warn({ err: error, directory }, 'the cache of thumbnails cannot be used');
    hasWarned = true;
  }

  async function remove(name: string): Promise<void> {
    forget(name);
    await rm(pathOf(name), { force: true }).catch(warn);
  }

  async function prune(): Promise<void> {
    for (const [name, { usedAt }] of files) {
      const isTooOld = now() - usedAt > mostAgeMs;
      if (total <= mostBytes && !isTooOld) return;
      await remove(name);
    }
  }

  /** Learns what a former process has left. */
  async function load(): Promise<void> {
    const found: { name: string; bytes: number; usedAt: number }[] = [];
    for (const folder of await namesIn(directory)) {
      for (const name of await namesIn(join(directory, folder))) {
        const path = join(directory, folder, name);
        if (!NAME.test(name)) {
          await rm(path, { force: true, recursive: true }); // it was not written to its end
          continue;
        }
        const { size, mtimeMs } = await stat(path);
        found.push({ name, bytes: size, usedAt: mtimeMs });
      }
    }
    const known = [...files];
    files.clear();
    total = 0;
    for (const { name, bytes, usedAt } of found.sort((a, b) => a.usedAt - b.usedAt))
      note(name, bytes, usedAt);
    for (const [name, { bytes, usedAt, writtenAt }] of known) note(name, bytes, usedAt, writtenAt);
    await prune();
  }

  const loading = mostBytes > 0 ? load().catch(warn) : Promise.resolve();
  const timer = setInterval(() => void prune(), PRUNE_EVERY_MS).unref();

  return {
    /** Null where it is not kept. @param name 64 hexadecimal digits */
    async get(name: string): Promise<Buffer | null> {
      if (mostBytes === 0) return null;
      try {
        const bytes = await readFile(pathOf(name));
        const writtenAt = files.get(name)?.writtenAt ?? 0;
        const isStale = now() - writtenAt > USED_WITHIN_MS;
        note(name, bytes.length, now(), isStale ? now() : writtenAt);
        if (isStale) utimes(pathOf(name), clock.now(), clock.now()).catch(warn);
        return bytes;
      } catch (error) {
        forget(name);
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') warn(error);
        return null;
      }
    },

    async put(name: string, bytes: Uint8Array): Promise<void> {
      if (bytes.length > mostBytes) return;
      const path = pathOf(name);
      const draft = `${path}.${randomUUID()}`;
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await writeFile(draft, bytes, { mode: 0o600 });
        await rename(draft, path);
        note(name, bytes.length, now());
        hasWarned = false;
        await prune();
      } catch (error) {
        warn(error);
        await rm(draft, { force: true }).catch(warn);
      }
    },

    /** Until what a former process has left is known. */
    loaded: loading,

    async close(): Promise<void> {
      clearInterval(timer);
      await loading;
    },
  };
}
export type FileCache = ReturnType<typeof createFileCache>;

const namesIn = (directory: string): Promise<string[]> =>
  readdir(directory).catch(error => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
