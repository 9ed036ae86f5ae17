import type { ByteRange, Reader } from '@mooring/storage/server';
import { exactly, ProviderError, readPart, unexpectedAnswer } from '@mooring/storage/server';
import type { Attempt, S3Errors } from './errors.ts';
import type { Sender } from './send.ts';
import { type Header, objectOf, unquote } from './storage-object.ts';

/** Reads properties and ranges of objects. */
export function createReader({ send }: Pick<Sender, 'send'>, errors: S3Errors): Reader {
  const reader: Reader = {
    async head(container, key, signal) {
      try {
        const answer = await send({ action: 'head', container, key }, { method: 'HEAD' }, signal);
        await answer.body.dump();
        return objectOf(key, headerOf(answer.headers));
      } catch (error) {
        if (error instanceof ProviderError && isUnexplained(error))
          await explainByRead(container, key, signal);
        throw error;
      }
    },

    async readRange(container, key, { range, ifMatch, signal: caller } = {}) {
      const attempt: Attempt = { action: 'read', container, key };
      if (range && !(range.start >= 0 && range.end >= range.start)) throw emptyRange(range);
      const headers = {
        ...(range && { range: `bytes=${range.start}-${range.end}` }),
        ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
      };
      const answer = await send(attempt, { method: 'GET', headers }, caller);
      const header = headerOf(answer.headers);
      const facts = {
        status: answer.status,
        lengthBytes: Number(header('content-length') ?? Number.NaN),
        contentRange: header('content-range'),
      };
      const part = Number.isNaN(facts.lengthBytes) ? NO_LENGTH : readPart(facts, range);
      if (!part.ok) {
        answer.body.once('error', () => {}).destroy(); // it is not wanted any more
        throw part.beyondEnd ? errors.explainAnswer(BEYOND_END, attempt) : unexpectedAnswer(part.seen);
      }
      const explain = (error: unknown) => (caller?.aborted ? caller.reason : errors.explain(error));
      const body = exactly(facts.lengthBytes, answer.body, explain);
      const stop = () => body.destroy(caller!.reason);
      caller?.addEventListener('abort', stop, { once: true });
      body.once('close', () => caller?.removeEventListener('abort', stop));
      return {
        body,
        start: part.start,
        lengthBytes: facts.lengthBytes,
        totalBytes: part.totalBytes,
        contentType: header('content-type'),
        contentEncoding: header('content-encoding'),
        contentLanguage: header('content-language'),
        etag: unquote(header('etag') ?? ''),
      };
    },
  };
  /** An answer to HEAD has no body that says why it refuses; one to a read of a byte has. */
  const explainByRead = async (container: string, key: string, signal?: AbortSignal): Promise<void> => {
    const { body } = await reader.readRange(container, key, { range: { start: 0, end: 0 }, signal });
    body.destroy();
  };
  return reader;
}

const isUnexplained = ({ status, serviceCode }: ProviderError): boolean =>
  (status === 403 || status === 400) && serviceCode === undefined;

const headerOf =
  (headers: Readonly<Record<string, string | string[] | undefined>>): Header =>
  name =>
    [headers[name] ?? null].flat()[0] ?? null;

const NO_LENGTH = {
  ok: false,
  beyondEnd: false,
  seen: 'The storage does not say how many bytes it sends.',
} as const;

/** What a server answers to a range at or past the end; some send nothing with status 200 or 206 instead. */
const BEYOND_END = {
  status: 416,
  code: 'InvalidRange',
  message: '',
  region: null,
  retryAfterSeconds: undefined,
  isStranger: false,
};

const emptyRange = ({ start, end }: ByteRange): ProviderError =>
  new ProviderError('range', `The range ${start}–${end} is not valid.`, {
    fix: 'Ask for a range whose end is not before its start.',
  });
