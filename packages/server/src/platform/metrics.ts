import type { Pool } from 'pg';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** From an answer out of memory to a sync's preview; in seconds. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** A figure that is looked up when it is asked for: each value with its labels. */
export interface Figure {
  name: string;
  help: string;
  labels: readonly string[];
  read(): Promise<{ labels: Record<string, string>; value: number }[]>;
}

/**
 * What Prometheus reads of one process: https://prometheus.io/docs/instrumenting/exposition_formats/
 * @param version of the product
 * @param pool whose connections are counted
 */
export function createMetrics({ version, pool }: { version: string; pool: Pool }) {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({ name: 'mooring_info', help: 'The version.', labelNames: ['version'], registers }).set(
    { version },
    1,
  );
  new Gauge({
    name: 'mooring_database_connections',
    help: 'Connections of this process to the database; waiting: requests that wait for one.',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'waiting' }, pool.waitingCount);
    },
  });
  const requests = new Histogram({
    name: 'mooring_http_request_duration_seconds',
    help: 'Answers, and how long they took to be sent.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  });

  return {
    contentType: registry.contentType,
    /** All figures as text. Rejects where one cannot be read. */
    text: (): Promise<string> => registry.metrics(),
    /** Counts an answer. @param route as it is declared, never the address that was asked for */
    countRequest(labels: { method: string; route: string; status: number }, milliseconds: number): void {
      requests.observe(labels, milliseconds / 1000);
    },
    add({ name, help, labels, read }: Figure): void {
      new Gauge({
        ...{ name, help, registers },
        labelNames: [...labels],
        async collect() {
          const values = await read();
          this.reset();
          for (const { labels, value } of values) this.set(labels, value);
        },
      });
    },
  };
}
export type Metrics = ReturnType<typeof createMetrics>;
