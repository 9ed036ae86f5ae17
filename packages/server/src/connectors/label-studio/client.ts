import type { Guard } from '@mooring/storage/server';
import { type Dispatcher, request } from 'undici';
import { z } from 'zod';
import { failureOf, refusalOf, strangeAnswer } from './failure.ts';

const ANSWER_WITHIN_MS = 60_000;
/** More than any answer that Mooring asks for has. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Where Label Studio is, and what opens it. */
export interface LabelStudioAccess {
  /** Without a trailing slash. */
  url: string;
  token: string;
}

export interface Call {
  method?: 'GET' | 'POST' | 'PATCH';
  /** Below the URL: `/api/tasks/1`. */
  path: string;
  query?: Record<string, string>;
  body?: unknown;
  /** What it is, for messages: “the request for the project”. */
  what: string;
}

/**
 * Calls the API of Label Studio. A personal access token is exchanged for access tokens that live for minutes; a legacy
 * token is sent as it is. Source: https://labelstud.io/guide/access_tokens
 */
export function createLabelStudioClient(
  { url, token }: LabelStudioAccess,
  {
    guard,
    signal,
    answerWithinMs = ANSWER_WITHIN_MS,
  }: {
    guard: Pick<Guard, 'dispatcher'>;
    signal: AbortSignal;
    /** For tests. */
    answerWithinMs?: number;
  },
) {
  const { host } = new URL(url);
  const isPersonal = token.split('.').length === 3;
  let accessToken: string | null = null;

  async function send({ method = 'GET', path, query, body, what }: Call, authorization: string | null) {
    const address = new URL(`${url}${path}`);
    for (const [name, value] of Object.entries(query ?? {})) address.searchParams.set(name, value);
    try {
      const answer = await request(address, {
        method,
        dispatcher: guard.dispatcher,
        headers: {
          accept: 'application/json',
          'user-agent': 'Mooring',
          ...(authorization !== null && { authorization }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
      });
      return { status: answer.statusCode, headers: answer.headers, text: await readText(answer, host, what) };
    } catch (error) {
      signal.throwIfAborted();
      throw failureOf(error, host, Math.round(answerWithinMs / 1000));
    }
  }

  async function authorize(): Promise<string> {
    if (!isPersonal) return `Token ${token}`;
    if (accessToken === null) {
      const what = 'the exchange of the token';
      const call = { method: 'POST', path: '/api/token/refresh', body: { refresh: token }, what } as const;
      const { access } = read(
        await send(call, null),
        what,
        z.object({ access: z.string().min(1) }),
        'a token',
      );
      accessToken = access;
    }
    return `Bearer ${accessToken}`;
  }

  function read<T>(
    { status, headers, text }: Awaited<ReturnType<typeof send>>,
    what: string,
    shape: z.ZodType<T>,
    expected: string,
  ): T {
    const json = parse(text);
    if (status < 200 || status >= 300) {
      const retryAfterSeconds = Number(headers['retry-after']) || undefined;
      const detail = status >= 300 && status < 400 ? `see ${String(headers.location ?? '')}` : detailOf(json);
      throw refusalOf(host, status, { detail, what, retryAfterSeconds });
    }
    const found = shape.safeParse(json);
    if (!found.success) throw strangeAnswer(host, what, expected);
    return found.data;
  }

  async function answerTo(call: Call) {
    const wasFresh = accessToken === null;
    const answer = await send(call, await authorize());
    if (answer.status !== 401 || !isPersonal || wasFresh) return answer;
    accessToken = null; // it lives for minutes
    return send(call, await authorize());
  }

  return {
    /**
     * @throws MooringError `tool_refused` where trying again is of no use, else `tool_unavailable`; the signal's reason
     */
    call: async <T>(call: Call, shape: z.ZodType<T>, expected: string): Promise<T> =>
      read(await answerTo(call), call.what, shape, expected),

    /** The same; null where there is no such thing. */
    async find<T>(call: Call, shape: z.ZodType<T>, expected: string): Promise<T | null> {
      const answer = await answerTo(call);
      return answer.status === 404 ? null : read(answer, call.what, shape, expected);
    },
  };
}
export type LabelStudioClient = ReturnType<typeof createLabelStudioClient>;

async function readText({ body }: Dispatcher.ResponseData, host: string, what: string): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw strangeAnswer(host, what, 'an answer of less than 64 MB');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // which has no shape
  }
}

const errorAnswer = z.object({ detail: z.string(), validation_errors: z.unknown().optional() });

/** What Label Studio says of its refusal. */
function detailOf(json: unknown): string {
  const said = errorAnswer.safeParse(json);
  if (!said.success) return '';
  const { detail, validation_errors: errors } = said.data;
  // An error repeats the data of the task behind `::`.
  return errors === undefined ? detail : `${detail}: ${JSON.stringify(errors)}`.replace(/ ::.*$/s, '');
}
