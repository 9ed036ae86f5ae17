import type { FastifyRequest } from 'fastify';

/** Where this server is reached from outside, as configured or else as the request says. */
export const baseUrlOf = (request: FastifyRequest, publicUrl: string | null): string =>
  publicUrl ?? `${request.protocol}://${request.host}`;
