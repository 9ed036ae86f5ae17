import type { Guard } from '@mooring/storage/server';
import { MooringError } from './problem.ts';

/**
 * Refuses a URL that Mooring sends nothing to: of a private address that is not allowed, with a credential in it, or
 * over plain HTTP to the internet.
 * @param why what people send instead of a credential in the URL
 * @throws MooringError `invalid_request`
 */
export function requireOutgoingUrl(
  url: string,
  guard: Pick<Guard, 'checkLiteral' | 'allowPrivate'>,
  why: string,
): void {
  const { protocol, hostname, username, password } = new URL(url);
  const refusal = guard.checkLiteral(hostname);
  if (refusal) throw badUrl(refusal.message, refusal.fix);
  if (username || password) throw badUrl('The URL holds a user name or password.', `Remove them: ${why}`);
  if (protocol === 'https:' || (protocol === 'http:' && guard.allowPrivate)) return;
  throw badUrl(
    `The URL begins with ${protocol}//; expected https://.`,
    'Give an address that begins with https://.',
  );
}

const badUrl = (message: string, fix: string): MooringError =>
  new MooringError('invalid_request', message, { fix, fields: [{ path: 'url', message }] });
