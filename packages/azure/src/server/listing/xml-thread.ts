// Reads pages of List Blobs in XML for another thread, in the order in which they come. See xml-beside.ts.
import { parentPort } from 'node:worker_threads';
import type { Answer, Question } from './xml-beside.ts';
import { readXmlRows } from './xml-reader.ts';

parentPort!.on('message', ({ body, bytes }: Question) => {
  const answer = read(Buffer.from(body, 0, bytes));
  const buffers = answer
    ? [answer.rows.texts, answer.rows.places, answer.rows.sizes, answer.rows.times, answer.rows.directories]
    : [];
  parentPort!.postMessage({ body, page: answer } satisfies Answer, [
    body,
    ...buffers.map(each => each.buffer as ArrayBuffer),
  ]);
});

/** Null where it cannot be read: whoever asked finds out why, and reports it. */
function read(body: Buffer): Answer['page'] {
  try {
    return readXmlRows(body);
  } catch {
    return null;
  }
}
