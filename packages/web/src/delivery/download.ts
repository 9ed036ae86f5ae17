import type { Asset } from '@mooring/contract';
import { useSyncExternalStore } from 'react';
import { toast } from '@/components/ui/toast.tsx';
import { formatBytes, formatCount, formatUnits } from '@/format/numbers.ts';
import { signedUrls } from './browser-urls.ts';
import { zipEntries } from './zip-entries.ts';

// One archive of many assets, made in this browser. It goes on while other pages are shown.

export interface Download {
  total: number;
  /** Read, or left out. */
  done: number;
  failed: number;
  doneBytes: number;
  totalBytes: number;
  stop: () => void;
}

/** Where the browser cannot write a file as it comes, the archive is put together in memory. */
const MOST_IN_MEMORY_BYTES = 1_000_000_000;

let current: Download | null = null;
const listeners = new Set<() => void>();

function show(next: Download | null): void {
  current = next;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** The download under way; null where there is none. */
export const useDownload = (): Download | null => useSyncExternalStore(subscribe, () => current);

interface Picking {
  showSaveFilePicker?: (options: { suggestedName: string }) => Promise<FileSystemFileHandle>;
}

/** Downloads assets as one ZIP file. Call it from a click: the browser asks where to put the file. */
export async function downloadAssets(assets: readonly Asset[]): Promise<void> {
  if (current) return toast('A download is under way', 'Wait for its end, or stop it.');
  const totalBytes = assets.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const { showSaveFilePicker } = window as Picking;
  if (!showSaveFilePicker && totalBytes > MOST_IN_MEMORY_BYTES) {
    const most = `${formatBytes(MOST_IN_MEMORY_BYTES)} at once`;
    return toast(
      `This browser takes at most ${most}`,
      'Select fewer, or use a browser such as Chrome or Edge.',
    );
  }
  const suggestedName = `mooring-${new Date().toISOString().slice(0, 10)}.zip`;
  const stop = new AbortController();
  const { signal } = stop;
  show({
    ...{ total: assets.length, done: 0, failed: 0 },
    doneBytes: 0,
    totalBytes,
    stop: () => stop.abort(),
  });
  try {
    const file = await showSaveFilePicker?.call(window, { suggestedName });
    const archive = await archiveOf(assets, signal);
    if (file) await archive.body!.pipeTo(await file.createWritable(), { signal });
    else save(await archive.blob(), suggestedName);
    sayEnd(current!);
  } catch (error) {
    if (!signal.aborted && !isDismissed(error)) {
      toast('The download broke off', error instanceof Error ? error.message : String(error));
    }
  } finally {
    // What is still read for it, where the file could not be written.
    stop.abort();
    show(null);
  }
}

async function archiveOf(assets: readonly Asset[], signal: AbortSignal): Promise<Response> {
  const { downloadZip } = await import('client-zip');
  return downloadZip(
    zipEntries(assets, {
      signal,
      urls: signedUrls,
      onAsset: ({ sizeBytes }, failure) =>
        show({
          ...current!,
          done: current!.done + 1,
          failed: current!.failed + (failure === null ? 0 : 1),
          doneBytes: current!.doneBytes + sizeBytes,
        }),
    }),
  );
}

/** The person closed the browser's dialog, or stopped the download. */
const isDismissed = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

function save(archive: Blob, name: string): void {
  const url = URL.createObjectURL(archive);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function sayEnd({ total, failed }: Download): void {
  if (failed === 0) toast(`${formatUnits(total, 'asset')} downloaded`);
  else
    toast(
      `${formatCount(total - failed)} of ${formatUnits(total, 'asset')} downloaded`,
      'The file “Not downloaded.txt” in the archive says why the others are missing.',
    );
}
