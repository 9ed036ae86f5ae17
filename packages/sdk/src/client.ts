import {
  type CheckEvent,
  type CheckRequest,
  type CheckRun,
  type ExportRequest,
  isFinished,
  type Operation,
  type Problem,
  type RegistrationOptions,
  type Route,
  type RouteId,
  routes,
} from '@mooring/contract';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { MooringApiError, MooringOperationError, MooringUnreachableError } from './error.ts';
import { pause } from './pause.ts';
import { type ClientOptions, type RequestInput, send, type UploadBody } from './request.ts';
import type {
  CallArguments,
  CallInput,
  CallOptions,
  CallResult,
  PagedItem,
  PagedRouteId,
  StreamRouteId,
} from './types.ts';

const POLL_INTERVAL_MS = 1000;
/** A minute or so without any answer. */
const MOST_FAILURES = 60;

/** For a list to be sent and the answer to begin. */
const UPLOAD_SECONDS = 3600;

/** The most assets that one request may name. */
const SIGNED_AT_ONCE = 1000;

export interface WatchOptions {
  onProgress?: (operation: Operation) => void;
  rejectUnsuccessful?: boolean;
  signal?: AbortSignal;
}

/** A typed client of Mooring's API, for Node and browsers. */
export function createClient(options: ClientOptions = {}) {
  const request = (id: RouteId, input: RequestInput, accept: string) =>
    send(options, routes[id] as Route, input, accept);

  /**
   * Calls one route and returns its answer.
   * @throws MooringApiError with `code`, `fix` and `requestId` when the server refuses
   */
  async function call<Id extends RouteId>(id: Id, ...[input]: CallArguments<Id>): Promise<CallResult<Id>> {
    const response = await request(id, (input ?? {}) as RequestInput, 'application/json');
    if ('mediaTypes' in routes[id]) return new Uint8Array(await response.arrayBuffer()) as CallResult<Id>;
    if (routes[id].response === null) {
      await response.body?.cancel();
      return undefined as CallResult<Id>;
    }
    return (await response.json()) as CallResult<Id>;
  }

  /** Goes through every item of a paged route, asking for pages as they are needed. */
  async function* pages<Id extends PagedRouteId>(
    id: Id,
    ...[input]: CallArguments<Id>
  ): AsyncGenerator<PagedItem<Id>, void, undefined> {
    let cursor: string | undefined;
    do {
      const asked = (input ?? {}) as RequestInput;
      const withCursor = cursor === undefined ? asked : { ...asked, query: { ...asked.query, cursor } };
      const response = await request(id, withCursor, 'application/json');
      const page = (await response.json()) as { items: PagedItem<Id>[]; nextCursor: string | null };
      yield* page.items;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  /**
   * The server-sent events of a route, until the server ends them.
   * @throws MooringApiError where it ends them with a problem
   */
  async function* stream<Id extends StreamRouteId>(
    id: Id,
    ...[input]: CallArguments<Id>
  ): AsyncGenerator<{ event: string; data: unknown }, void, undefined> {
    const response = await request(id, (input ?? {}) as RequestInput, 'text/event-stream');
    if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
      await response.body?.cancel();
      throw new MooringUnreachableError(
        'The SDK asked the server for a stream of events, and the server sent none.',
        {
          fix: 'Check whether a proxy in between changes the answer.',
        },
      );
    }
    const events = response.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream());
    for await (const { event, data } of readAll(events)) {
      const value: unknown = JSON.parse(data);
      if (event === 'problem') throw new MooringApiError(value as Problem);
      yield { event: event ?? 'message', data: value };
    }
  }

  /** Runs a connection's checks, all or some; `onCheck` hears of each change as it happens. */
  async function runChecks(
    connectionId: string,
    {
      onCheck,
      signal,
      ...body
    }: CheckRequest & { onCheck?: (event: CheckEvent) => void; signal?: AbortSignal } = {},
  ): Promise<CheckRun> {
    const input: CallInput<'runChecks'> = { params: { connectionId }, body, ...(signal ? { signal } : {}) };
    for await (const { event, data } of stream('runChecks', input)) {
      if (event === 'done') {
        const run = data as CheckRun;
        onCheck?.({ type: 'done', run });
        return run;
      }
      onCheck?.({ type: 'check', check: data as Extract<CheckEvent, { type: 'check' }>['check'] });
    }
    throw new MooringUnreachableError('The checks stopped before they were done.', {
      fix: 'Run the checks again; if it happens again, read the log of the server.',
    });
  }

  /**
   * Waits until an operation has finished: succeeded, failed or cancelled. Follows the event stream. Where that breaks
   * (a proxy, a restart of the server) it asks once a second.
   * @param rejectUnsuccessful reject where it failed or was cancelled, instead of returning it
   * @throws MooringOperationError only then
   */
  async function watchOperation(
    operationId: string,
    { rejectUnsuccessful = false, ...options }: WatchOptions = {},
  ): Promise<Operation> {
    const operation = await waitFor(operationId, options);
    if (rejectUnsuccessful && operation.status !== 'succeeded') throw new MooringOperationError(operation);
    return operation;
  }

  async function waitFor(operationId: string, { onProgress, signal }: WatchOptions): Promise<Operation> {
    const input: CallInput<'getOperation'> = { params: { operationId }, ...(signal ? { signal } : {}) };
    const report = (operation: Operation) => {
      onProgress?.(operation);
      return isFinished(operation.status);
    };
    for (let failures = 0; ; failures++) {
      try {
        for await (const { data } of stream('getOperation', input)) {
          if (report(data as Operation)) return data as Operation;
          failures = 0;
        }
      } catch (error) {
        if (signal?.aborted || !isBreak(error) || failures >= MOST_FAILURES) throw error;
      }
      await pause(POLL_INTERVAL_MS, signal);
      const operation = await call('getOperation', input).catch((error: unknown) => {
        if (signal?.aborted || !isBreak(error) || failures >= MOST_FAILURES) throw error;
        return null;
      });
      if (!operation) continue;
      if (report(operation)) return operation;
      failures = 0;
    }
  }

  /**
   * URLs of any number of assets: asks for a thousand at a time, one after another. What cannot be signed stands in
   * `problems`; the order is that of the ids.
   */
  async function signAssets(
    assetIds: readonly string[],
    { expiresInSeconds, ...options }: { expiresInSeconds?: number } & CallOptions = {},
  ): Promise<CallResult<'signAssets'>> {
    const signed: CallResult<'signAssets'> = { items: [], problems: [] };
    for (let at = 0; at < assetIds.length; at += SIGNED_AT_ONCE) {
      const body = { assetIds: assetIds.slice(at, at + SIGNED_AT_ONCE), expiresInSeconds };
      const { items, problems } = await call('signAssets', { ...options, body });
      for (const item of items) signed.items.push(item);
      for (const problem of problems) signed.problems.push(problem);
    }
    return signed;
  }

  /**
   * Sends a list of objects to register; its format is known by the content. Wait for the operation with
   * `watchOperation`. A list in the memory or in a file can be sent again, with an `Idempotency-Key`; a stream cannot.
   * @throws MooringApiError `payload_too_large` where the installation does not take so much
   */
  async function register(
    list: UploadBody,
    {
      headers,
      signal,
      timeoutSeconds = UPLOAD_SECONDS,
      ...query
    }: Partial<RegistrationOptions> & CallOptions = {},
  ): Promise<Extract<Operation, { kind: 'register' }>> {
    const input: RequestInput = { query, upload: list, timeoutSeconds };
    if (headers) input.headers = headers;
    if (signal) input.signal = signal;
    const response = await request('createRegistration', input, 'application/json');
    return (await response.json()) as Extract<Operation, { kind: 'register' }>;
  }

  /**
   * Assets that match, in the format of another tool, as a stream of bytes: hold no more of it than you need. A stream
   * that breaks off fails; formats of lines can be asked for again with `after`.
   * @throws MooringApiError before the stream begins
   */
  async function exportAssets(
    body: ExportRequest,
    { headers, signal, timeoutSeconds }: CallOptions = {},
  ): Promise<ReadableStream<Uint8Array>> {
    const input: RequestInput = { body };
    if (headers) input.headers = headers;
    if (signal) input.signal = signal;
    if (timeoutSeconds) input.timeoutSeconds = timeoutSeconds;
    const { body: stream } = await request('exportAssets', input, '*/*');
    return stream ?? new Blob([]).stream();
  }

  return { call, pages, stream, runChecks, watchOperation, signAssets, register, exportAssets };
}
export type MooringClient = ReturnType<typeof createClient>;

/**
 * Nothing answered, the answer broke off in the middle (which fetch reports as a TypeError), or the server says that
 * it or its database is away for a moment.
 */
const isBreak = (error: unknown): boolean =>
  error instanceof MooringUnreachableError ||
  error instanceof TypeError ||
  (error instanceof MooringApiError && error.code === 'unavailable');

/** Safari has no async iteration of streams. */
async function* readAll<T>(readable: ReadableStream<T>): AsyncGenerator<T, void, undefined> {
  const reader = readable.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      ended = done;
      if (done) return;
      yield value;
    }
  } finally {
    if (!ended) await reader.cancel();
  }
}
