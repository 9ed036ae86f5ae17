import type { IncomingHttpHeaders } from 'node:http';
import type { Clock, TakeTurn } from '@mooring/storage/server';
import { AnswerBody, hostOf, MOST_ERROR_BYTES, readBytes, withDeadline } from '@mooring/storage/server';
import { type Dispatcher, request, stream } from 'undici';
import type { S3Location } from '../schemas.ts';
import { readErrorAnswer } from './error-answer.ts';
import type { Attempt, S3Errors } from './errors.ts';
import type { Regions } from './region.ts';
import type { Sessions } from './sessions.ts';
import { canonicalQuery, signHeaders } from './sigv4.ts';
import { pathOf, placeOf } from './urls.ts';

const SECONDS = 60;
/** What a connection does that the other side had given up: it is opened anew, once. */
const STALE = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** What stands in a request beside its place. */
export interface Asked {
  method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  query?: Readonly<Record<string, string | undefined>>;
  headers?: Readonly<Record<string, string>>;
  body?: Buffer;
}

export interface SenderOptions {
  location: S3Location;
  regions: Regions;
  sessions: Sessions;
  errors: S3Errors;
  /** For answers whose bodies stream: who reads them may keep what they read. */
  dispatcher: Dispatcher;
  /** For answers that are taken in at once; none of their memory is kept. */
  bulkDispatcher: Dispatcher;
  takeTurn: TakeTurn;
  clock: Clock;
}

/**
 * Sends signed requests. Redirects are not followed: where the storage says that the bucket is in another region, the
 * request is signed anew for that region, once. Each must begin to answer within a minute.
 */
export function createSender(options: SenderOptions) {
  const { location, regions, sessions, errors, dispatcher, bulkDispatcher, takeTurn, clock } = options;
  const standing = {
    'user-agent': 'mooring',
    ...(location.payer === 'requester' && { 'x-amz-request-payer': 'requester' }),
    ...(location.bucketOwner !== '' && { 'x-amz-expected-bucket-owner': location.bucketOwner }),
  };

  async function prepare({ container, key }: Attempt, asked: Asked, signal: AbortSignal) {
    const region = await regions.get(container, signal);
    const { keys } = await sessions.get(container, signal);
    const { protocol, host, base } = placeOf(location, container, region);
    const path = key === undefined ? { signed: base || '/', sent: base || '/' } : pathOf(base, key);
    const query = canonicalQuery(asked.query ?? {});
    const { method, body } = asked;
    const headers = signHeaders(
      { method, host, path: path.signed, query, headers: { ...standing, ...asked.headers }, body },
      keys,
      { region, service: 's3' },
      clock.now(),
    );
    return { url: `${protocol}//${host}${path.sent}${query && `?${query}`}`, headers };
  }

  /** Sends it, once more where a connection had been given up or the region was another one. */
  async function attempted<T extends { status: number; headers: IncomingHttpHeaders }>(
    attempt: Attempt,
    asked: Asked,
    signal: AbortSignal,
    send: (url: string, headers: Record<string, string>) => Promise<T>,
    textOf: (answer: T) => Promise<string>,
  ): Promise<T> {
    for (let again = false; ; again = true) {
      const { url, headers } = await prepare(attempt, asked, signal);
      const answer = await send(url, headers).catch(error => {
        if (again || signal.aborted || !isStale(error)) throw error;
        return null;
      });
      if (answer === null) continue;
      if (answer.status < 300) return answer;
      const body = await textOf(answer);
      const read = readErrorAnswer(
        answer.status,
        name => [answer.headers[name] ?? null].flat()[0] ?? null,
        body,
      );
      const isElsewhere = answer.status === 301 || answer.status === 307 || answer.status === 400;
      const known = await regions.get(attempt.container, signal);
      if (!again && isElsewhere && read.region !== known && regions.learn(attempt.container, read.region))
        continue;
      throw errors.explainAnswer(read, attempt);
    }
  }

  const within = <T>(caller: AbortSignal | undefined, run: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    withDeadline(caller, { seconds: SECONDS, host: hostOf(location.endpoint) }, async signal => {
      try {
        return await run(signal);
      } catch (error) {
        // An abort is for `withDeadline` to explain.
        throw signal.aborted ? error : errors.explain(error);
      }
    });

  return {
    /** An answer whose body streams. @throws ProviderError for an error answer, or the reason of the caller's abort */
    send: (attempt: Attempt, asked: Asked, caller: AbortSignal | undefined) =>
      within(caller, signal =>
        attempted(
          attempt,
          asked,
          signal,
          async (url, headers) => {
            const { method, body = null } = asked;
            const answer = await request(url, { method, headers, body, dispatcher, signal });
            return { status: answer.statusCode, headers: answer.headers, body: answer.body };
          },
          async ({ body }) => readSome(body),
        ),
      ),

    /**
     * An answer whose body is taken in whole, for pages of listings. To be released.
     * @param mostBytes how long it may be
     * @throws as `send`
     */
    fetch: (attempt: Attempt, asked: Asked, caller: AbortSignal | undefined, mostBytes: number) =>
      within(caller, signal =>
        attempted(
          attempt,
          asked,
          signal,
          async (url, headers) => {
            const answer = {
              status: 0,
              headers: {} as IncomingHttpHeaders,
              body: new AnswerBody(takeTurn, mostBytes),
            };
            try {
              await stream(
                url,
                { method: 'GET', headers, dispatcher: bulkDispatcher, signal },
                ({ statusCode, headers }) => {
                  answer.status = statusCode;
                  answer.headers = headers;
                  if (statusCode >= 300) answer.body = new AnswerBody(takeTurn, MOST_ERROR_BYTES);
                  return answer.body;
                },
              );
            } catch (error) {
              answer.body.release();
              throw error;
            }
            return answer;
          },
          async ({ body }) => {
            body.release();
            return readBytes(body, bytes => bytes.toString());
          },
        ),
      ),
  };
}
export type Sender = ReturnType<typeof createSender>;

const isStale = (error: unknown): boolean => STALE.has(String((error as { code?: unknown }).code));

async function readSome(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= MOST_ERROR_BYTES) break;
  }
  return Buffer.concat(chunks).toString();
}
