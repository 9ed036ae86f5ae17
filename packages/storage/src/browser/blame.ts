import type { BrowserFinding, BrowserReason, Check, Fix } from '@mooring/contract';

/** What the server's side says of the same object, and who looked from the browser's. */
export interface BrowserCircumstances {
  /** The server's checks, as far as they have run. */
  server: readonly Check[];
  advice: BrowserAdvice;
  checkedAt: string;
}

/** What a storage kind says of one connection after a browser was refused. */
export interface BrowserAdvice {
  /** Whether the storage's refusal, as the browser saw it, is that of its network rules. */
  isNetworkRefusal(observed: string): boolean;
  /** Where the rules stand, such as “the storage account”. */
  holder: string;
  /** What lets pages of this origin load from the storage. */
  corsSnippets(): Fix['snippets'];
  /** How the networks of the people who look are let in. */
  admitNetwork: Pick<Fix, 'steps' | 'snippets'>;
}

interface Verdict {
  /** The layer, in a sentence that follows what was observed. */
  cause: string;
  fix: Fix;
}

/** What stands between a browser and the storage, by what both sides saw. Pure. */
export function blame(finding: BrowserFinding, circumstances: BrowserCircumstances): Verdict {
  const server = statusOf(circumstances.server);
  const preflight = circumstances.server.find(({ id }) => id === 'preflight');
  const reason: BrowserReason = finding.reason ?? 'refused';
  if (reason === 'mixed-content') return mixedContent;
  if (reason === 'not-shown') return notShown;
  if (reason === 'range-ignored') return rangeIgnored;
  const isAboutRules = reason === 'not-allowed' || reason === 'hidden-headers';
  if (isAboutRules && preflight?.fix && (preflight.status === 'failed' || preflight.status === 'warning')) {
    return { cause: `CORS: ${preflight.observed ?? ''}`, fix: preflight.fix };
  }
  if (reason === 'hidden-headers') return hiddenHeaders(circumstances);
  if (reason === 'not-allowed' && finding.id !== 'fetch') return preflightRefused(circumstances);
  // The way to the storage, and what it answers.
  const isWall = reason !== 'refused' || circumstances.advice.isNetworkRefusal(finding.observed);
  const wall = isWall ? reason : null;
  if (server.fetch === 'passed') return wall ? walledOff(wall, circumstances) : refusedHere;
  return server.failed ? sameAsServer(server.failed) : wall ? walledOff(wall, circumstances) : refusedHere;
}

function statusOf(server: readonly Check[]) {
  const find = (id: Check['id']) => server.find(check => check.id === id)?.status;
  return {
    // Where bytes are relayed the server reads by itself.
    fetch: find('fetch') ?? find('range'),
    failed: server.find(({ status }) => status === 'failed') ?? null,
  };
}

const mixedContent: Verdict = {
  cause: 'The browser blocks it: mixed content.',
  fix: {
    why: 'A page that came over https:// may not load from http://, where others on the way can read and change what is sent.',
    steps: ['Use the https:// endpoint of the storage in the settings of the connection.'],
    snippets: [],
  },
};

const notShown: Verdict = {
  cause:
    'The bytes arrive, so the cause is the object: it is damaged, has another type than it says, or a format that this browser does not know.',
  fix: {
    why: 'A page shows images and videos with the browser’s own decoders. The browser chooses one by the content type that is stored with the object.',
    steps: [
      'Compare the object’s Content-Type with its real type. An upload without a type is stored as application/octet-stream.',
      'Try another object: paste its URL under “Test an object’s URL”.',
    ],
    snippets: [],
  },
};

const rangeIgnored: Verdict = {
  cause:
    'The storage itself answers with ranges, so something between it and this browser does not pass Range on: a proxy or a content network.',
  fix: {
    why: 'Players and viewers load parts. Without parts, each view of a large object loads all of it.',
    steps: ['Look for a proxy or content network in front of the storage, and make it pass Range on.'],
    snippets: [],
  },
};

const refusedHere: Verdict = {
  cause:
    'Mooring’s server opened the same kind of URL, so the storage refused only this URL, or refused it only now.',
  fix: {
    why: 'Signed URLs work for minutes, and only unchanged.',
    steps: [
      'Run the checks again, which signs a new URL.',
      'If it stays so, compare the clock of this machine with the right time, and look for a proxy or an extension that changes addresses.',
    ],
    snippets: [],
  },
};

const sameAsServer = ({ title }: Check): Verdict => ({
  cause: `Mooring’s server fails too, at “${title}”.`,
  fix: {
    why: 'A URL can do only what the server can do with the same credential.',
    steps: [`Fix “${title}” first, then run the checks again.`],
    snippets: [],
  },
});

const hiddenHeaders = ({ advice }: BrowserCircumstances): Verdict => ({
  cause: 'CORS: the rule for this page does not expose them.',
  fix: {
    why: 'A page reads only those headers of another origin’s answer that the CORS rule exposes.',
    steps: [`Expose them in the CORS rule of ${advice.holder}, wait a minute, then run the checks again.`],
    snippets: advice.corsSnippets(),
  },
});

const preflightRefused = ({ advice }: BrowserCircumstances): Verdict => ({
  cause: 'CORS: requests that need a preflight are not allowed, so a header is missing from the rule.',
  fix: {
    why: 'For requests with additional headers the browser first asks the storage, with a preflight.',
    steps: [
      `Allow them in the CORS rule of ${advice.holder}, wait a minute, then run the checks again.`,
      'If the rule allows them already, the browser may have stored an older answer: wait until its Max-Age is over.',
    ],
    snippets: advice.corsSnippets(),
  },
});

const wallOf = (holder: string): Record<'unreachable' | 'timeout' | 'refused' | 'not-allowed', string> => ({
  unreachable:
    'Mooring’s server reaches the storage and this browser does not: a firewall or a private endpoint lets only Mooring’s network in, or the storage’s name resolves only inside that network.',
  timeout:
    'Mooring’s server reaches the storage and this browser does not: a firewall or proxy drops the requests of this browser.',
  refused: `The storage accepts Mooring’s server and not this browser: a firewall of ${holder} (network rules) accepts only other addresses.`,
  'not-allowed': `Mooring’s server saw that the CORS rules allow this page, but this browser gets another answer: from a firewall of ${holder} that accepts only Mooring’s server, from a proxy, or from an extension.`,
});

const walledOff = (reason: BrowserReason, { advice }: BrowserCircumstances): Verdict => ({
  cause: wallOf(advice.holder)[reason as keyof ReturnType<typeof wallOf>],
  fix: {
    why: 'Browsers load straight from the storage, so the storage must accept the networks of the people who view the files.',
    ...advice.admitNetwork,
  },
});
