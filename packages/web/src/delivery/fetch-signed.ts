import { ask } from './ask.ts';
import { refused, unanswered } from './not-loaded.ts';
import type { SignedUrls } from './signed-urls.ts';

/**
 * Fetches the first bytes of an asset straight from the storage; a 403 is tried once more with a new URL.
 * @throws NotLoaded where the bytes do not come
 */
export async function fetchStart(
  urls: SignedUrls,
  assetId: string,
  lengthBytes: number,
  signal: AbortSignal,
  fetch: typeof globalThis.fetch = globalThis.fetch.bind(globalThis),
  now: () => number = Date.now,
): Promise<Uint8Array> {
  const read = async (url: string): Promise<Response> => {
    const range = `bytes=0-${lengthBytes - 1}`;
    const answer = await ask(url, { range }, { fetch, signal }, answer => answer);
    if (typeof answer === 'string') throw unanswered(answer, url);
    return answer;
  };
  let signed = await urls.get(assetId);
  let response = await read(signed.url);
  if (response.status === 403) {
    const renewed = await urls.renew(assetId, signed.url);
    if (renewed.url !== signed.url) {
      signed = renewed;
      response = await read(signed.url);
    }
  }
  // An empty object has no range that could be satisfied.
  if (response.status === 416) return new Uint8Array();
  if (!response.ok) throw await refused(response, signed, now);
  return readStart(response, lengthBytes);
}

/** Reads no further than so many bytes: the answer may be the whole. */
async function readStart({ body }: Response, lengthBytes: number): Promise<Uint8Array> {
  const start = new Uint8Array(lengthBytes);
  const reader = body?.getReader();
  let length = 0;
  while (length < lengthBytes) {
    const part = await reader?.read();
    if (!part || part.done) break;
    const wanted = part.value.subarray(0, lengthBytes - length);
    start.set(wanted, length);
    length += wanted.length;
  }
  await reader?.cancel();
  return start.subarray(0, length);
}
