import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import { MooringError } from '../platform/problem.ts';

/** A scrape of Prometheus waits for 10 seconds by default. */
const ANSWER_WITHIN_MS = 10_000;

/**
 * Answers `GET /metrics` at a port of its own, without a credential: the port is for the operator's network, and never
 * behind the public address.
 * @throws MooringError `unavailable` where the port cannot be listened on
 */
export async function startMetricsServer(
  metrics: Pick<Metrics, 'text' | 'contentType'>,
  { host, port, log }: { host: string; port: number; log: Logger },
) {
  let reading: Promise<string> | undefined;
  /** One reading serves all that ask meanwhile, so that a slow database is asked once. */
  const read = (): Promise<string> => {
    reading ??= Promise.race([metrics.text(), late()]).finally(() => {
      reading = undefined;
    });
    return reading;
  };
  const server = createServer(async (request, response) => {
    if (request.url !== '/metrics' || request.method !== 'GET')
      return response.writeHead(404, { 'content-type': 'text/plain' }).end('GET /metrics is all there is.\n');
    try {
      const text = await read();
      return response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
    } catch (error) {
      log.warn({ err: error }, 'the metrics cannot be read');
      return response
        .writeHead(503, { 'content-type': 'text/plain' })
        .end('The metrics cannot be read now. The log says why.\n');
    }
  });
  server.requestTimeout = ANSWER_WITHIN_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  }).catch(cause => {
    throw new MooringError(
      'unavailable',
      `The metrics cannot listen on ${host}, port ${port}: ${cause.message}.`,
      {
        fix: 'Choose another port with MOORING_METRICS_PORT. Processes on one machine need a port each.',
        cause,
      },
    );
  });
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
  log.info({ url: `${url}/metrics` }, 'telling metrics');
  return {
    url,
    async stop(): Promise<void> {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

async function late(): Promise<never> {
  await pause(ANSWER_WITHIN_MS, undefined, { ref: false });
  throw new Error(`The figures were not read within ${ANSWER_WITHIN_MS / 1000} seconds.`);
}
