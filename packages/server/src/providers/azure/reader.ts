import type { Readable } from 'node:stream';
import { BlobClient, type Pipeline } from '@azure/storage-blob';
import { ProviderError } from '../errors.ts';
import type { ByteRange, Reader } from '../provider.ts';
import type { AzureCalls } from './calls.ts';
import type { Attempt, AzureErrors, ErrorAnswer } from './errors.ts';
import { exactly, unexpectedAnswer } from './exact-body.ts';
import { readPart } from './range-answer.ts';
import { toStorageObject, unquote } from './storage-object.ts';
import { type AzureAccount, objectUrl } from './urls.ts';

/** Reads properties and ranges of objects through the SDK. */
export function createReader(
  account: AzureAccount,
  pipeline: Pipeline,
  { call, errors, sasToken }: { call: AzureCalls; errors: AzureErrors; sasToken: string },
): Reader {
  const blob = (container: string, key: string) =>
    new BlobClient(objectUrl(account, container, key, sasToken), pipeline);

  return {
    async head(container, key, caller) {
      const client = blob(container, key);
      const found = await call({ action: 'head', container, key }, caller, signal =>
        client.getProperties({ abortSignal: signal }),
      );
      return toStorageObject(key, {
        etag: found.etag,
        sizeBytes: found.contentLength,
        contentType: found.contentType,
        tier: found.accessTier,
        lastModified: found.lastModified,
        metadata: found.metadata,
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
        etag: unquote(answer.etag ?? ''),
      };
    },
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
  new ProviderError('range', `The range ${start}–${end} is not one.`, {
    fix: 'Ask for a range whose end is not before its start.',
  });
