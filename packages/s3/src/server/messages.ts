import type { Clock, Guard, MessageAddress, MessageQueue, TakeTurn } from '@mooring/storage/server';
import { AnswerBody, ProviderError, readBytes, withDeadline } from '@mooring/storage/server';
import { stream } from 'undici';
import { z } from 'zod';
import type { S3Location } from '../schemas.ts';
import type { S3Errors } from './errors.ts';
import { type Queue, readQueue } from './queue-address.ts';
import type { Sessions } from './sessions.ts';
import { signHeaders } from './sigv4.ts';

const SECONDS = 30;
/** The most that the service gives at once: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html */
const MESSAGES_AT_ONCE = 10;
/** As many messages of 1 MiB as come at once, and what JSON adds to them. */
const MOST_BYTES = 24 * 1024 * 1024;

const received = z.object({
  Messages: z
    .array(z.object({ MessageId: z.string(), ReceiptHandle: z.string(), Body: z.string() }))
    .max(MESSAGES_AT_ONCE)
    .optional(),
});
const refused = z.object({ __type: z.string().optional(), message: z.string().optional() });

/** Codes of SQS that say what S3 says in other words. */
const SAME_AS: Readonly<Record<string, string>> = {
  InvalidClientTokenId: 'InvalidAccessKeyId',
  UnrecognizedClientException: 'InvalidAccessKeyId',
  RequestThrottled: 'SlowDown',
};
/** The message was hidden for too short a time, and comes again: that does no harm. */
const GONE = new Set(['ReceiptHandleIsInvalid', 'InvalidParameterValue', 'MessageNotInflight']);

/**
 * Reads queues of Amazon SQS, in its JSON protocol. Each request is signed.
 * @param options.sessions by the ARN of the queue
 */
export function createMessageQueue(
  location: S3Location,
  {
    sessions,
    errors,
    guard,
    takeTurn,
    clock,
  }: { sessions: Sessions; errors: S3Errors; guard: Guard; takeTurn: TakeTurn; clock: Clock },
): MessageQueue {
  function queueAt(address: MessageAddress): Queue {
    const read = readQueue(location, address);
    if (read.ok) return read.value;
    throw new ProviderError('invalid', read.message, { fix: read.fix });
  }

  async function call(
    queue: Queue,
    action: string,
    fields: object,
    caller: AbortSignal,
  ): Promise<{ status: number; body: unknown }> {
    return withDeadline(caller, { seconds: SECONDS, host: new URL(queue.origin).hostname }, async signal => {
      try {
        const { keys } = await sessions.get(queue.arn, signal);
        const body = JSON.stringify({ QueueUrl: queue.url, ...fields });
        const headers = signHeaders(
          {
            ...{ method: 'POST', host: new URL(queue.origin).host, path: '/', query: '', body },
            headers: {
              'content-type': 'application/x-amz-json-1.0',
              'x-amz-target': `AmazonSQS.${action}`,
            },
          },
          keys,
          { region: queue.region, service: 'sqs' },
          clock.now(),
        );
        const answer = { status: 0, body: new AnswerBody(takeTurn, MOST_BYTES) };
        try {
          await stream(
            `${queue.origin}/`,
            { method: 'POST', headers, body, dispatcher: guard.dispatcher, signal },
            ({ statusCode }) => {
              answer.status = statusCode;
              return answer.body;
            },
          );
          const text = await readBytes(answer.body, bytes => bytes.toString());
          return { status: answer.status, body: text === '' ? {} : JSON.parse(text) };
        } finally {
          answer.body.release();
        }
      } catch (error) {
        if (signal.aborted) throw error;
        throw errors.explain(error);
      }
    });
  }

  /** @throws ProviderError */
  function explain(queue: Queue, status: number, body: unknown): ProviderError {
    const read = refused.safeParse(body);
    const { __type = '', message = '' } = read.success ? read.data : {};
    const code = __type.slice(__type.lastIndexOf('#') + 1);
    const facts = { status, serviceCode: code || undefined };
    if (/QueueDoesNotExist|NonExistentQueue/.test(code))
      return new ProviderError('not-found', `There is no queue ${queue.url}.`, {
        fix: 'Make the queue, and let the bucket send its notifications to it.',
        ...facts,
      });
    if (/^AccessDenied/.test(code))
      return new ProviderError(
        'forbidden',
        `The credential may not receive messages of ${queue.url} (${code}).`,
        { fix: `Grant sqs:ReceiveMessage and sqs:DeleteMessage on ${queue.arn}.`, ...facts },
      );
    return errors.explainAnswer(
      {
        ...{ status, message, region: null, retryAfterSeconds: undefined, isStranger: code === '' },
        code: SAME_AS[code] ?? (code || null),
      },
      { action: 'receive', container: queue.url },
    );
  }

  return {
    address(typed) {
      const read = readQueue(location, typed);
      return read.ok ? { ok: true, value: { queueUrl: read.value.url } } : read;
    },

    async receive(address, { hiddenSeconds, signal }) {
      const queue = queueAt(address);
      const fields = { MaxNumberOfMessages: MESSAGES_AT_ONCE, VisibilityTimeout: hiddenSeconds };
      const { status, body } = await call(queue, 'ReceiveMessage', fields, signal);
      if (status !== 200) throw explain(queue, status, body);
      const read = received.safeParse(body);
      if (!read.success) throw errors.explain(read.error);
      return (read.data.Messages ?? []).map(({ MessageId: id, ReceiptHandle: receipt, Body: text }) => ({
        id,
        receipt,
        text,
      }));
    },

    async remove(address, { receipt }, caller) {
      const queue = queueAt(address);
      const { status, body } = await call(queue, 'DeleteMessage', { ReceiptHandle: receipt }, caller);
      if (status === 200) return;
      const error = explain(queue, status, body);
      if (!GONE.has(error.serviceCode ?? '')) throw error;
    },
  };
}
