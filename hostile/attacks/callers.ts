import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Attack, answerOf, must } from '../attack.ts';
import type { Target } from '../target.ts';

const MB = 1024 * 1024;
const TOO_DEEP = /^400 The body nests arrays and objects more than 64 deep\.$/;

async function statuses(asks: Promise<Response>[]): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for (const answer of await Promise.all(asks)) {
    counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1);
    await answer.body?.cancel();
  }
  return counts;
}
const seen = (counts: Map<number, number>): string => JSON.stringify(Object.fromEntries(counts));
const send = (target: Target, body: string, path = '/v1/webhooks') =>
  target.ask(path, { method: 'POST', body });

/** A body that must be refused, by many at once. `expected` is of the status and the problem. */
const refuses = (name: string, body: () => string, expected: RegExp, path?: string): Attack => ({
  name,
  quick: true,
  async run(target) {
    const text = body();
    const asks = Array.from({ length: 12 }, async () => answerOf(await send(target, text, path)));
    const answers = (await Promise.all(asks)).filter(answer => !answer.startsWith('429 '));
    must(answers.length > 0, 'every request has to wait');
    for (const answer of answers) must(expected.test(answer), `answers ${answer}; expected ${expected}`);
  },
});

/** Connections that send a request slowly, and are left open. */
const slow = (name: string, head: (target: Target) => string): Attack => ({
  name,
  async run(target) {
    const { hostname, port } = new URL(target.url);
    const sockets = Array.from({ length: 200 }, () => connect(Number(port), hostname));
    for (const socket of sockets) {
      socket.on('error', () => {}); // the server may close it
      socket.write(head(target));
    }
    for (let second = 0; second < 3; second++) {
      await pause(1000);
      for (const socket of sockets) if (socket.writable) socket.write('[');
    }
    const { status } = await target.ask('/v1/me');
    for (const socket of sockets) socket.destroy();
    must(status === 200, `another request is answered with ${status}`);
  },
});

export const callers: Attack[] = [
  refuses('bodies of 1 MB of [', () => '['.repeat(MB - 10), TOO_DEEP),
  refuses('bodies of 1 MB of {"a":', () => '{"a":'.repeat(MB / 5 - 10), TOO_DEEP),
  refuses(
    'bodies of 1 MB of names',
    () => `{${Array.from({ length: 60_000 }, (_, at) => `"n${at}":${at}`).join()}}`,
    /^400 .*n0: unknown field/,
  ),
  refuses(
    'bodies of 1 MB of one number',
    () => `{"url":${'1'.repeat(MB - 20)}}`,
    /^400 url: .*received Infinity$/,
  ),
  refuses(
    'bodies of 1 MB of escapes',
    () => `{"url":"${'\\u0000'.repeat(MB / 6 - 10)}"}`,
    /^400 .*url: Too big/,
  ),
  refuses(
    'bodies that name the prototype',
    () => '{"__proto__":{"url":"https://a.example"},"constructor":{"prototype":1}}',
    /^400 The body of the request is not well-formed JSON/,
  ),
  refuses('bodies of 2 MB', () => `"${'x'.repeat(2 * MB)}"`, /^413 .*more than 1 MiB/),
  refuses(
    'a thousand globs of braces',
    () =>
      JSON.stringify({
        connectionId: 'con_00000000000000000000',
        filters: { include: Array(1000).fill('{a,b}'.repeat(100)), exclude: [] },
      }),
    /^400 filters\.include: has 1,000 globs/,
    '/v1/sources/preview',
  ),
  refuses(
    'braces that multiply',
    () =>
      JSON.stringify({
        connectionId: 'con_00000000000000000000',
        filters: { include: ['{a,b,c,d}'.repeat(90)], exclude: [] },
      }),
    /^400 filters\.include: stands for more than 1,000,000,000 patterns/,
    '/v1/sources/preview',
  ),
  refuses(
    'ten thousand ids to sign',
    () => JSON.stringify({ assetIds: Array(10_000).fill('ast_00000000000000000000') }),
    /^400 assetIds: Too big/,
    '/v1/assets/sign',
  ),
  {
    name: 'bodies of 1 MB of [ without a valid token',
    quick: true,
    async run(target) {
      const body = '['.repeat(MB - 10);
      const headers = { authorization: 'Bearer mrg_none' };
      const counts = await statuses(
        Array.from({ length: 50 }, () => target.ask('/v1/webhooks', { method: 'POST', body, headers })),
      );
      must(counts.get(401) === 50, `answers ${seen(counts)}`);
    },
  },
  slow('200 requests whose head never ends', () => 'GET /v1/me HTTP/1.1\r\nx-a: '),
  slow(
    '200 bodies that come at a byte a second',
    ({ token }) =>
      `POST /v1/webhooks HTTP/1.1\r\nhost: a\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: 999999\r\n\r\n[`,
  ),
  {
    name: '300 requests at once',
    quick: true,
    async run(target) {
      const counts = await statuses(Array.from({ length: 300 }, () => target.ask('/v1/sources?limit=100')));
      must(
        [...counts.keys()].every(status => [200, 429, 503].includes(status)),
        `answers ${seen(counts)}`,
      );
      must(counts.has(200), `answers ${seen(counts)}`);
    },
  },
  {
    name: '300 event streams',
    quick: true,
    async run(target) {
      const { id: sourceId } = await target.attach(() => {});
      const { id } = await target.startSync(sourceId);
      const leave = new AbortController();
      const headers = { accept: 'text/event-stream' };
      const asks = Array.from({ length: 300 }, () =>
        target.ask(`/v1/operations/${id}`, { headers, signal: leave.signal }),
      );
      const answers = await Promise.all(asks);
      const open = answers.filter(({ status }) => status === 200).length;
      const refused = answers.filter(
        ({ status, headers }) => status === 429 && headers.has('retry-after'),
      ).length;
      leave.abort();
      await target.cancel(id);
      must(open === 32 && open + refused === 300, `${open} are open and ${refused} refused`);
    },
  },
  {
    name: '200 name searches left alone',
    async run(target) {
      for (let round = 0; round < 10; round++) {
        const leave = AbortSignal.timeout(60);
        const asks = Array.from({ length: 20 }, () =>
          target.ask(`/v1/assets?name=${'%25_'.repeat(300)}&limit=1000`, { signal: leave }).then(
            answer => answer.body?.cancel(),
            () => {}, // it left
          ),
        );
        await Promise.all(asks);
      }
      const { status } = await target.ask('/v1/me');
      must(status === 200, `the next request is answered with ${status}`);
    },
  },
  {
    name: '300 webhooks',
    quick: true,
    async run(target) {
      const make = (at: number) => send(target, JSON.stringify({ url: `https://receiver.example/${at}` }));
      const counts = new Map<number, number>();
      for (let at = 0; at < 300; at += 6)
        for (const [status, count] of await statuses([0, 1, 2, 3, 4, 5].map(more => make(at + more))))
          counts.set(status, (counts.get(status) ?? 0) + count);
      const { items } = await target.client.call('listWebhooks', { query: { limit: 100 } });
      must(items.length <= 25 && (counts.get(409) ?? 0) >= 275, `answers ${seen(counts)}`);
    },
  },
];
