import { ACTIONS, type Action, includesRole, may, type Partly } from '@mooring/contract';
import type { FastifyRequest } from 'fastify';
import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import { MooringError } from '../platform/problem.ts';
import { sessionCookieName } from './session-cookie.ts';

const callerIds = new WeakMap<FastifyRequest, string>();

/** For the access log: the member or token that a request is of. */
export const noteCaller = (request: FastifyRequest, id: string): void => void callerIds.set(request, id);
export const notedCaller = (request: FastifyRequest): string | undefined => callerIds.get(request);

/**
 * Who sent a request.
 * @param baseUrl where the server is reached from outside
 * @throws MooringError `invalid_request` where that is no address; `unauthenticated`
 */
export async function identify(access: Access, request: FastifyRequest, baseUrl: string): Promise<Caller> {
  if (!URL.canParse(baseUrl)) throw malformedHost(request.host);
  const { authorization } = request.headers;
  const cookie = request.cookies[sessionCookieName(baseUrl)];
  const caller = await access.authenticate({ authorization, cookie });
  noteCaller(request, caller.id);
  return caller;
}

/**
 * @throws MooringError `forbidden` where the role does not reach, where the token opens only a part of the data and the
 * route cannot be kept to that, or where another site's page may have sent it
 */
export function requireAction(
  caller: Caller,
  request: FastifyRequest,
  action: Action,
  baseUrl: string,
  partly?: Partly,
): void {
  if (caller.via === 'session') refuseOtherSites(request, baseUrl);
  if (caller.scope && !partly) throw onlyAPart();
  if (may(caller, action)) return;
  throw notAllowed(caller, action);
}

const onlyAPart = (): MooringError =>
  new MooringError(
    'forbidden',
    'This token finds and opens the assets of one connection or folder, and nothing else.',
    {
      fix: 'Use a token without a scope. GET /v1/me says what a token opens.',
    },
  );

/** Says which role is needed, and who can give it. */
function notAllowed({ via, memberId, role }: Caller, action: Action): MooringError {
  const needed = ACTIONS[action].role;
  const who = via === 'session' ? 'you are' : 'this token is';
  if (includesRole(role, needed)) {
    return new MooringError('forbidden', 'This changes something, and this token only reads.', {
      fix: `Use a token of the role ${needed} that does not only read.`,
    });
  }
  return new MooringError('forbidden', `This needs the role ${needed}; ${who} ${role}.`, {
    fix:
      memberId === null
        ? `Use a token of the role ${needed}. An administrator of the workspace can make one.`
        : `An administrator of the workspace can give you the role ${needed}, in Settings under People.`,
  });
}

/** Browsers may send the cookie with requests of another site's page, so what changes things must name its origin. */
function refuseOtherSites(request: FastifyRequest, baseUrl: string): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const { origin } = request.headers;
  if (origin === new URL(baseUrl).origin || request.headers['sec-fetch-site'] === 'same-origin') return;
  throw new MooringError(
    'forbidden',
    `A request with a session cookie must come from ${baseUrl}. This one came from ${origin ?? 'an unnamed place'}.`,
    { fix: 'Use the web app under that address, or send an API token instead of the cookie.' },
  );
}

const malformedHost = (host: string): MooringError =>
  new MooringError('invalid_request', `The Host header “${host}” does not name a host.`, {
    fix: 'Send the host that you connected to, and the port if it is not the default one.',
  });
