import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const ASK_EVERY_MS = 100;

/**
 * A load balancer as they are: it asks each server for `/ready` now and then, sends requests in turns to those that are
 * ready, keeps connections open, and tries nothing twice. A request that gets no whole answer is answered with 502.
 */
export async function startBalancer(servers: readonly string[]) {
  const ready = new Set<string>();
  const stopping = new AbortController();
  const agent = new Agent({ keepAlive: true });
  const isReady = (server: string) =>
    fetch(`${server}/ready`).then(
      ({ ok }) => ok,
      () => false,
    );

  async function watch(server: string): Promise<void> {
    while (!stopping.signal.aborted) {
      if (await isReady(server)) ready.add(server);
      else ready.delete(server);
      await pause(ASK_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {}); // stopping
    }
  }
  const watching = servers.map(watch);

  let turn = 0;
  const front = createServer((asked, answer) => {
    const server = [...ready][turn++ % Math.max(1, ready.size)];
    if (!server) return answer.writeHead(503).end('No server is ready.');
    const { method, headers, url } = asked;
    const passed = request(new URL(url!, server), { method, headers, agent }, got => {
      answer.writeHead(got.statusCode!, got.headers);
      got.pipe(answer);
      got.once('error', () => answer.destroy());
    });
    passed.once('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
    asked.pipe(passed);
    return undefined;
  });
  await new Promise<void>(resolve => front.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    /** How many servers it sends requests to. */
    ready: () => ready.size,
    async stop(): Promise<void> {
      stopping.abort();
      await Promise.all(watching);
      agent.destroy();
      front.closeAllConnections();
      await new Promise(resolve => front.close(resolve));
    },
  };
}
