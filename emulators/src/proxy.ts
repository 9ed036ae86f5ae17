import { createServer } from 'node:http';
import net from 'node:net';

/**
 * Starts an HTTP proxy on loopback that leads real host names to emulators, as a network does whose DNS only the
 * proxy has. It connects to nothing else.
 * @param routes where a name leads (`https://127.0.0.1:41234`); undefined: nowhere
 * @param password `user:password` that it wants, if any
 */
export async function startProxy(routes: (host: string) => string | undefined, password?: string) {
  const asked: string[] = [];
  const sockets = new Set<net.Socket>();
  const keep = (socket: net.Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const wanted = password && `Basic ${Buffer.from(password).toString('base64')}`;

  const server = createServer((_, response) => response.writeHead(405).end('CONNECT only\n'));
  server.on('connection', keep);
  server.on('connect', (request, socket: net.Socket) => {
    const answer = (status: string) => socket.end(`HTTP/1.1 ${status}\r\n\r\n`);
    if (wanted && request.headers['proxy-authorization'] !== wanted)
      return answer('407 Proxy Authentication Required');
    const host = (request.url ?? '').replace(/:\d+$/, '');
    asked.push(host);
    const target = routes(host);
    if (target === undefined) return answer('403 Forbidden');
    const { hostname, port } = new URL(target);
    const upstream = net.connect({ host: hostname, port: Number(port) });
    keep(upstream);
    upstream.once('connect', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    upstream.once('close', () => socket.destroy());
    socket.once('close', () => upstream.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  return {
    /** `http://127.0.0.1:PORT` */
    url: `http://127.0.0.1:${port}`,
    /** The hosts that were asked for, in order. */
    asked,
    async stop() {
      const closed = new Promise(resolve => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
export type ConnectProxy = Awaited<ReturnType<typeof startProxy>>;
