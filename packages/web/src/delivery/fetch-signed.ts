import type { SignedUrls } from './signed-urls.ts';

/** The storage answered, but not with the bytes. */
export class StorageRefused extends Error {
  override readonly name = 'StorageRefused';
  readonly status: number;

  constructor(status: number) {
    super(
      status === 404
        ? 'The storage no longer has it. A sync of its source brings the catalogue in line.'
        : `The storage answered with status ${status}. The checks of its connection say why.`,
    );
    this.status = status;
  }
}

/**
 * Fetches the first bytes of an asset straight from the storage; a 403 is tried once more with a new URL.
 * @throws StorageRefused where the storage answers with anything but success
 * @throws TypeError where the browser could not reach it or was not allowed to read the answer (CORS)
 */
export async function fetchStart(
  urls: SignedUrls,
  assetId: string,
  lengthBytes: number,
  signal: AbortSignal,
  fetch: typeof globalThis.fetch = globalThis.fetch,
): Promise<Uint8Array> {
  const read = (url: string) => fetch(url, { headers: { range: `bytes=0-${lengthBytes - 1}` }, signal });
  const { url } = await urls.get(assetId);
  let response = await read(url);
  if (response.status === 403) {
    const renewed = await urls.renew(assetId, url);
    if (renewed.url !== url) response = await read(renewed.url);
  }
  // An empty object has no range that could be satisfied.
  if (response.status === 416) return new Uint8Array();
  if (!response.ok) throw new StorageRefused(response.status);
  // A storage that ignores the range sends everything.
  return new Uint8Array(await response.arrayBuffer()).subarray(0, lengthBytes);
}
