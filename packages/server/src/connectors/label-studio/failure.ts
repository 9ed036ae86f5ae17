import { networkFailure } from '@mooring/storage/server';
import { MooringError } from '../../platform/problem.ts';
import { keptText } from '../../platform/redact.ts';

const MOST_DETAIL = 400;

/** What an answer of Label Studio that is no success means. @param detail what it says itself */
export function refusalOf(
  host: string,
  status: number,
  {
    detail,
    what,
    retryAfterSeconds,
  }: { detail: string; what: string; retryAfterSeconds?: number | undefined },
): MooringError {
  const said = detail === '' ? '' : `: ${keptText(detail).slice(0, MOST_DETAIL)}`;
  const seen = `Label Studio at ${host} answered ${status} to ${what}${said}`;
  const message = /[.!?]$/.test(seen) ? seen : `${seen}.`;
  if (status === 429 || status >= 500)
    return new MooringError('tool_unavailable', message, {
      fix: 'A push tries again by itself. If it goes on, look at the log of Label Studio.',
      retryAfterSeconds,
    });
  return new MooringError('tool_refused', message, { fix: FIXES[status] ?? FIXES[400]! });
}

const FIXES: Record<number, string> = {
  301: 'Give the connector the address that Label Studio redirects to. Begin it with https:// if Label Studio does.',
  302: 'Give the connector the address that Label Studio redirects to. Begin it with https:// if Label Studio does.',
  400: 'Compare what it says with the labeling interface of the project, and push again.',
  401: 'Make a personal access token in Label Studio (Account & Settings), and give it to the connector. A legacy token works only where the organization allows it.',
  403: 'Let the user of the token change the project in Label Studio, or take the token of a user who may.',
  404: 'Check the URL of Label Studio and the number of the project, as in /projects/7. The user of the token must see the project.',
  413: 'Allow larger requests in Label Studio or in the proxy before it: 16 MB are enough.',
};

/** What kept a request from being answered: the network, the guard, or time. */
export function failureOf(error: unknown, host: string, seconds: number): MooringError {
  if (error instanceof MooringError) return error;
  if (error instanceof Error && error.name === 'TimeoutError')
    return new MooringError(
      'tool_unavailable',
      `Label Studio at ${host} did not answer within ${seconds} seconds.`,
      {
        fix: 'A push tries again by itself. If it goes on, look at the load and the log of Label Studio.',
        cause: error,
      },
    );
  const known = networkFailure(error, host);
  if (known?.kind === 'invalid')
    return new MooringError('tool_refused', known.message, { fix: known.fix, cause: error });
  return new MooringError('tool_unavailable', known?.message ?? `${host} cannot be reached.`, {
    fix: 'Check the URL of Label Studio, that it runs, and that firewalls let Mooring reach it.',
    cause: error,
  });
}

/** An answer that is not one of Label Studio's. */
export const strangeAnswer = (host: string, what: string, expected: string): MooringError =>
  new MooringError('tool_refused', `${host} answered ${what} with something else than ${expected}.`, {
    fix: 'Check that the URL is that of Label Studio itself, version 1.13 or later, and not of a page before it.',
  });
