import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Attack, answerOf, must } from '../attack.ts';
import { serving } from '../objects.ts';
import type { Target } from '../target.ts';

const SIZE_BYTES = 50 * 1024 * 1024;
/** An object that needs no memory. */
const large = {
  sizeBytes: SIZE_BYTES,
  read: async (_offset: number, length: number) => new Uint8Array(length),
};

/** Relay addresses of some large objects. */
async function addresses(target: Target, count: number): Promise<string[]> {
  const keys = Array.from({ length: count }, (_, at) => `${at}.bin`);
  const { id: sourceId } = await target.attach(serving(() => new Map(keys.map(key => [key, large]))));
  await target.finish((await target.startSync(sourceId)).id);
  const { items } = await target.client.call('listAssets', { query: { sourceId, limit: 100 } });
  const signed = await target.client.call('signAssets', { body: { assetIds: items.map(({ id }) => id) } });
  return signed.items.map(({ url }) => url);
}

/** Asks for an object and takes what comes at about a byte a second. */
function readSlowly(url: string): Socket {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {}); // the server may close it
  socket.write(`GET ${pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\n\r\n`);
  socket.pause();
  return socket;
}

const slowReaders = (name: string, objects: number, readers: number): Attack => ({
  name,
  async run(target) {
    const urls = await addresses(target, objects);
    const sockets = Array.from({ length: readers }, (_, at) => readSlowly(urls[at % urls.length]!));
    for (let second = 0; second < 3; second++) {
      await pause(1000);
      for (const socket of sockets) socket.read(1);
    }
    const { status } = await target.ask('/v1/me');
    for (const socket of sockets) socket.destroy();
    must(status === 200, `another request is answered with ${status}`);
  },
});

export const delivery: Attack[] = [
  slowReaders('64 readers of one relay address at a byte a second', 1, 64),
  slowReaders('100 readers of 50 relay addresses at a byte a second', 50, 100),
  {
    name: '500 relay addresses that were made up',
    quick: true,
    async run(target) {
      for (let at = 0; at < 500; at += 25) {
        const asks = Array.from({ length: 25 }, (_, more) =>
          fetch(`${target.url}/relay/${'A'.repeat(at + more)}`),
        );
        for (const answer of await Promise.all(asks)) {
          const seen = await answerOf(answer);
          must(/^403 This relay address is not valid\.$/.test(seen), `answers ${seen}`);
        }
      }
    },
  },
  {
    name: 'relayed ranges that cannot be',
    quick: true,
    async run(target) {
      const [url] = await addresses(target, 1);
      for (const [range, expected] of [
        ['bytes=9-1', 200], // it makes no sense, so it is ignored
        [`bytes=${'0-1,'.repeat(2000)}5-6`, 200],
        [`bytes=${'9'.repeat(500)}-`, 200],
        ['bytes=-0', 416],
      ] as const) {
        const answer = await fetch(url!, { headers: { range } });
        must(answer.status === expected, `${range.slice(0, 20)} answers ${answer.status}`);
        await answer.body?.cancel();
      }
    },
  },
];
