import type { Fix } from '@mooring/contract';
import type { Dispatcher } from 'undici';
import type { Advise, CheckContext, CheckDefinition } from '../provider.ts';
import { defineCheck, type Finding } from './define-check.ts';
import { plainRequest } from './plain-request.ts';
import { SAMPLE_BYTES } from './read-checks.ts';

/** What stands between one origin and the storage, as its browser would find. */
interface Obstacle {
  status: 'failed' | 'warning';
  sentence: string;
}

interface PreflightOptions {
  dispatcher: Dispatcher;
  /** An address that preflights can be sent to while nothing could be signed. */
  containerUrl: (container: string) => string;
  /** Whether the server may also send the GET that follows a preflight, which reads data. */
  mayRead: boolean;
  /** Where the rules stand, and how they are changed, in a sentence. */
  howToAllow: string;
  /** Snippets that allow these origins. */
  snippets: (context: CheckContext, origins: readonly string[]) => Fix['snippets'];
}

/**
 * Checks, as a browser would, that pages of each origin may load objects: the preflights for a GET with the headers
 * that viewers send, then the GET, whose Content-Range must be readable.
 * https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export const preflightCheck = (options: PreflightOptions, advise: Advise): CheckDefinition =>
  defineCheck(
    'preflight',
    // After `sign` because it tries the URL from there, if there is one.
    ['tls', 'sign'],
    'Pages of Mooring’s own address may GET with Range and If-None-Match, and read Content-Range.',
    advise,
    async context => {
      if (context.origins.length === 0) {
        return {
          status: 'skipped',
          observed:
            'Mooring does not know the address at which people open it, so it could not try an origin.',
        };
      }
      const obstacles = new Map<string, Obstacle>();
      for (const origin of context.origins) {
        const obstacle = await findObstacle(origin, options, context);
        if (obstacle) obstacles.set(origin, obstacle);
      }
      return report(obstacles, options, context);
    },
  );

function report(
  obstacles: Map<string, Obstacle>,
  { howToAllow, snippets }: PreflightOptions,
  context: CheckContext,
): Finding {
  if (obstacles.size === 0) return { observed: `Allowed from ${context.origins.join(', ')}.` };
  const found = [...obstacles.values()];
  return {
    status: found.some(({ status }) => status === 'failed') ? 'failed' : 'warning',
    observed: found.map(({ sentence }) => sentence).join(' '),
    fix: {
      why: 'Browsers load objects straight from the storage, and first ask it whether pages of this origin may.',
      steps: [howToAllow, 'Wait a minute, then run the checks again.'],
      snippets: snippets(context, [...obstacles.keys()]),
    },
  };
}

async function findObstacle(
  origin: string,
  { dispatcher, containerUrl, mayRead }: PreflightOptions,
  { container, signed, signal }: CheckContext,
): Promise<Obstacle | null> {
  const url = signed?.url ?? containerUrl(container);
  const allows: Allows = async (from, method, requestHeaders) => {
    const answer = await plainRequest(url, {
      method: 'OPTIONS',
      headers: {
        origin: from,
        'access-control-request-method': method,
        ...(requestHeaders && { 'access-control-request-headers': requestHeaders }),
      },
      dispatcher,
      signal,
    });
    return answer.status < 300 && isFor(from, answer.header('access-control-allow-origin'));
  };

  if (!(await allows(origin, 'GET'))) return explainRefusal(origin, allows);
  for (const header of ['Range', 'If-None-Match']) {
    if (!(await allows(origin, 'GET', header.toLowerCase()))) return withoutHeader(origin, header);
  }
  return signed && mayRead ? findHidden(origin, signed.url, dispatcher, signal) : null;
}

type Allows = (from: string, method: string, requestHeaders?: string) => Promise<boolean>;

const withoutHeader = (origin: string, header: string): Obstacle => ({
  status: 'warning',
  sentence: `A rule allows ${origin} to GET, but not with the header ${header}${header === 'Range' ? '; older browsers then cannot load parts' : ', which viewers send to see whether an object changed'}.`,
});

/** Sends the GET that follows a preflight. */
async function findHidden(
  origin: string,
  url: string,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<Obstacle | null> {
  const headers = { origin, range: `bytes=0-${SAMPLE_BYTES - 1}` };
  const answer = await plainRequest(url, { headers, dispatcher, signal });
  if (!isFor(origin, answer.header('access-control-allow-origin'))) {
    return {
      status: 'failed',
      sentence: `The preflight from ${origin} is allowed, but the answer to the GET after it does not name the origin in Access-Control-Allow-Origin.`,
    };
  }
  if (exposes(answer.header('access-control-expose-headers'), 'content-range')) return null;
  return {
    status: 'failed',
    sentence: `A rule allows ${origin}, but does not expose the header Content-Range, so a page cannot see which part it got.`,
  };
}

/** The storage only says no; what else it would allow tells why. */
async function explainRefusal(origin: string, allows: Allows): Promise<Obstacle> {
  if (await allows(`${origin}/`, 'GET')) {
    return {
      status: 'failed',
      sentence: `A rule names the origin “${origin}/”, with a slash at its end; browsers send “${origin}”, which it does not match.`,
    };
  }
  for (const method of ['HEAD', 'OPTIONS', 'PUT', 'POST', 'DELETE']) {
    if (await allows(origin, method)) {
      return {
        status: 'failed',
        sentence: `A rule allows ${origin} the method ${method}, but not GET.`,
      };
    }
  }
  return { status: 'failed', sentence: `No CORS rule allows the origin ${origin}.` };
}

const isFor = (origin: string, allowed: string | null): boolean => allowed === '*' || allowed === origin;

const exposes = (exposed: string | null, header: string): boolean =>
  (exposed ?? '')
    .toLowerCase()
    .split(',')
    .map(name => name.trim())
    .some(name => name === '*' || name === header);
