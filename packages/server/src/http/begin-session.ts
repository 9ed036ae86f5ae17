import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.ts';
import { byCaller } from './audited.ts';
import type { Services } from './services.ts';
import { sessionCookie, sessionCookieName } from './session-cookie.ts';

/** Writes a new session into the audit, then gives the browser its cookie. @param secret of the session */
export async function beginSession(
  { audit }: Pick<Services, 'audit'>,
  { secret, caller }: { secret: string; caller: Caller },
  { baseUrl, request, reply }: { baseUrl: string; request: FastifyRequest; reply: FastifyReply },
): Promise<Caller> {
  // Before the cookie leaves: a session that is not written down is of no use.
  await audit.record(caller.workspaceId, {
    action: 'session.begun',
    ...byCaller(caller, request),
    subjectId: caller.sessionId,
    detail: { parentTokenId: caller.tokenId },
  });
  reply.setCookie(sessionCookieName(baseUrl), secret, sessionCookie(baseUrl));
  return caller;
}
