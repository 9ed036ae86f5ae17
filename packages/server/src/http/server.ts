import { randomBytes } from 'node:crypto';
import fastifyCookie from '@fastify/cookie';
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { addAccessLog } from './access-log.ts';
import { registerApiDocs } from './api-docs/api-docs.ts';
import { answerBadConnection } from './bad-connection.ts';
import { createCallerSlots } from './caller-slots.ts';
import { registerEncord } from './compat/encord/register.ts';
import { registerV7 } from './compat/v7/register.ts';
import { addCompression } from './compression.ts';
import { addCors } from './cors.ts';
import { closeConnectionsWhileDraining } from './draining.ts';
import { registerEventsIntake } from './events-intake.ts';
import { addJsonParser } from './json-parser.ts';
import { registerLinks } from './links.ts';
import { addNotFound } from './not-found.ts';
import { knowAllMethods } from './other-methods.ts';
import { sendProblem } from './problems.ts';
import { registerRoutes } from './register.ts';
import { registerRelay } from './relay.ts';
import { addSecurityHeaders } from './security-headers.ts';
import type { HttpOptions, Services } from './services.ts';
import { trackWaiting } from './waiting.ts';
import { registerWebApp } from './web-app.ts';

const BODY_LIMIT_BYTES = 1_048_576;
/** For the whole of a request to arrive. */
const REQUEST_WITHIN_MS = 60_000;

const newRequestId = (): string => `req_${randomBytes(10).toString('hex')}`;

/**
 * The HTTP server, not listening yet: `await server.listen({ host, port })`, `await server.close()`. Closing ends
 * event streams, and lets other requests finish for a while.
 */
export async function createHttpServer(services: Services, options: HttpOptions): Promise<FastifyInstance> {
  const { log } = services;
  const app: FastifyInstance = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: [...options.trustedProxies],
    requestTimeout: REQUEST_WITHIN_MS,
    genReqId: newRequestId,
    clientErrorHandler: (error, socket) => answerBadConnection(error, socket, newRequestId()),
    return503OnClosing: false,
    forceCloseConnections: true,
    frameworkErrors: (error, request, reply) => {
      reply.header('x-request-id', request.id);
      sendProblem(log, error, request, reply);
    },
  });
  app.setErrorHandler((error, request, reply) => sendProblem(log, error, request, reply));
  knowAllMethods(app);
  addSecurityHeaders(app);
  addAccessLog(app, services);
  addJsonParser(app);
  await app.register(fastifyCookie);
  const signalOf = trackWaiting(app);
  closeConnectionsWhileDraining(app, services.draining);
  await addCompression(app);
  const slots = createCallerSlots(options.limits);
  await app.register(async api => {
    await addCors(api, options.corsOrigins);
    registerRoutes(api, services, options, signalOf, slots);
    registerApiDocs(api, services);
  });
  registerLinks(app, services, options, signalOf);
  for (const registerClient of [registerEncord, registerV7])
    registerClient(app, { services, options, slots, signalOf });
  registerRelay(app, services, signalOf, options.limits);
  registerEventsIntake(app, services);
  const { webDir, publicUrl, plainHttp } = options;
  if (webDir !== null) registerWebApp(app, { webDir, publicUrl, plainHttp });
  addNotFound(app, services, options);
  return app;
}
