import type { BrowserProbe } from '@mooring/contract';
import { expect, onTestFinished, test, vi } from 'vitest';
import { checkFetch, checkHeaders, checkRange } from './fetch-checks.ts';

const PROBE: BrowserProbe = {
  ...{ key: 'a.bin', sizeBytes: 100, contentType: null, url: 'https://acme.example/a', delivery: 'direct' },
  kind: 'other',
  expiresAt: '2026-11-22T01:10:00.000Z',
};
const EXPOSED = {
  ...{ 'content-range': 'bytes 0-9/100', etag: '"1"', 'content-length': '10' },
  ...{ 'content-type': 'image/png', 'accept-ranges': 'bytes' },
};
type Answer = (request: { mode: string; range: string | null; ifNoneMatch: string | null }) => Response;

/** A browser whose storage gives the answers of the test. An answer that throws never arrives. */
const around = (answer: Answer, isSecure = true) => ({
  fetch: (async (_url: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    return answer({
      mode: init.mode ?? 'cors',
      range: headers.get('range'),
      ifNoneMatch: headers.get('if-none-match'),
    });
  }) as typeof fetch,
  isSecure,
  signal: new AbortController().signal,
});
const part = () => new Response(new Uint8Array(10), { status: 206, headers: EXPOSED });
const blocked = (): never => {
  throw new TypeError('Failed to fetch');
};

test('a whole object passes with its type', async () => {
  const whole = () => new Response('x', { headers: { 'content-type': 'image/png' } });
  expect(await checkFetch(PROBE, around(whole))).toEqual({
    ...{ status: 'passed', reason: null, observed: 'Status 200, image/png.' },
  });
});

test.each<[string, Answer, string, RegExp]>([
  [
    'an answer it may not read',
    ({ mode }) => (mode === 'no-cors' ? part() : blocked()),
    'not-allowed',
    /may not/,
  ],
  ['nothing at all', blocked, 'unreachable', /Nothing answers this browser at acme\.example/],
  [
    'an answer in time',
    () => {
      throw new DOMException('late', 'TimeoutError');
    },
    'timeout',
    /10 seconds/,
  ],
  [
    'Azure’s refusal',
    () => new Response('<Error><Code>AuthorizationFailure</Code></Error>', { status: 403 }),
    'refused',
    /^Status 403, AuthorizationFailure\.$/,
  ],
  [
    'the relay’s refusal',
    () => Response.json({ code: 'asset_gone' }, { status: 410 }),
    'refused',
    /^Status 410, asset_gone\.$/,
  ],
])('tells %s', async (_, answer, reason, says) => {
  const found = await checkFetch(PROBE, around(answer));
  expect(found).toMatchObject({ status: 'failed', reason, observed: expect.stringMatching(says) });
  expect(found.observed).not.toContain('https://');
});

test('a page over https does not try what is on http', async () => {
  const plain = { ...PROBE, url: 'http://acme.example/a' };
  expect(await checkFetch(plain, around(blocked))).toMatchObject({ reason: 'mixed-content' });
  expect(await checkFetch(plain, around(part, false))).toMatchObject({ status: 'passed' });
});

test('a part passes where it comes with and without a preflight', async () => {
  const { found, headers } = await checkRange(PROBE, around(part));
  expect(found.status).toBe('passed');
  expect(headers!.get('content-range')).toBe('bytes 0-9/100');
});

test.each<[string, Answer, string, string]>([
  ['the whole', () => new Response('x'.repeat(100)), 'failed', 'range-ignored'],
  ['too little', () => new Response('x', { status: 206 }), 'failed', 'range-ignored'],
  [
    'a refused preflight',
    r => (r.ifNoneMatch && r.mode === 'cors' ? blocked() : part()),
    'warning',
    'not-allowed',
  ],
])('a part: %s', async (_, answer, status, reason) => {
  const { found } = await checkRange(PROBE, around(answer));
  expect(found).toMatchObject({ status, reason });
});

test('a refusal after a preflight is named', async () => {
  const refusal = () => new Response('<Error><Code>CorsPreflightFailure</Code></Error>', { status: 403 });
  const { found } = await checkRange(
    PROBE,
    around(r => (r.ifNoneMatch ? refusal() : part())),
  );
  expect(found).toMatchObject({ reason: 'refused', observed: 'Status 403, CorsPreflightFailure.' });
});

test('a body that never ends is not waited for', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const endless = (_url: string, { signal }: RequestInit) => {
    const body = new ReadableStream({
      start: stream => signal!.addEventListener('abort', () => stream.error(signal!.reason)),
    });
    return Promise.resolve(new Response(body, { status: 403 }));
  };
  const found = checkFetch(PROBE, { ...around(part), fetch: endless as typeof fetch });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await found).toMatchObject({ status: 'failed', reason: 'timeout' });
});

test('a small object has fewer bytes than are asked for', async () => {
  const small = () => new Response('abc', { status: 206, headers: EXPOSED });
  expect((await checkRange({ ...PROBE, sizeBytes: 3 }, around(small))).found.status).toBe('passed');
});

test('headers that cannot be read are named; without Content-Range nothing works', () => {
  const without = (name: keyof typeof EXPOSED) => {
    const { [name]: _, ...rest } = EXPOSED;
    return checkHeaders(new Headers(rest));
  };
  expect(checkHeaders(new Headers(EXPOSED)).status).toBe('passed');
  expect(without('content-range')).toMatchObject({
    status: 'failed',
    observed: expect.stringMatching(/Content-Range/),
  });
  expect(without('etag')).toMatchObject({ status: 'warning', observed: expect.stringMatching(/read ETag,/) });
});
