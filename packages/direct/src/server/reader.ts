import type { Readable } from 'node:stream';
import type {
  AddressBook,
  Clock,
  Guard,
  RangeRead,
  Reader,
  StorageObject,
  StoredHeaders,
} from '@mooring/storage/server';
import { hostOf, ProviderError } from '@mooring/storage/server';
import type { Dispatcher } from 'undici';
import { get, headerOf } from './calls.ts';
import { openingUrl } from './opening-url.ts';

type Answer = Dispatcher.ResponseData;

/**
 * Reads files by their URLs, with GET alone: a URL that is signed for GET refuses HEAD. Properties come with the
 * first byte.
 */
export function createReader(
  addresses: AddressBook,
  { guard, clock }: { guard: Guard; clock: Clock },
): Reader {
  /** @throws ProviderError where its signature has ended: the host is not asked then */
  async function urlFor(container: string, key: string): Promise<string> {
    const kept = await addresses.find(container, [key]);
    const opening = openingUrl(kept.get(key), { container, key }, clock);
    if (opening instanceof ProviderError) throw opening;
    return opening.url;
  }

  return {
    async head(container, key, caller) {
      const url = await urlFor(container, key);
      const answer = await get(url, 'bytes=0-0', { guard, caller });
      await answer.body.dump(); // a host that ignores Range sends more: it is cut off
      return { ...objectOf(key, answer, totalOf(answer, url)), ...headersOf(answer) };
    },

    async readRange(container, key, { range, ifMatch, signal: caller } = {}): Promise<RangeRead> {
      const url = await urlFor(container, key);
      const answer = await get(url, range ? `bytes=${range.start}-${range.end}` : null, { guard, caller });
      try {
        return {
          ...partOf(answer, url, range, ifMatch),
          ...headersOf(answer),
          body: answer.body as Readable,
        };
      } catch (error) {
        await answer.body.dump();
        throw error;
      }
    },
  };
}

function partOf(
  answer: Answer,
  url: string,
  range: { start: number } | undefined,
  ifMatch: string | undefined,
) {
  const host = hostOf(url);
  if (answer.statusCode === 416)
    throw new ProviderError('range', `The file of ${host} ends before byte ${range?.start}.`, {
      fix: 'Ask for a range inside the file.',
    });
  if (range && answer.statusCode !== 206)
    throw new ProviderError(
      'unexpected',
      `${host} sent the whole file instead of a part: it ignores Range.`,
      {
        fix: 'Serve the files with a web server that supports Range requests.',
      },
    );
  const totalBytes = totalOf(answer, url);
  const etag = etagOf(answer, totalBytes);
  if (ifMatch !== undefined && ifMatch !== etag)
    throw new ProviderError('changed', `The file of ${host} has changed.`, { fix: 'Check the asset again.' });
  const start = Number(/^bytes (\d+)-/.exec(headerOf(answer, 'content-range') ?? '')?.[1] ?? 0);
  const lengthBytes = Number(headerOf(answer, 'content-length') ?? totalBytes - start);
  return { start, lengthBytes, totalBytes, contentType: headerOf(answer, 'content-type'), etag };
}

/** Of the whole file. A host that ignores Range sends all of it; 416 to the first byte says that it is empty. */
function totalOf(answer: Answer, url: string): number {
  const ranged = /\/(\d+)$/.exec(headerOf(answer, 'content-range') ?? '')?.[1];
  const length = answer.statusCode === 206 ? ranged : (ranged ?? headerOf(answer, 'content-length'));
  if (length !== undefined && length !== null) return Number(length);
  throw new ProviderError('unexpected', `${hostOf(url)} does not say how large the file is.`, {
    fix: 'Serve the files with a web server that sends Content-Length and supports Range requests.',
  });
}

const objectOf = (key: string, answer: Answer, sizeBytes: number): StorageObject => ({
  key,
  etag: etagOf(answer, sizeBytes),
  sizeBytes,
  contentType: headerOf(answer, 'content-type'),
  tier: null,
  archiveState: 'readable',
  lastModified: lastModifiedOf(answer),
  placeholder: false,
});

/** Where a host sends none, time and size stand for it. */
const etagOf = (answer: Answer, sizeBytes: number): string =>
  headerOf(answer, 'etag')?.replace(/^(W\/)?"(.*)"$/, '$2') ??
  `${lastModifiedOf(answer).getTime()}-${sizeBytes}`;

function lastModifiedOf(answer: Answer): Date {
  const at = Date.parse(headerOf(answer, 'last-modified') ?? '');
  return new Date(Number.isNaN(at) ? 0 : at);
}

const headersOf = (answer: Answer): StoredHeaders => ({
  contentEncoding: headerOf(answer, 'content-encoding'),
  contentLanguage: headerOf(answer, 'content-language'),
});
