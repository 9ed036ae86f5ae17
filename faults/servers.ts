import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { type Certificates, createCertificates } from '@mooring/emulators';
import type { Place } from './place.ts';

// Servers in the place of a storage. Each is stopped with the place.

/** Speaks TLS with a certificate that is not what it should be. @returns its host and port */
export async function showWrongCertificate(place: Place, certificates: Certificates) {
  const { cert, key } = certificates;
  return listen(
    place,
    createHttpsServer({ cert, key }, (_, response) => response.end()),
  );
}

/** One that no trusted authority has signed. */
export async function showUntrustedCertificate(place: Place): Promise<string> {
  const certificates = await createCertificates();
  place.alsoStop(() => certificates.remove());
  return showWrongCertificate(place, certificates);
}

/** Does not speak TLS. */
export const answerInClear = (place: Place): Promise<string> =>
  listen(
    place,
    createHttpServer((_, response) => response.end()),
  );

/** Answers every request with a page, as a console does that people open in a browser. */
export const showPages = (place: Place): Promise<string> =>
  listen(
    place,
    createHttpsServer({ cert: place.certificates.cert, key: place.certificates.key }, (_, response) => {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<!doctype html><title>Console</title>');
    }),
  );

/** Takes connections and never says a word. */
export const sayNothing = (place: Place): Promise<string> => listen(place, createTcpServer());

/** Closes each connection at once. */
export const hangUp = (place: Place): Promise<string> =>
  listen(
    place,
    createTcpServer(socket => socket.resetAndDestroy()),
  );

async function listen(place: Place, server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {}); // where the client hangs up first
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  place.alsoStop(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
