import { lookup } from 'node:dns';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import type { CheckId } from '@mooring/contract';
import { type Certificates, createCertificates } from '@mooring/emulators';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGuard, type Guard } from '../guard/network.ts';
import { adviseFromError } from './define-check.ts';
import { endpointChecks } from './endpoint-checks.ts';

let certificates: Certificates;
const servers: Server[] = [];
/** Names that end in `.example` are this machine. */
const resolve = ((host: string, options: object, done: never) =>
  lookup(host.endsWith('.example') ? '127.0.0.1' : host, options, done)) as typeof lookup;
const guard: Guard = createGuard({ allowPrivate: true }, resolve);

beforeAll(async () => {
  certificates = await createCertificates();
  certificates.trust();
});
afterAll(async () => {
  await guard.close();
  for (const server of servers) server.close();
  await certificates.remove();
});

async function listen(server: Server): Promise<number> {
  servers.push(server.listen(0, '127.0.0.1'));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const run = (id: CheckId, endpoint: string, now = () => new Date()) => {
  const definition = endpointChecks(endpoint, guard, adviseFromError).find(check => check.id === id)!;
  return definition.run({
    container: 'c',
    prefix: '',
    origins: [],
    now,
    signal: new AbortController().signal,
  });
};

describe('dns', () => {
  test('says that a name resolves, and not to what', async () => {
    expect(await run('dns', 'https://localhost:1')).toMatchObject({
      status: 'passed',
      observed: expect.stringMatching(/^localhost resolves to (one address|2 addresses)\.$/),
    });
  });

  test.each(['https://127.0.0.1:1/acme', 'https://[::1]:1'])(
    'takes the address in %s for one',
    async endpoint => {
      expect(await run('dns', endpoint)).toMatchObject({
        status: 'passed',
        observed: expect.stringMatching(/address/),
      });
    },
  );
});

describe('tls', () => {
  const https = () =>
    listen(createServer({ cert: certificates.cert, key: certificates.key }, (_, response) => response.end()));

  test('shows the certificate', async () => {
    const { status, observed } = await run('tls', `https://127.0.0.1:${await https()}/acme`);
    expect(status).toBe('passed');
    expect(observed).toMatch(
      /^TLS 1\.[23], certificate of localhost by Mooring emulators .*, valid to .* GMT\.$/,
    );
  });

  test('tells a certificate for another name', async () => {
    const host = `acme.example:${await https()}`;
    expect(await run('tls', `https://${host}/acme`)).toMatchObject({
      status: 'failed',
      observed: `The certificate that ${host} shows is for another name.`,
    });
  });

  test('tells a server without TLS', async () => {
    const host = `127.0.0.1:${await listen(createHttpServer((_, response) => response.end()))}`;
    expect(await run('tls', `https://${host}/acme`)).toMatchObject({
      status: 'failed',
      observed: `${host} does not answer as a secure server does.`,
    });
  });

  test('is not needed where nothing leaves this machine', async () => {
    for (const host of ['127.0.0.1:1', '[::1]:1'])
      expect(await run('tls', `http://${host}/acme`)).toMatchObject({
        status: 'passed',
        observed: expect.stringMatching(/needs no TLS/),
      });
    // A name can come to lead elsewhere.
    for (const host of ['localhost:1', '10.0.0.1', 'acme.example'])
      expect(await run('tls', `http://${host}/acme`)).toMatchObject({
        status: 'warning',
        observed: expect.stringMatching(/without encryption/),
      });
  });

  test('tells a connection that is broken off', async () => {
    const host = `127.0.0.1:${await listen(createTcpServer(socket => socket.resetAndDestroy()))}`;
    expect(await run('tls', `https://${host}/acme`)).toMatchObject({
      status: 'failed',
      observed: `${host} closed the connection.`,
    });
  });
});

describe('clock', () => {
  test('cannot tell without a Date', async () => {
    const port = await listen(
      createHttpServer((_, response) => {
        response.sendDate = false;
        response.end();
      }),
    );
    expect(await run('clock', `http://127.0.0.1:${port}`)).toMatchObject({
      status: 'warning',
      observed: expect.stringMatching(/sends no time/),
    });
  });

  test('takes the middle of the request for its time', async () => {
    const port = await listen(createHttpServer((_, response) => response.end()));
    const start = Date.now();
    let reads = 0;
    // By this clock the request takes 100 seconds, the middle of which is now.
    const now = () => new Date(start + (reads++ === 0 ? -50_000 : 50_000));
    expect(await run('clock', `http://127.0.0.1:${port}`, now)).toMatchObject({ status: 'passed' });
  });
});
