import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { MooringError } from '../platform/problem.ts';
import { toProblem } from './problems.ts';

/** Answers what the HTTP parser could not read, or did not get in time. There is no request yet, only a socket. */
export function answerBadConnection(error: { code?: string }, socket: Socket, requestId: string): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const problem = toProblem(
    new MooringError('invalid_request', 'The request is not a complete, well-formed HTTP request.', {
      fix: 'Check the client, and any proxy in between. All headers together may have at most 16 KiB.',
    }),
    requestId,
  );
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
