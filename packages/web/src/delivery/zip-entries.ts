import type { Asset } from '@mooring/contract';
import { createZipNames } from './zip-names.ts';

/** What is in an archive. */
export interface ZipEntry {
  name: string;
  lastModified: Date;
  input: ReadableStream<Uint8Array> | ArrayBuffer | string;
}

export interface ZipSource {
  /** A URL of the asset; another one than `refused`, where that is given. */
  urlOf(asset: Asset, refused?: string): Promise<string>;
  fetch: typeof globalThis.fetch;
  signal: AbortSignal;
  /** Called once for each asset: it is in the archive, or why it is not. */
  onAsset(asset: Asset, failure: string | null): void;
}

/** So many small files are read at once, whole; of a larger one the bytes pass through as they come. */
const AT_ONCE = 4;
const SMALL_BYTES = 4 * 1024 * 1024;

/**
 * The files of an archive, one after the other, straight from the storage. What cannot be read is left out, and a text
 * at the end says why.
 * @throws the signal's reason; what breaks off within a large file
 */
export async function* zipEntries(assets: readonly Asset[], source: ZipSource): AsyncGenerator<ZipEntry> {
  const { signal, onAsset } = source;
  const nameOf = createZipNames();
  const failures: string[] = [];
  const ahead = new Map<Asset, Promise<Read>>();
  for (const [index, asset] of assets.entries()) {
    signal.throwIfAborted();
    for (const next of assets.slice(index, index + AT_ONCE))
      if (next.sizeBytes <= SMALL_BYTES && !ahead.has(next)) ahead.set(next, read(next, source));
    const found = await (ahead.get(asset) ?? read(asset, source));
    ahead.delete(asset);
    signal.throwIfAborted();
    if (found.input) {
      yield { name: nameOf(asset.key), lastModified: new Date(asset.lastModified), input: found.input };
    } else {
      failures.push(`${asset.key}\n  ${found.failure}`);
    }
    onAsset(asset, found.failure);
  }
  if (failures.length === 0) return;
  yield { name: nameOf('Not downloaded.txt'), lastModified: new Date(), input: `${failures.join('\n')}\n` };
}

type Read =
  | { input: ReadableStream<Uint8Array> | ArrayBuffer; failure: null }
  | { input: null; failure: string };

/** Never rejects: what is read ahead may not be waited for any more. */
async function read(asset: Asset, { urlOf, fetch, signal }: ZipSource): Promise<Read> {
  try {
    const request = { signal, credentials: 'omit', cache: 'no-store' } as const;
    const url = await urlOf(asset);
    let answer = await fetch(url, request);
    // The URL may have ended while it waited.
    if (answer.status === 401 || answer.status === 403) {
      await answer.body?.cancel();
      answer = await fetch(await urlOf(asset, url), request);
    }
    if (!answer.ok) {
      await answer.body?.cancel();
      return { input: null, failure: `The storage answered with status ${answer.status}.` };
    }
    const isSmall = asset.sizeBytes <= SMALL_BYTES || answer.body === null;
    return { input: isSmall ? await answer.arrayBuffer() : answer.body, failure: null } as Read;
  } catch (error) {
    return { input: null, failure: error instanceof Error ? error.message : String(error) };
  }
}
