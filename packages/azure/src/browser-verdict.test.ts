import { type BrowserFinding, CHECKS, type Check } from '@mooring/contract';
import { judgeBrowser } from '@mooring/storage';
import { expect, test } from 'vitest';
import { azureBrowserAdvice } from './browser-advice.ts';
import { runShell } from './setup/testing.ts';

const location = {
  account: 'acme',
  endpoint: 'https://acme.blob.core.windows.net',
  container: 'media',
  prefix: '',
};
const FIX = { why: 'w', steps: ['s'], snippets: [] };
const server = (id: Check['id'], status: Check['status'], observed = 'seen'): Check => ({
  ...{ id, side: 'server', title: CHECKS[id], status, observed, expected: 'e', dependsOn: [] },
  ...{ fix: status === 'passed' ? null : FIX, waitingUntil: null, durationMs: 1, checkedAt: null },
});
const ALL_WELL = [server('fetch', 'passed'), server('preflight', 'passed')];
const found = (finding: Partial<BrowserFinding>): BrowserFinding => ({
  ...{ id: 'fetch', status: 'failed', reason: 'not-allowed', observed: 'Seen.', durationMs: 1 },
  ...finding,
});
const judge = (finding: Partial<BrowserFinding>, checks = ALL_WELL): Check =>
  judgeBrowser([found(finding)], {
    ...{ server: checks, advice: azureBrowserAdvice(location, 'https://mooring.example') },
    checkedAt: '2026-11-22T01:10:00.000Z',
  })[0]!;

test('what passed says what it saw, and nothing is blamed', () => {
  expect(judge({ status: 'passed', reason: null })).toMatchObject({
    ...{ id: 'fetch', side: 'browser', title: CHECKS.fetch, status: 'passed', observed: 'Seen.', fix: null },
    checkedAt: '2026-11-22T01:10:00.000Z',
  });
});

test.each<[string, Partial<BrowserFinding>, Check[], RegExp, RegExp]>([
  [
    'a CORS rule, as the server’s preflight found',
    {},
    [server('fetch', 'passed'), server('preflight', 'failed', 'No CORS rule allows it.')],
    /^Seen\. CORS: No CORS rule allows it\.$/,
    /^w s$/,
  ],
  [
    'headers that the rule does not expose',
    { id: 'headers', reason: 'hidden-headers' },
    ALL_WELL,
    /CORS: the rule .* does not expose/,
    /Expose them/,
  ],
  [
    'headers that the rule does not allow',
    { id: 'range', status: 'warning' },
    ALL_WELL,
    /CORS: requests that need a preflight/,
    /Max-Age/,
  ],
  [
    'a firewall that admits the server only',
    { reason: 'refused', observed: 'Status 403, AuthorizationFailure.' },
    ALL_WELL,
    /accepts Mooring’s server and not this browser/,
    /Networking/,
  ],
  ['a private endpoint', { reason: 'unreachable' }, ALL_WELL, /private endpoint/, /VPN/],
  ['what swallows requests', { reason: 'timeout' }, ALL_WELL, /drops the requests/, /Networking/],
  ['something else that answers', {}, ALL_WELL, /gets another answer/, /Networking/],
  ['mixed content', { reason: 'mixed-content' }, ALL_WELL, /mixed content/, /https:\/\/ endpoint/],
  ['the object', { id: 'media', reason: 'not-shown' }, ALL_WELL, /the cause is the object/, /Content-Type/],
  ['a proxy', { id: 'range', reason: 'range-ignored' }, ALL_WELL, /does not pass Range on/, /proxy/],
  [
    'the moment',
    { reason: 'refused', observed: 'Status 403, AuthenticationFailed.' },
    ALL_WELL,
    /only this URL, or refused it only now/,
    /signs a new URL/,
  ],
  [
    'also where the server fails',
    { reason: 'refused', observed: 'Status 403.' },
    [server('list', 'passed'), server('fetch', 'failed', 'No.')],
    /fails too, at “Signed URL”/,
    /Fix “Signed URL” first/,
  ],
])('what failed is blamed on %s', (_, finding, checks, says, fix) => {
  const check = judge(finding, checks);
  expect(check.observed).toMatch(says);
  expect(check.observed).toMatch(/^(Seen|Status)/);
  expect([check.fix!.why, ...check.fix!.steps].join(' ')).toMatch(fix);
});

test('where bytes are relayed, the server’s own reading counts', () => {
  expect(judge({ reason: 'unreachable' }, [server('range', 'passed')]).observed).toMatch(/private endpoint/);
});

test('commands carry the page’s origin and the account', () => {
  const { fix } = judge({ id: 'headers', reason: 'hidden-headers' });
  expect(fix!.snippets[0]!.text).toContain('https://mooring.example');
  expect(fix!.snippets[0]!.text).toContain('acme');
});

test('a name in the commands is one word of a shell, with any characters in it', async () => {
  const account = "acme'; touch CANARY; '$(touch CANARY)";
  const [check] = judgeBrowser([found({ reason: 'timeout' })], {
    ...{ server: ALL_WELL, advice: azureBrowserAdvice({ ...location, account }, 'https://mooring.example') },
    checkedAt: '2026-11-22T01:10:00.000Z',
  });
  const { calls, canary } = await runShell(check!.fix!.snippets[0]!.text);
  expect(canary).toBe(false);
  expect(calls[0]).toContain(account);
});
