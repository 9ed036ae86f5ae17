import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificates } from './certificates.ts';

export interface RunningServer {
  /** E.g. `https://127.0.0.1:41234`. */
  origin: string;
  /** Stops listening and closes every connection. */
  stop(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1: over HTTPS with certificates, without them over HTTP. */
export async function startServer(
  certificates: Certificates | null,
  listener: RequestListener,
): Promise<RunningServer> {
  const server = certificates
    ? createHttpsServer({ cert: certificates.cert, key: certificates.key }, listener)
    : createHttpServer(listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${certificates ? 'https' : 'http'}://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve, reject) => {
        server.close(error => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}
