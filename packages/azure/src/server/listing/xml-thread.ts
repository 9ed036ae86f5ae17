// Reads pages of List Blobs in XML for another thread, in the order in which they come. See xml-beside.ts.
import { parentPort } from 'node:worker_threads';
import { buffersOf, ProviderError, unreadable } from '@mooring/storage/objects';
import type { Answer, Question } from './xml-beside.ts';
import { readXmlColumns } from './xml-reader.ts';

parentPort!.on('message', ({ body, bytes }: Question) => {
  const page = read(Buffer.from(body, 0, bytes));
  const buffers = typeof page === 'string' ? [] : buffersOf(page.columns);
  parentPort!.postMessage({ body, page } satisfies Answer, [body, ...buffers]);
});

/** The page, or why it cannot be read. An error of any kind belongs to this page alone: the thread goes on with those of others. */
function read(body: Buffer): Answer['page'] {
  try {
    return readXmlColumns(body);
  } catch (error) {
    return (error instanceof ProviderError ? error : unreadable(String(error))).message;
  }
}
