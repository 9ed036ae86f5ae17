import type { Asset, SignedUrl } from '@mooring/contract';
import { type Asking, ask } from './ask.ts';
import { changed, noRanges, refused, unanswered } from './not-loaded.ts';
import type { SignedUrls } from './signed-urls.ts';

/**
 * Asks the storage for an asset; a 401 or 403 is answered once more with a new URL, as the first may have ended.
 * @returns any answer, also a refusal
 * @throws NotLoaded where there is no answer; or what signing throws
 */
export async function askFor(
  urls: SignedUrls,
  assetId: string,
  headers: Record<string, string>,
  asking: Asking,
): Promise<{ signed: SignedUrl; response: Response }> {
  const answerOf = async (url: string): Promise<Response> => {
    const answer = await ask(url, headers, asking, answer => answer);
    if (typeof answer === 'string') throw unanswered(answer, url);
    return answer;
  };
  const signed = await urls.get(assetId);
  const response = await answerOf(signed.url);
  if (response.status !== 401 && response.status !== 403) return { signed, response };
  const renewed = await urls.renew(assetId, signed.url);
  if (renewed.url === signed.url) return { signed, response };
  await response.body?.cancel();
  return { signed: renewed, response: await answerOf(renewed.url) };
}

/**
 * Fetches bytes of an asset straight from the storage; a 403 is tried once more with a new URL.
 * @returns fewer bytes than were asked for only at the end of the object
 * @throws NotLoaded where the bytes do not come, or the object is another one by now
 */
export async function fetchRange(
  urls: SignedUrls,
  { id, etag }: Pick<Asset, 'id' | 'etag'>,
  offset: number,
  lengthBytes: number,
  signal: AbortSignal,
  fetch: typeof globalThis.fetch = globalThis.fetch.bind(globalThis),
  now: () => number = Date.now,
): Promise<Uint8Array<ArrayBuffer>> {
  const range = `bytes=${offset}-${offset + lengthBytes - 1}`;
  const { signed, response } = await askFor(urls, id, { range }, { fetch, signal });
  // An empty object has no range that could be satisfied.
  if (response.status === 416 && offset === 0) return new Uint8Array();
  if (!response.ok) throw await refused(response, signed, now);
  // Pages may read it only where the storage exposes it.
  const seen = response.headers.get('etag')?.replace(/^(W\/)?"|"$/g, '');
  const wrong =
    seen !== undefined && seen !== etag
      ? changed()
      : response.status !== 206 && offset > 0
        ? noRanges(signed.url)
        : null;
  if (wrong) {
    await response.body?.cancel();
    throw wrong;
  }
  return readAtMost(response, lengthBytes);
}

/**
 * The answer may be the whole, from a storage that ignores the range or unpacked by the browser: no more than was asked
 * for is read. Other answers are read to their end, as a browser closes the connection of one that is left before.
 */
async function readAtMost({ body }: Response, lengthBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  const reader = body?.getReader();
  let length = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    const part = value.subarray(0, lengthBytes - length);
    parts.push(part);
    length += part.length;
    if (part.length < value.length) {
      await reader.cancel();
      break;
    }
  }
  return joined(parts, length);
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
