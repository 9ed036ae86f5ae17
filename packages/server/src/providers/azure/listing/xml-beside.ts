import { Worker } from 'node:worker_threads';
import type { ListPage } from '../../provider.ts';
import { giveBack, type PageBody, take } from './page-body.ts';
import { readXmlPage, toListPage, type XmlPage } from './xml-reader.ts';

/** A page, whose memory is handed to the thread and back. */
export interface Question {
  body: ArrayBuffer;
  bytes: number;
}

export interface Answer {
  body: ArrayBuffer;
  /** Null where it cannot be read. */
  page: XmlPage | null;
}

/** Smaller pages are read at once: to hand them over takes longer. */
const WORTH_BYTES = 256 * 1024;
/** What the thread makes is handed over; it keeps next to nothing. */
const YOUNG_MEGABYTES = 4;

/**
 * Reads a page of List Blobs in XML, the large ones in a thread of their own: a page of 5,000 blobs has 3.4 MB, and
 * this thread has its hands full with receiving them.
 *
 * @throws ProviderError as `readXmlPage`
 */
export async function readXmlBeside(body: PageBody): Promise<ListPage> {
  if (body.bytes < WORTH_BYTES) return readXmlPage(take(body));
  thread ??= startThread();
  const answer = await thread.ask({ body: body.buffer.buffer as ArrayBuffer, bytes: body.bytes });
  const buffer = Buffer.from(answer.body);
  giveBack(buffer);
  return answer.page ? toListPage(answer.page) : readXmlPage(buffer.subarray(0, body.bytes));
}

let thread: ReturnType<typeof startThread> | null = null;

/** It ends with the process, and does not keep it alive. */
function startThread() {
  const worker = new Worker(new URL('./xml-thread.ts', import.meta.url), {
    name: 'xml',
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  });
  worker.unref();
  const waiting: PromiseWithResolvers<Answer>[] = [];
  worker.on('message', (answer: Answer) => waiting.shift()!.resolve(answer));
  const ended = (cause: unknown): void => {
    thread = null;
    const error = new Error('The thread that reads listings has ended.', { cause });
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  worker.once('error', ended);
  worker.once('exit', ended);
  return {
    async ask(question: Question): Promise<Answer> {
      const asked = Promise.withResolvers<Answer>();
      waiting.push(asked);
      worker.ref();
      worker.postMessage(question, [question.body]);
      return asked.promise.finally(() => {
        if (waiting.length === 0) worker.unref();
      });
    },
  };
}
