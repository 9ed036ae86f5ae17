import fastifyCors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

/**
 * Lets pages of these origins call the API, with a token. Browsers send no cookie along and accept no answer to one:
 * a session stays with the web app. See https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export async function addCors(api: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await api.register(fastifyCors, {
    origin: [...origins],
    credentials: false,
    strictPreflight: false, // other uses of OPTIONS get the answer of their route
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    allowedHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'If-Match', 'Range'],
    exposedHeaders: ['ETag', 'Idempotency-Replayed', 'Operation-Location', 'Retry-After', 'X-Request-Id'],
    maxAge: 7200,
  });
}
