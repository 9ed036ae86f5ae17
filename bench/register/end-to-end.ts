import { openAsBlob } from 'node:fs';
import { isFinished, type Operation } from '@mooring/contract';
import { startMooring } from '../mooring.ts';
import { type BenchmarkOptions, figure, limit, type Row } from '../report.ts';

type Mooring = Awaited<ReturnType<typeof startMooring>>;
const BASE = 'https://account.example/container/';
const LOOK_EVERY_MS = 20;

/**
 * A list, from the request to the last asset. Its connection is client-only, so that no storage is waited for: what
 * takes time is reading, resolving and writing.
 */
export async function measureRegistration(
  path: string,
  { objects, log }: Pick<BenchmarkOptions, 'objects' | 'log'>,
): Promise<Row[]> {
  const mooring = await startMooring();
  try {
    await mooring.client.call('createConnection', {
      body: {
        provider: 'direct',
        name: 'Benchmark',
        accessMode: 'client-only',
        location: { url: BASE },
        credential: { kind: 'direct-urls' },
      },
    });
    const { id: first } = await mooring.client.register(`${BASE}first.jpg`); // the worker has started then
    await mooring.client.watchOperation(first, { rejectUnsuccessful: true });
    const idleMegabytes = await mooring.peakMegabytes();
    const firstErrorSeconds = await untilFirstError(mooring, path);
    log(`end to end: first error after ${firstErrorSeconds.toFixed(2)} s`);
    const cancelSeconds = await untilCancelled(mooring, path);
    log(`end to end: cancelled after ${cancelSeconds.toFixed(2)} s`);
    const begin = performance.now();
    const { id } = await mooring.client.register(await openAsBlob(path), { ignoreErrors: true });
    const sent = performance.now();
    const ended = await mooring.client.watchOperation(id, { rejectUnsuccessful: true });
    const seconds = (performance.now() - begin) / 1000;
    if (ended.done !== objects || ended.errorCount > 0)
      throw new Error(`${ended.done} of ${objects} items are done, with ${ended.errorCount} errors.`);
    log(`end to end: sent in ${((sent - begin) / 1000).toFixed(1)} s, ended after ${seconds.toFixed(1)} s`);
    const peakMegabytes = await mooring.peakMegabytes();
    return [
      figure('JSON: registered, end to end', objects / seconds, 'items/s'),
      figure('JSON: memory of server and worker before', idleMegabytes, 'MB'),
      limit('JSON: memory that it takes beside that', peakMegabytes - idleMegabytes, 'MB', {
        must: 300,
        aim: 150,
      }),
      limit('JSON: first error seen after', firstErrorSeconds, 's', { must: 2, aim: 1 }),
      limit('JSON: cancelled after', cancelSeconds, 's', { must: 1, aim: 0.5 }),
    ];
  } finally {
    await mooring.stop();
  }
}

/** The same list with a mistake before it. Counted from when the list has been sent. */
async function untilFirstError({ client }: Mooring, path: string): Promise<number> {
  const begun = '{"images":[';
  const rest = (await openAsBlob(path)).slice(begun.length);
  const list = new Blob([`${begun}{"objectUrl":"no URL"},`, rest]);
  const { id } = await client.register(list, { ignoreErrors: true, dryRun: true });
  const begin = performance.now();
  await until(client, id, ({ errorCount }) => errorCount > 0);
  const seconds = (performance.now() - begin) / 1000;
  await client.call('cancelOperation', { params: { operationId: id } });
  await until(client, id, ({ status }) => isFinished(status));
  return seconds;
}

/** While it writes assets. */
async function untilCancelled({ client }: Mooring, path: string): Promise<number> {
  const { id } = await client.register(await openAsBlob(path), { ignoreErrors: true, folder: 'Cancelled' });
  await until(client, id, ({ counts }) => ((counts as { added: number } | null)?.added ?? 0) > 0);
  const begin = performance.now();
  await client.call('cancelOperation', { params: { operationId: id } });
  await until(client, id, ({ status }) => status === 'cancelled');
  return (performance.now() - begin) / 1000;
}

async function until(
  client: Mooring['client'],
  operationId: string,
  holds: (operation: Operation) => boolean,
): Promise<void> {
  for (;;) {
    const operation = await client.call('getOperation', { params: { operationId } });
    if (holds(operation)) return;
    if (isFinished(operation.status)) throw new Error(`The registration ended as ${operation.status}.`);
    await new Promise(done => setTimeout(done, LOOK_EVERY_MS));
  }
}
