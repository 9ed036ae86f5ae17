import { expect, test } from 'vitest';
import { type Cause, notShown, whyNotLoaded } from './not-loaded.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const signed = { url: 'https://acme.example/a.jpg?sig=1', expiresAt: '2026-11-22T12:10:00Z' };
const expired = { ...signed, expiresAt: '2026-11-22T11:59:59Z' };

type Answer = (init: RequestInit) => Response;
const why = (answer: Answer, tried = signed, stop = new AbortController()) =>
  whyNotLoaded(
    tried,
    { fetch: (async (_: string, init: RequestInit) => answer(init)) as typeof fetch, signal: stop.signal },
    () => NOW,
  );
const blocked = (): never => {
  throw new TypeError('Failed to fetch');
};
const late = (): never => {
  throw new DOMException('late', 'TimeoutError');
};
const status = (code: number, body = '') => new Response(body, { status: code });
const azure = (code: number, name: string) => status(code, `<Error><Code>${name}</Code></Error>`);
const problem = (code: number) =>
  Response.json(
    { title: 'The storage does not have it', detail: 'There is no “a.jpg”.', fix: 'Sync the source.' },
    { status: code, headers: { 'content-type': 'application/problem+json; charset=utf-8' } },
  );

test.each<[string, Cause, RegExp, RegExp, Answer, typeof signed?]>([
  ['nothing answers', 'unreachable', /Storage not reached/, /acme\.example.*certificate/, blocked],
  ['no answer in time', 'timeout', /No answer in time/, /10 seconds/, late],
  [
    'an answer that the page may not read',
    'not-allowed',
    /CORS/,
    /no CORS rule/,
    ({ mode }) => (mode === 'no-cors' ? status(200) : blocked()),
  ],
  [
    'a refusal before the end of the URL',
    'refused',
    /Refused \(403\)/,
    /status 403, AuthorizationPermissionMismatch/,
    () => azure(403, 'AuthorizationPermissionMismatch'),
  ],
  ['a refusal without a reason', 'refused', /Refused \(401\)/, /\(status 401\)/, () => status(401)],
  [
    'a refusal after the end of the URL',
    'expired',
    /Link expired/,
    /has expired/,
    () => azure(403, 'AuthenticationFailed'),
    expired,
  ],
  [
    'no such object',
    'gone',
    /Not in the storage/,
    /no longer has/,
    () => azure(404, 'BlobNotFound'),
    expired,
  ],
  ['a busy storage', 'busy', /Storage fails \(503\)/, /503, ServerBusy/, () => azure(503, 'ServerBusy')],
  ['an empty object', 'empty', /Empty/, /empty/, () => status(416)],
  ['an empty object, answered as a whole', 'empty', /Empty/, /empty/, () => status(200)],
  ['what the relay says', 'busy', /^The storage does not have it$/, /no “a\.jpg”/, () => problem(502)],
])('%s', async (_, cause, short, message, answer, tried) => {
  expect(await why(answer, tried)).toMatchObject({
    cause,
    short: expect.stringMatching(short),
    message: expect.stringMatching(message),
    fix: expect.stringMatching(/\.$/),
  });
});

test('bytes that come are no reason, and only one is asked for', async () => {
  let asked: RequestInit | undefined;
  const found = await why(init => {
    asked = init;
    return new Response('x', { status: 206 });
  });
  expect(found).toBeNull();
  expect(asked).toMatchObject({ headers: { range: 'bytes=0-0' }, credentials: 'omit', cache: 'no-store' });
});

test('a page that is left is asked nothing more', async () => {
  const stop = new AbortController();
  let requests = 0;
  const asking = why(
    () => {
      requests += 1;
      stop.abort();
      return blocked();
    },
    signed,
    stop,
  );
  await expect(asking).rejects.toMatchObject({ name: 'AbortError' });
  expect(requests).toBe(1);
});

test('a format is blamed with its name', () => {
  expect(notShown('image/tiff').message).toContain('(image/tiff)');
  expect(notShown(null).message).toContain('(no content type)');
});
