import { type Problem, problem, type Route } from '@mooring/contract';
import { MooringApiError, MooringUnreachableError } from './error.ts';
import { isRepeatable, repeat } from './repeat.ts';

export interface ClientOptions {
  /** Where Mooring answers, e.g. `https://mooring.example`. In a browser: leave out for the same origin. */
  baseUrl?: string;
  /** An API token (`mrg_…`). In a browser: leave out, the session cookie is used. */
  token?: string;
  fetch?: typeof globalThis.fetch;
  /**
   * How often a request is sent again while the server is away: 2 by default. Only what is safe to repeat is: GET, and
   * requests with an `Idempotency-Key`.
   */
  retries?: number;
  /** How long to wait for an answer to begin: by default 60 s for GET, and 300 s for requests that do work. */
  timeoutSeconds?: number;
}

const TIMEOUT_SECONDS = { reading: 60, working: 300 };

/** What can be sent as it is. A stream is sent once: a request with one is not repeated. */
export type UploadBody = BodyInit;

export interface RequestInput {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  /** A body that is no JSON, of a route with an `upload`. */
  upload?: UploadBody;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  timeoutSeconds?: number;
}

/**
 * Sends one request of a route and returns the response when it is a success.
 * @throws MooringApiError when the server answers with a problem
 * @throws MooringUnreachableError when nothing, or something else, answers
 */
export async function send(
  options: ClientOptions,
  route: Route,
  input: RequestInput,
  accept: string,
): Promise<Response> {
  const base = options.baseUrl?.replace(/\/+$/, '') ?? '';
  const headers: Record<string, string> = { accept, ...input.headers };
  if (options.token) headers.authorization = `Bearer ${options.token}`;
  const { upload } = input;
  if (input.body !== undefined) headers['content-type'] = 'application/json';
  if (upload !== undefined) headers['content-type'] ??= 'application/octet-stream';

  const usual = route.method === 'GET' ? TIMEOUT_SECONDS.reading : TIMEOUT_SECONDS.working;
  const seconds = input.timeoutSeconds ?? options.timeoutSeconds ?? usual;
  const attempt = () =>
    beginAnswer(options.fetch ?? globalThis.fetch, base, address(route, input), seconds, {
      method: route.method,
      headers,
      redirect: 'manual',
      credentials: 'same-origin',
      ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
      ...(upload === undefined ? {} : { body: upload, duplex: 'half' }),
      signal: input.signal ?? null,
    });
  const isOnce = upload instanceof ReadableStream;
  const response =
    !isOnce && isRepeatable(route, headers)
      ? await repeat(attempt, { retries: options.retries, signal: input.signal })
      : await attempt();
  if (response.status < 400) return response;
  throw await failure(response, base);
}

/** Sends a request and waits until its answer begins; what follows may take as long as it likes. */
async function beginAnswer(
  fetch: typeof globalThis.fetch,
  base: string,
  path: string,
  seconds: number,
  init: RequestInit,
): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(new Error(`nothing within ${seconds} seconds`)), seconds * 1000);
  const signal = init.signal ? AbortSignal.any([init.signal, late.signal]) : late.signal;
  try {
    return await fetch(base + path, { ...init, signal });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new MooringUnreachableError(`No answer from ${base || 'the server'}: ${reason(error)}.`, {
      fix: 'Check that `mooring serve` is running there and that the address is right.',
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
}

function address(route: Route, { params = {}, query = {} }: RequestInput): string {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  return search.size > 0 ? `${path}?${search}` : path;
}

async function failure(response: Response, base: string): Promise<Error> {
  const text = await response.text();
  const parsed = problem.safeParse(parseJson(text));
  if (parsed.success) return new MooringApiError(parsed.data satisfies Problem);
  return new MooringUnreachableError(
    `${base || 'The server'} answered ${response.status} with an answer that is not from Mooring.`,
    { fix: 'Check the address, and whether a proxy in between answers in its place.' },
  );
}

/** undefined where the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
