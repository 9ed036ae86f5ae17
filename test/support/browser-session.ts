import { signInCode } from '@mooring/contract';
import type { Mooring } from './mooring.ts';

/** A browser that is signed in to an installation, as far as requests show it. */
export interface BrowserSession {
  /** Asks the installation, as a page of its web app does. */
  call(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Opens an address of the installation: where it leads on to, and what was set. */
  open(url: string): Promise<URL>;
}

/** @param signedIn false: a browser without a session. */
export async function openBrowser(mooring: Mooring, { signedIn = true } = {}): Promise<BrowserSession> {
  const { url } = mooring;
  const cookie = signedIn ? await signIn(mooring) : '';
  const headers = { ...(cookie && { cookie }), origin: url };
  return {
    async call(method, path, body) {
      const answer = await fetch(url + path, {
        method,
        headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    },
    open: async address => leadsTo(await fetch(address, { headers, redirect: 'manual' })),
  };
}

/** Where a redirect leads, as it stands in the answer: a relative one is none. */
export function leadsTo(answer: Response): URL {
  const location = answer.headers.get('location');
  if (answer.status !== 302 || !location) throw new Error(`Not redirected: ${answer.status}`);
  return new URL(location);
}

async function signIn(mooring: Mooring): Promise<string> {
  const code = signInCode(await mooring.createSignInLink());
  const answer = await fetch(`${mooring.url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: mooring.url },
    body: JSON.stringify({ code }),
  });
  if (!answer.ok) throw new Error(`Signing in answered ${answer.status}.`);
  return answer.headers
    .getSetCookie()
    .map(one => one.split(';', 1)[0])
    .join('; ');
}
