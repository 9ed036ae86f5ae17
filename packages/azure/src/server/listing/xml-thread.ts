// Reads pages of List Blobs in XML for another thread, in the order in which they come. See xml-beside.ts.
import { parentPort } from 'node:worker_threads';
import { buffersOf } from '@mooring/storage/objects';
import type { Answer, Question } from './xml-beside.ts';
import { readXmlColumns } from './xml-reader.ts';

parentPort!.on('message', ({ body, bytes }: Question) => {
  const page = read(Buffer.from(body, 0, bytes));
  const buffers = page ? buffersOf(page.columns) : [];
  parentPort!.postMessage({ body, page } satisfies Answer, [body, ...buffers]);
});

/** Null where it cannot be read: the caller reads it again, finds out why, and reports it. */
function read(body: Buffer): Answer['page'] {
  try {
    return readXmlColumns(body);
  } catch {
    return null;
  }
}
