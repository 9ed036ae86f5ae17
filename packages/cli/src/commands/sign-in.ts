import { hostname } from 'node:os';
import { signInCode } from '@mooring/contract';
import { createClient } from '@mooring/sdk';
import type { Command } from 'commander';
import { accountFile, saveAccount } from '../account.ts';
import { UsageError } from '../failure.ts';
import { canAsk, type Io } from '../io.ts';
import { relative } from '../output/quantity.ts';
import { askSecret, readTextFile } from '../secret.ts';
import { outputOf } from '../session.ts';

const TOKEN_LIFETIME_SECONDS = 90 * 86_400;

export function signIn(parent: Command, io: Io): void {
  parent
    .command('sign-in')
    .summary('sign in with a sign-in link')
    .description(
      'Exchanges a sign-in link for a token, and keeps that in a file that only you can read. The link works once. ' +
        '`mooring serve` prints one at its first start; an administrator can make more.',
    )
    .argument('[link]', 'the link; asked for where it is left out, - for standard input')
    .action(async (argument: string | undefined, _options: object, command: Command) => {
      const out = outputOf(command, io);
      const { baseUrl, code } = parse(await readLink(io, argument));
      const { name, url, token, expiresAt } = await exchange(baseUrl, code);
      await saveAccount(io, { url, token, expiresAt });
      const file = accountFile(io);
      await out.one({ url, name, expiresAt, file }, () => `Signed in to ${url} as ${name}.\n`);
      out.note(`The token expires ${relative(expiresAt, io.now())} and is kept in ${file}.`);
    });
}

async function readLink(io: Io, argument: string | undefined): Promise<string> {
  if (argument === '-') return readTextFile(io, argument, '');
  if (argument !== undefined) return argument;
  if (canAsk(io)) return askSecret(io, 'sign-in link');
  throw new UsageError(
    'The sign-in link is missing.',
    'Give it as the argument, or - and the link on standard input.',
  );
}

function parse(text: string): { baseUrl: string; code: string } {
  const link = text.trim();
  const code = signInCode(link);
  const end = link.indexOf('/sign-in#');
  if (code !== null && end > 0 && URL.canParse(link)) return { baseUrl: link.slice(0, end), code };
  throw new UsageError(
    'This is not a sign-in link.',
    'Give it whole, such as https://mooring.example/sign-in#code=…, in quotes.',
  );
}

/** A session by the code, a token by the session; the session ends, the token stays. */
async function exchange(url: string, code: string) {
  let cookie = '';
  const client = createClient({
    baseUrl: url,
    fetch: async (input, init) => {
      const headers = new Headers(init?.headers);
      headers.set('origin', new URL(url).origin); // what a cookie is accepted from
      if (cookie) headers.set('cookie', cookie);
      const response = await fetch(input, { ...init, headers });
      const [set] = response.headers.getSetCookie();
      if (set) cookie = set.split(';', 1)[0]!;
      return response;
    },
  });
  const identity = await client.call('createSession', { body: { code } });
  const { secret, expiresAt } = await client.call('createOwnToken', {
    body: {
      name: `mooring on ${hostname()}`,
      expiresInSeconds: TOKEN_LIFETIME_SECONDS,
    },
  });
  await client.call('deleteSession');
  return { name: identity.name, url, token: secret, expiresAt };
}
