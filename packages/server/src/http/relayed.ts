import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RelayAnswer } from '../delivery/relay.ts';
import type { ReadRequest } from '../delivery/relay-read.ts';
import { endSlowReader } from './slow-reader.ts';

/** What of a request the relay looks at. */
export function readRequest({ method, headers, ip }: FastifyRequest): ReadRequest {
  const { range, 'if-range': ifRange, 'if-none-match': ifNoneMatch } = headers;
  return {
    method: method as 'GET' | 'HEAD',
    ...{ range, ifRange: one(ifRange), ifNoneMatch },
    address: ip,
  };
}

/** Sends what the relay answers. @throws MooringError where there is no such range */
export function sendRelayed(
  reply: FastifyReply,
  answer: RelayAnswer,
  relayMinBytesPerSecond: number,
): FastifyReply {
  if ('error' in answer) {
    reply.header('content-range', answer.headers['content-range']);
    throw answer.error;
  }
  endSlowReader(reply.raw, relayMinBytesPerSecond);
  return reply
    .code(answer.status)
    .headers(answer.headers)
    .send(answer.body ?? undefined);
}

const one = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;
