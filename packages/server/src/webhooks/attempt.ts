import type { Clock, Guard } from '@mooring/storage/server';
import { networkFailure } from '@mooring/storage/server';
import { request } from 'undici';
import { webhookSecret } from '../catalogue/sealed-for.ts';
import { MooringError } from '../platform/problem.ts';
import type { SecretBox } from '../platform/secrets.ts';
import { signedHeaders } from './signature.ts';

/** As the standard recommends: receivers should take the event down and work on it later. */
const ANSWER_WITHIN_MS = 15_000;

/** What is sent, and where to. */
export interface Letter {
  workspaceId: string;
  webhookId: string;
  url: string;
  secretSealed: Buffer;
  deliveryId: string;
  body: string;
}

/** How one attempt ended: `error` is null where the receiver has it. */
export interface Attempt {
  responseStatus: number | null;
  error: string | null;
}

export interface AttemptDependencies {
  guard: Guard;
  secrets: SecretBox;
  clock: Clock;
  /** For tests: how long to wait for an answer. */
  answerWithinMs?: number;
}

/** Sends a letter once. Redirects are not followed, and what the receiver says is not kept. Never throws. */
export async function attempt(
  { workspaceId, webhookId, url, secretSealed, deliveryId, body }: Letter,
  { guard, secrets, clock, answerWithinMs = ANSWER_WITHIN_MS }: AttemptDependencies,
  signal: AbortSignal,
): Promise<Attempt> {
  try {
    const secret = secrets.unseal(
      secretSealed,
      webhookSecret({ workspace_id: workspaceId, id: webhookId, url }),
    );
    const { statusCode, body: answer } = await request(url, {
      method: 'POST',
      dispatcher: guard.dispatcher,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Mooring',
        ...signedHeaders(secret, { id: deliveryId, at: clock.now(), body }),
      },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]),
    });
    answer.on('error', () => {}); // it is not read
    answer.destroy();
    const arrived = statusCode >= 200 && statusCode < 300;
    return { responseStatus: statusCode, error: arrived ? null : `It answered ${statusCode}, expected 2xx.` };
  } catch (error) {
    return { responseStatus: null, error: describe(error, new URL(url).host) };
  }
}

function describe(error: unknown, host: string): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `There was no answer within ${ANSWER_WITHIN_MS / 1000} seconds.`;
  const failure = networkFailure(error, host);
  if (failure) return failure.kind === 'invalid' ? `${failure.message} ${failure.fix}` : failure.message;
  if (error instanceof MooringError) return error.message;
  // Of other errors not the message: it may name the address.
  const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
  return `It could not be sent${code}.`;
}
