import type { Asset } from '@mooring/contract';
import { askFor } from './fetch-range.ts';
import { refused } from './not-loaded.ts';
import type { SignedUrls } from './signed-urls.ts';
import { createZipNames } from './zip-names.ts';

/** What is in an archive. */
export interface ZipEntry {
  name: string;
  lastModified: Date;
  input: AsyncIterable<Uint8Array> | string;
}

export interface ZipSource {
  urls: SignedUrls;
  fetch?: typeof globalThis.fetch;
  signal: AbortSignal;
  /** Called once for each asset: it is in the archive, or why it is not. */
  onAsset(asset: Asset, failure: string | null): void;
}

/** So many small files are read at once. */
const AT_ONCE = 4;
/** So much of a file is read before it is in the archive; what follows passes through as it comes. */
const SMALL_BYTES = 4 * 1024 * 1024;

/**
 * The files of an archive, one after the other, straight from the storage. What cannot be read is left out, and a text
 * at the end says why.
 * @throws the signal's reason; what breaks off within a large file
 */
export async function* zipEntries(assets: readonly Asset[], source: ZipSource): AsyncGenerator<ZipEntry> {
  const { signal, onAsset } = source;
  const nameOf = createZipNames(assets.map(({ key }) => key));
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

type Read = { input: AsyncIterable<Uint8Array>; failure: null } | { input: null; failure: string };

/** Never rejects: what is read ahead may not be waited for any more. */
async function read(
  { id }: Asset,
  { urls, signal, fetch = globalThis.fetch.bind(globalThis) }: ZipSource,
): Promise<Read> {
  try {
    const { signed, response } = await askFor(urls, id, {}, { fetch, signal });
    if (!response.ok) throw await refused(response, signed, Date.now);
    return { input: await begun(response), failure: null };
  } catch (error) {
    return { input: null, failure: error instanceof Error ? error.message : String(error) };
  }
}

/** The bytes of an answer. A small file has come whole by now, so that it can no longer break off. */
async function begun({ body }: Response): Promise<AsyncIterable<Uint8Array>> {
  const reader = body?.getReader();
  const parts: Uint8Array[] = [];
  let lengthBytes = 0;
  while (lengthBytes <= SMALL_BYTES) {
    const part = await reader?.read();
    if (!part || part.done) return inTurn(parts);
    parts.push(part.value);
    lengthBytes += part.value.length;
  }
  return inTurn(parts, reader);
}

async function* inTurn(parts: readonly Uint8Array[], rest?: ReadableStreamDefaultReader<Uint8Array>) {
  yield* parts;
  for (let part = await rest?.read(); part && !part.done; part = await rest?.read()) yield part.value;
}
