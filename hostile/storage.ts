import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request to a container, which its behaviour answers as it likes, or never. */
export interface Ask {
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  /** Which object is asked for; null: the list of objects. */
  key: string | null;
  /** How many requests to this container came before. */
  before: number;
}
export type Behaviour = (ask: Ask) => void | Promise<void>;

/** A storage account whose containers answer as an attack wants it: wrongly, endlessly or slowly. Over HTTP. */
export async function startHostileStorage() {
  const containers = new Map<string, { behave: Behaviour; asked: number }>();
  const server = createServer((request, response) => {
    request.resume();
    const { pathname, searchParams: query } = new URL(request.url!, 'http://storage');
    const [, , name = '', ...key] = pathname.split('/');
    const container = containers.get(name);
    if (!container || (key.length === 0 && query.get('comp') !== 'list'))
      return void response.writeHead(container ? 200 : 404).end();
    const ask = { request, response, query, key: key.length > 0 ? decodeURIComponent(key.join('/')) : null };
    Promise.resolve(container.behave({ ...ask, before: container.asked++ })).catch(error => {
      if (!response.destroyed) throw error; // the reader has not left: the behaviour is wrong
    });
  });
  server.requestTimeout = 0;
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/acme`;
  return {
    endpoint,
    add(container: string, behave: Behaviour): void {
      containers.set(container, { behave, asked: 0 });
    },
    /** How many requests for a container came. */
    asked: (container: string): number => containers.get(container)?.asked ?? 0,
    stop: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
