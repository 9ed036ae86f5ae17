// A Parquet file whose columns hold one value so many times: small, and large once it is decoded. Made in a thread,
// because that takes a while.
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { parquetWriteBuffer } from 'hyparquet-writer';

const COLUMNS = ['Name', 'Etag', 'Content-Length', 'Last-Modified'];

/** @param rows of the only row group */
export async function constantParquet(rows: number): Promise<Buffer> {
  const worker = new Worker(new URL(import.meta.url), { workerData: rows });
  const { promise, resolve, reject } = Promise.withResolvers<ArrayBuffer>();
  worker.once('message', resolve);
  worker.once('error', reject);
  return Buffer.from(await promise);
}

if (parentPort) {
  const data = new Array<string>(workerData as number).fill('x');
  const columnData = COLUMNS.map(name => ({ name, data, type: 'STRING' as const }));
  parentPort.postMessage(parquetWriteBuffer({ columnData, rowGroupSize: data.length }));
}
