import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type Attack, answerOf, must } from '../attack.ts';
import { always, blob, drip, each, foot, HEAD, long, ordered, page, prefix, times } from '../pages.ts';
import type { Behaviour } from '../storage.ts';
import type { Target } from '../target.ts';

/** What must come of a sync. `endless`: it goes on until it is cancelled. */
type End = { skipped: number; added?: number } | { complains: RegExp } | 'endless';

const KB = 1024;
const MB = KB * KB;
const UNREADABLE = /cannot be read/;
const NOT_AZURE = /does not answer as Azure Blob storage does/;
const key = (at: number, chars: number): string => `${ordered(at)}${'k'.repeat(chars)}`;
const one = (fields: Partial<Parameters<typeof blob>[0]>) =>
  always(() => page(blob({ name: 'a' }) + blob({ name: 'm', ...fields }) + blob({ name: 'z' })));
const nested = (depth: number) => `${HEAD}${'<a>'.repeat(depth)}${'</a>'.repeat(depth)}${foot()}`;
const arrow = (body: Buffer): Behaviour =>
  answering(body, { 'content-type': 'application/vnd.apache.arrow.stream' });
const answering =
  (body: Buffer | string, headers: Record<string, string>, status = 200): Behaviour =>
  ({ response }) =>
    void response.writeHead(status, headers).end(body);
/** A message of Arrow whose header says what its length is. */
const arrowOf = (size: number, bytes: number): Buffer => {
  const body = Buffer.alloc(8 + bytes, 0x7f);
  body.writeInt32LE(-1, 0);
  body.writeInt32LE(size, 4);
  return body;
};

/** Lists of objects, by what is wrong with them, and what must come of a sync. */
const LISTINGS: [name: string, behave: Behaviour, end: End][] = [
  ['a key of 1,025 characters', one({ name: `m${'k'.repeat(KB)}` }), { skipped: 1, added: 2 }],
  ['a key of 20,000 slashes', one({ name: `m${'/'.repeat(20_000)}x` }), { skipped: 1, added: 2 }],
  ['a key of 5 MB', one({ name: `m${'k'.repeat(5 * MB)}` }), { skipped: 1, added: 2 }],
  ['a key of 5 MB of entities', one({ name: `m${'&amp;'.repeat(MB)}` }), { skipped: 1, added: 2 }],
  [
    'a percent-encoded key of 3 MB',
    one({ name: `m${'%C3%A9'.repeat(MB / 2)}`, encoded: true }),
    { skipped: 1, added: 2 },
  ],
  ['a key with a NUL', one({ name: 'm%00', encoded: true }), { skipped: 1, added: 2 }],
  [
    '5,000 keys of 16 KB',
    always(() => page(times(5000, at => blob({ name: key(at, 16 * KB) })))),
    { skipped: 5000, added: 0 },
  ],
  [
    '5,000 keys of 1,024 characters in 3 bytes each',
    always(() => page(times(5000, at => blob({ name: `${ordered(at)}${'字'.repeat(1000)}` })))),
    { skipped: 0, added: 5000 },
  ],
  [
    'keys that are one folder each, 300 deep',
    always(() => page(times(50, at => blob({ name: `${ordered(at)}/${'d/'.repeat(300)}x` })))),
    { skipped: 0, added: 50 },
  ],
  ['a size of 16 digits that is not exact', one({ size: '9007199254740993' }), { skipped: 1, added: 2 }],
  ['a size of 400 digits', one({ size: '9'.repeat(400) }), { skipped: 1, added: 2 }],
  ['a size of 5 MB of digits', one({ size: '9'.repeat(5 * MB) }), { skipped: 1, added: 2 }],
  [
    '5,000 sizes that add up past 2^63',
    always(() => page(times(5000, at => blob({ name: ordered(at), size: Number.MAX_SAFE_INTEGER })))),
    { skipped: 0, added: 5000 },
  ],
  ['a negative size', one({ size: -1 }), { complains: UNREADABLE }],
  ['a size that is no number', one({ size: '1e9' }), { complains: UNREADABLE }],
  ['a date that cannot be', one({ modified: 'Sun, 99 Nov 9999 99:99:99 GMT' }), { skipped: 1, added: 2 }],
  ['no date', one({ modified: 'yesterday' }), { complains: UNREADABLE }],
  ['a content type of 1 MB', one({ type: 'x'.repeat(MB) }), { skipped: 1, added: 2 }],
  [
    '5,000 content types of 10 KB',
    always(() => page(times(5000, at => blob({ name: ordered(at), type: `${at}${'x'.repeat(10 * KB)}` })))),
    { skipped: 5000, added: 0 },
  ],
  ['an ETag of 1 MB', one({ etag: 'x'.repeat(MB) }), { skipped: 1, added: 2 }],
  ['metadata of 5 MB', one({ metadata: `<a>${'x'.repeat(5 * MB)}</a>` }), { skipped: 0, added: 3 }],
  [
    'metadata of 200,000 names',
    one({ metadata: times(200_000, at => `<a${at}>x</a${at}>`) }),
    { skipped: 0, added: 3 },
  ],
  [
    'keys out of order',
    always(() => page(times(5000, at => blob({ name: ordered((at * 7919) % 5000) })))),
    { skipped: 0, added: 5000 },
  ],
  [
    'one key 5,000 times',
    always(() => page(times(5000, () => blob({ name: 'a' })))),
    { skipped: 0, added: 1 },
  ],
  [
    '100,000 entries on a page',
    always(() => page(times(100_000, at => blob({ name: ordered(at) })))),
    { complains: UNREADABLE },
  ],
  [
    '100,000 prefixes on a page',
    always(() => page(times(100_000, at => prefix(`${ordered(at)}/`)))),
    { complains: UNREADABLE },
  ],
  [
    'a page of 256 MB of blobs',
    long(256 * MB, Buffer.from(times(5000, at => blob({ name: ordered(at) })))),
    { complains: UNREADABLE },
  ],
  ['a page of 256 MB of spaces', long(256 * MB, Buffer.alloc(MB, ' ')), { complains: UNREADABLE }],
  [
    'a page that nests a million deep',
    answering(nested(MB), { 'content-type': 'application/xml' }),
    { complains: UNREADABLE },
  ],
  [
    'entities that stand for each other',
    answering(
      `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "${'&b;'.repeat(99)}"><!ENTITY b "bbb">]>${page('&a;').slice(38)}`,
      { 'content-type': 'application/xml' },
    ),
    { complains: UNREADABLE },
  ],
  [
    'a tag with a million attributes',
    always(() => page(`<Blob ${'a="b" '.repeat(MB)}/>`)),
    { complains: UNREADABLE },
  ],
  [
    'a page that breaks off',
    always(() => page(blob({ name: 'a' })).slice(0, -30)),
    { complains: UNREADABLE },
  ],
  [
    'a page in HTML',
    answering('<html><body>Sign in</body></html>', { 'content-type': 'text/html' }),
    { complains: NOT_AZURE },
  ],
  [
    'a compressed page that grows to 200 MB',
    answering(gzipSync(Buffer.alloc(200 * MB, ' ')), {
      'content-type': 'application/xml',
      'content-encoding': 'gzip',
    }),
    { complains: UNREADABLE },
  ],
  ['Arrow that is longer than it says', arrow(arrowOf(2 ** 31 - 1, 4096)), { complains: UNREADABLE }],
  ['Arrow of nothing but numbers', arrow(arrowOf(4096, 4096)), { complains: UNREADABLE }],
  ['20 MB of Arrow in which nothing is', arrow(Buffer.alloc(20 * MB, 0xff)), { complains: UNREADABLE }],
  [
    'an answer that says a length and sends less',
    ({ response }) => {
      response
        .writeHead(200, { 'content-type': 'application/xml', 'content-length': 9999 })
        .write(HEAD, () => response.destroy());
    },
    { complains: /closed the connection/ },
  ],
  [
    'an answer that sends more than it says',
    ({ response }) => {
      response.socket?.end(
        `HTTP/1.1 200 OK\r\ncontent-type: application/xml\r\ncontent-length: 10\r\n\r\n${page(blob({ name: 'a' }))}`,
      );
    },
    { complains: UNREADABLE },
  ],
  [
    'headers of 1 MB',
    ({ response }) => {
      response.socket?.end(`HTTP/1.1 200 OK\r\nx-a: ${'x'.repeat(MB)}\r\n\r\n`);
    },
    { complains: NOT_AZURE },
  ],
  [
    'an error of 200 MB',
    async ({ response }) => {
      response.writeHead(500, { 'content-type': 'application/xml' });
      for (let sent = 0; sent < 200 && !response.destroyed; sent++) {
        response.write(Buffer.alloc(MB, 'x'));
        await pause(1);
      }
      response.end();
    },
    { complains: /longer than 1048576 bytes/ },
  ],
  [
    'redirects to itself',
    ({ request, response }) => void response.writeHead(302, { location: request.url! }).end(),
    { complains: NOT_AZURE },
  ],
  [
    'redirects to the cloud’s own metadata',
    answering('', { location: 'http://169.254.169.254/metadata/identity' }, 302),
    { complains: NOT_AZURE },
  ],
  [
    'the same marker again and again',
    always(() => page(blob({ name: 'a' }), 'again')),
    { complains: /same cursor/ },
  ],
  ['empty pages without end', each(({ before }) => page('', `more-${before}`)), 'endless'],
  [
    'pages of one object without end',
    each(({ before }) => page(blob({ name: ordered(before) }), `more-${before}`)),
    'endless',
  ],
  [
    'pages of 5,000 objects without end',
    each(({ before }) =>
      page(
        times(5000, at => blob({ name: ordered(before * 5000 + at) })),
        `more-${before}`,
      ),
    ),
    'endless',
  ],
  [
    'pages of 5,000 keys of 12 KB without end',
    each(({ before }) =>
      page(
        times(5000, at => blob({ name: key(before * 5000 + at, 12 * KB) })),
        `more-${before}`,
      ),
    ),
    'endless',
  ],
  [
    'markers of 1 MB',
    each(({ before }) => page(blob({ name: ordered(before) }), `${before}${'m'.repeat(MB)}`)),
    { complains: /with status 431/ },
  ],
  ['a page that comes at 10 bytes a second', drip('x', 100), 'endless'],
  [
    'a page of 90 MB that stays open',
    async ({ response }) => {
      response.writeHead(200, { 'content-type': 'application/xml' }).write(HEAD);
      for (let sent = 0; sent < 90; sent++) {
        response.write(Buffer.alloc(MB, ' '));
        await pause(5);
      }
    },
    'endless',
  ],
  ['no answer at all', () => {}, 'endless'],
  [
    'busy for a day',
    answering('', { 'retry-after': '86400', 'x-ms-error-code': 'ServerBusy' }, 503),
    { complains: /asks for fewer requests/ },
  ],
];

async function syncs(target: Target, behave: Behaviour, end: End): Promise<void> {
  const { id: sourceId, container } = await target.attach(behave);
  const { id } = await target.startSync(sourceId);
  if (end === 'endless') {
    await target.until(id, ({ status }) => status === 'running' && target.storage.asked(container) > 0);
    return target.cancel(id);
  }
  if ('complains' in end) return target.complains(id, end.complains);
  const { status, counts, problem } = await target.finish(id);
  must(status === 'succeeded', `is ${status}: ${problem?.detail}`);
  const { added, skipped } = counts as { added: number; skipped: number };
  must(
    skipped === end.skipped && (end.added === undefined || added === end.added),
    `added ${added} and skipped ${skipped}`,
  );
}

/** Of which a sync is over within seconds. */
const QUICK = new Set([
  'a key of 20,000 slashes',
  'a key of 5 MB',
  'a size of 400 digits',
  '5,000 sizes that add up past 2^63',
  'a content type of 1 MB',
  'a page that nests a million deep',
  'Arrow that is longer than it says',
  'the same marker again and again',
  'empty pages without end',
  'pages of 5,000 keys of 12 KB without end',
  'a page that comes at 10 bytes a second',
]);

/** So long a caller waits for a list that may never come, and for another one. */
const LEAVES_AFTER_MS = 1000;
const WAITS_MS = 120_000;

/** The same, asked by the server itself: one level, and what filters would do, by several callers at once. */
async function browses(target: Target, behave: Behaviour, end: End): Promise<void> {
  const { connectionId } = await target.attach(behave);
  const signal = AbortSignal.timeout(end === 'endless' ? LEAVES_AFTER_MS : WAITS_MS);
  const body = JSON.stringify({ connectionId, filters: { include: ['**/*a*b*c*'], exclude: [] } });
  // A look asks for fewer entries than a sync does.
  const reason =
    typeof end === 'object' && 'complains' in end
      ? end.complains
      : /more entries than the 500 that|longer than 10066330 bytes/;
  const asks = [
    target.ask(`/v1/connections/${connectionId}/browse`, { signal }),
    target.ask(`/v1/connections/${connectionId}/browse`, { signal }),
    target.ask('/v1/sources/preview', { method: 'POST', body, signal }),
  ].map(ask => ask.then(answerOf));
  for (const answer of await Promise.allSettled(asks)) {
    if (answer.status === 'rejected' && end === 'endless' && signal.aborted) continue; // it has left
    if (answer.status === 'rejected') throw answer.reason;
    if (answer.value.startsWith('429 ')) continue; // too many looks at once
    must(
      /^200 /.test(answer.value) || reason.test(answer.value),
      `answers ${answer.value}; expected ${reason}`,
    );
  }
}

export const listings: Attack[] = LISTINGS.flatMap(([name, behave, end]) => [
  { name: `a sync of ${name}`, quick: QUICK.has(name), run: target => syncs(target, behave, end) },
  { name: `a look at ${name}`, run: target => browses(target, behave, end) },
]);
