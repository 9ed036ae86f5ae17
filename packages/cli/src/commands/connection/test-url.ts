import type { BrowserProbe, ObjectTest } from '@mooring/contract';
import type { Command } from 'commander';
import { EXIT } from '../../exit-code.ts';
import { Exit } from '../../failure.ts';
import type { Io } from '../../io.ts';
import { paint } from '../../output/status.ts';
import { plain } from '../../output/text.ts';
import { findConnection } from '../../resolve.ts';
import { openSession } from '../../session.ts';
import { renderCheck } from './render-check.ts';

const TIMEOUT_MS = 15_000;

/** What this machine got from the URL, as any client without a credential. */
interface FromHere {
  status: 'passed' | 'failed' | 'skipped';
  observed: string;
}

export function testUrl(parent: Command, io: Io): void {
  parent
    .command('test-url')
    .summary('try one object, from the server and from here')
    .description(
      'Tries one object: whether Mooring’s server reads it, signs a URL for it and fetches that, and whether this ' +
        'machine loads the URL. Browsers also need the storage to allow pages: see “Browsers are allowed to load from ' +
        'it”. Exits with 5 when something fails.',
    )
    .argument('<connection>', 'its id or name')
    .argument('<url>', 'any URL of the object, or its key')
    .action(async (name: string, asked: string, _options: object, command: Command) => {
      const { client, out } = await openSession(command, io);
      const { id: connectionId } = await findConnection(client, name);
      const body = /^[a-z][a-z0-9+.-]*:\/\//i.test(asked) ? { url: asked } : { key: asked };
      const test: ObjectTest = await client.call('testObject', { params: { connectionId }, body });
      const here = test.probe ? await load(test.probe) : NOTHING_TO_LOAD;
      const { probe, ...result } = test;
      await out.one({ ...result, here }, () =>
        [
          `${plain(test.container)}/${plain(test.key)}\n`,
          ...test.checks.map(check => renderCheck(check, out.style)),
          `${paint(MARK[here.status], here.status, out.style)} This machine loads the URL  ${plain(here.observed)}\n`,
        ].join(''),
      );
      if ([...test.checks, here].some(({ status }) => status === 'failed')) throw new Exit(EXIT.checksFailed);
    });
}

const MARK = { passed: '✓', failed: '✗', skipped: '–' };
const NOTHING_TO_LOAD: FromHere = { status: 'skipped', observed: 'There is no URL to load.' };

async function load({ url }: BrowserProbe): Promise<FromHere> {
  try {
    const answer = await fetch(url, {
      headers: { range: 'bytes=0-99' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    const type = answer.headers.get('content-type');
    const observed = `Status ${answer.status}${type ? `, ${type}` : ''}.`;
    return { status: answer.ok ? 'passed' : 'failed', observed };
  } catch (error) {
    const { host } = new URL(url);
    return { status: 'failed', observed: `Nothing answers at ${host}: ${reasonOf(error)}.` };
  }
}

/** Of a failed fetch, what lies beneath. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : error.name;
}
