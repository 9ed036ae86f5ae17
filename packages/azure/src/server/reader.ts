import type { Readable } from 'node:stream';
import type { TokenCredential } from '@azure/identity';
import { BlobClient, type Pipeline } from '@azure/storage-blob';
import type { ByteRange, Reader, StorageObject, StoredHeaders, TakeTurn } from '@mooring/storage/server';
import { exactly, ProviderError, readPart, unexpectedAnswer } from '@mooring/storage/server';
import type { Dispatcher } from 'undici';
import type { AzureCalls } from './calls.ts';
import { type ErrorAnswer, readErrorAnswer } from './error-answer.ts';
import type { Attempt, AzureErrors } from './errors.ts';
import { type Answer, createSender, header } from './send.ts';
import type { ServiceVersion } from './service-version.ts';
import { toStorageObject, unquote } from './storage-object.ts';
import { type AzureAccount, objectUrl } from './urls.ts';

/** Reads properties and ranges of objects; ranges through the SDK. */
export function createReader(
  account: AzureAccount,
  pipeline: Pipeline,
  {
    call,
    errors,
    tokens,
    sasToken,
    dispatcher,
    version,
    takeTurn,
  }: {
    call: AzureCalls;
    errors: AzureErrors;
    tokens: TokenCredential | null;
    sasToken: string;
    dispatcher: Dispatcher;
    version: ServiceVersion;
    takeTurn: TakeTurn;
  },
): Reader {
  const send = createSender({ tokens, dispatcher, version, takeTurn });
  const blob = (container: string, key: string) =>
    new BlobClient(objectUrl(account, container, key, sasToken), pipeline);

  return {
    // Not through the SDK: following changes takes thousands of these.
    head(container, key, caller) {
      const attempt: Attempt = { action: 'head', container, key };
      const url = objectUrl(account, container, key, sasToken);
      return call(attempt, caller, async signal => {
        const answer = await send('HEAD', url, '*/*', signal);
        if (answer.status === 200) return objectOf(key, answer);
        throw errors.explainAnswer(
          readErrorAnswer(answer.status, name => header(answer, name), ''),
          attempt,
        );
      });
    },

    async readRange(container, key, { range, ifMatch, signal: caller } = {}) {
      const attempt: Attempt = { action: 'read', container, key };
      const client = blob(container, key);
      if (range && !(range.start >= 0 && range.end >= range.start)) throw emptyRange(range);
      const answer = await call(attempt, caller, signal =>
        client.download(range?.start ?? 0, range && range.end - range.start + 1, {
          abortSignal: signal,
          // The SDK would go on by itself after a broken connection, but then cannot tell an abort from it.
          maxRetryRequests: 0,
          ...(ifMatch !== undefined && { conditions: { ifMatch: `"${ifMatch}"` } }),
        }),
      );
      const source = answer.readableStreamBody as Readable;
      const facts = {
        status: answer._response.status,
        lengthBytes: answer.contentLength!, // without one the SDK throws
        contentRange: answer.contentRange ?? null,
      };
      const part = readPart(facts, range);
      if (!part.ok) {
        source.destroy();
        throw part.beyondEnd ? errors.explainAnswer(BEYOND_END, attempt) : unexpectedAnswer(part.seen);
      }
      const explain = (error: unknown) => (caller?.aborted ? caller.reason : errors.explain(error, attempt));
      return {
        body: exactly(facts.lengthBytes, source, explain),
        start: part.start,
        lengthBytes: facts.lengthBytes,
        totalBytes: part.totalBytes,
        contentType: answer.contentType ?? null,
        contentEncoding: answer.contentEncoding ?? null,
        contentLanguage: answer.contentLanguage ?? null,
        etag: unquote(answer.etag ?? ''),
      };
    },
  };
}

/** https://learn.microsoft.com/rest/api/storageservices/get-blob-properties */
function objectOf(key: string, answer: Answer): StorageObject & StoredHeaders {
  const metadata = Object.entries(answer.headers).flatMap(([name, value]) =>
    name.startsWith('x-ms-meta-') ? [[name.slice('x-ms-meta-'.length), String(value)]] : [],
  );
  const object = toStorageObject(key, {
    etag: header(answer, 'etag') ?? undefined,
    sizeBytes: Number(header(answer, 'content-length') ?? 0),
    contentType: header(answer, 'content-type') ?? undefined,
    tier: header(answer, 'x-ms-access-tier') ?? undefined,
    lastModified: new Date(header(answer, 'last-modified') ?? 0),
    metadata: Object.fromEntries(metadata),
  });
  return {
    ...object,
    contentEncoding: header(answer, 'content-encoding'),
    contentLanguage: header(answer, 'content-language'),
  };
}

/** What Azure answers to a range at or past the end; Azurite sends nothing with status 206 or 200 instead. */
const BEYOND_END: ErrorAnswer = {
  status: 416,
  code: 'InvalidRange',
  detail: '',
  retryAfterSeconds: undefined,
};

const emptyRange = ({ start, end }: ByteRange): ProviderError =>
  new ProviderError('range', `The range ${start}–${end} is not valid.`, {
    fix: 'Ask for a range whose end is not before its start.',
  });
